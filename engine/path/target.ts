/** Target strings: which device, by which way to it, with which options. */
import { EngineError } from '../errors.js';
import { kernelNodeHint } from './kernel-node.js';

/** The scheme's name and its own address, for example `pci` and `0000:01:00.0`, with options. */
export interface Target {
  readonly scheme: string;
  readonly address: string;
  readonly options: Readonly<Record<string, string>>;
  /** The namespace that SPDK's form names (`ns`); it is part of no canonical target. */
  readonly namespace?: number;
}

/** How the targets of one scheme are written. */
export interface TargetForm {
  readonly scheme: string;
  /** Targets of it, for the hint to whoever wrote none. */
  readonly examples: readonly string[];
  /** What SPDK calls it (`trtype`). */
  readonly spdkType?: string;
  /** Text that is an address of it though no scheme stands before it. */
  readonly bareAddress?: RegExp;
  /** The canonical address. Throws what `bad` makes of the reason, where the text is no address. */
  readAddress(address: string, bad: (reason: string) => EngineError): string;
}

/**
 * Reads a target of one of the forms: `scheme:address?option=value&option=value`, an address that needs no scheme, or SPDK's
 * `trtype:PCIe traddr:...`, as its plugin for fio has it too: `trtype=PCIe traddr=0000.01.00.0 ns=1`, in any order. Options are not percent-encoded; neither a value nor an address can hold `&` or `?`. Throws
 * EngineError BAD_TARGET of kind `input` with the forms.
 */
export function readTarget(text: string, forms: readonly TargetForm[]): Target {
  const bad = (reason: string): EngineError => badTarget(text, reason, forms);
  const trimmed = text.trim();
  if (/(^|\s)trtype[:=]/i.test(trimmed)) return readSpdk(trimmed, forms, bad);
  const mark = trimmed.indexOf('?');
  const place = mark < 0 ? trimmed : trimmed.slice(0, mark);
  const options = mark < 0 ? {} : readOptions(trimmed.slice(mark + 1), bad);
  const bare = forms.find(({ bareAddress }) => bareAddress?.test(place));
  if (bare !== undefined) return { scheme: bare.scheme, address: bare.readAddress(place, bad), options };
  const colon = place.indexOf(':');
  const scheme = (colon < 0 ? place : place.slice(0, colon)).toLowerCase();
  const form = forms.find((each) => each.scheme === scheme);
  if (form === undefined) throw bad(`there is no transport '${scheme}'`);
  return { scheme, address: form.readAddress(colon < 0 ? '' : place.slice(colon + 1), bad), options };
}

/** The canonical string of a target; `readTarget` reads it back. */
export function formatTarget({ scheme, address, options }: Target): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const query = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return address === '' && query === '' ? scheme : `${scheme}:${address}${query}`;
}

function readOptions(query: string, bad: (reason: string) => EngineError): Record<string, string> {
  const options = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw bad(`'${pair}' is not option=value`);
    const name = pair.slice(0, equals);
    if (options.has(name)) throw bad(`option '${name}' is given twice`);
    options.set(name, pair.slice(equals + 1));
  }
  return Object.fromEntries(options);
}

const SPDK_FIELDS = ['trtype', 'traddr', 'ns'];
/** A colon parts file names in fio, so there its address has dots. */
const DOTTED_PCI = /^([0-9a-f]{4,8})\.([0-9a-f]{2})\.([0-9a-f]{2})\.([0-7])$/i;

function readSpdk(text: string, forms: readonly TargetForm[], bad: (reason: string) => EngineError): Target {
  const fields = new Map<string, string>();
  for (const field of text.split(/\s+/)) {
    const [, key, value] = /^([a-z]+)[:=](.+)$/i.exec(field) ?? [];
    const name = key?.toLowerCase();
    if (name === undefined || !SPDK_FIELDS.includes(name))
      throw bad(`'${field}' is none of ${SPDK_FIELDS.join(', ')}`);
    if (fields.has(name)) throw bad(`${name} is given twice`);
    fields.set(name, value);
  }
  const type = fields.get('trtype') ?? '';
  const form = forms.find(({ spdkType }) => spdkType?.toLowerCase() === type.toLowerCase());
  if (form === undefined) {
    const known = forms.flatMap(({ spdkType }) => spdkType ?? []);
    throw bad(`trtype '${type}' is none of ${known.join(', ')}`);
  }
  const address = fields.get('traddr');
  if (address === undefined) throw bad('traddr is missing');
  return {
    scheme: form.scheme,
    address: form.readAddress(address.replace(DOTTED_PCI, '$1:$2:$3.$4'), bad),
    options: {},
    ...namespaceOf(fields.get('ns'), bad),
  };
}

function namespaceOf(text: string | undefined, bad: (reason: string) => EngineError): { namespace?: number } {
  if (text === undefined) return {};
  const namespace = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (namespace >= 1 && namespace < 0xffff_ffff) return { namespace };
  throw bad(`ns '${text}' is no namespace identifier`);
}

/** Of a path with no scheme before it. */
const fileHint = (text: string): string | undefined =>
  text.startsWith('/') ? `give uring:${text} where it is a file, which goes through the kernel` : undefined;

function badTarget(text: string, reason: string, forms: readonly TargetForm[]): EngineError {
  const nodeHint = kernelNodeHint(text.trim());
  return new EngineError({
    code: 'BAD_TARGET',
    op: 'parse target',
    target: text,
    reason: nodeHint === undefined ? reason : 'a file of the kernel does not say by which way',
    hint:
      nodeHint ??
      fileHint(text.trim()) ??
      `write it as one of: ${forms.flatMap(({ examples }) => examples).join(', ')}`,
    kind: 'input',
  });
}

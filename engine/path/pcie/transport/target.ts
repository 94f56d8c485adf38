/** Target strings: which controller, over which transport, with which options. */
import { EngineError } from '../../../errors.js';
import { canonicalPciAddress } from '../../../pci/address.js';
import type { Target } from './transport.js';

const FORMS =
  'sim, sim:?size=64GiB&latency=80us, pci:0000:01:00.0, 0000:01:00.0, vfio-user:/path/to/dir, ' +
  "'trtype:PCIe traddr:0000:01:00.0'";
const PCI_ADDRESS = /^([0-9a-f]{1,8}:)?[0-9a-f]{1,2}:[0-9a-f]{1,2}\.[0-7]$/i;
/** SPDK's transport types, in lower case, and the scheme that stands for each. */
const SPDK_TYPES: Readonly<Record<string, string>> = { pcie: 'pci', vfiouser: 'vfio-user' };

/**
 * Reads a target string: `scheme:address?option=value&option=value`, a bare PCI address, or SPDK's
 * `trtype:PCIe traddr:...`. PCI addresses come out canonical. Options are not percent-encoded; neither a value
 * nor an address can hold `&` or `?`. Throws EngineError BAD_TARGET of kind `input` with the accepted forms.
 */
export function parseTarget(text: string): Target {
  const trimmed = text.trim();
  if (/^trtype[:=]/i.test(trimmed)) return parseSpdk(trimmed);
  const mark = trimmed.indexOf('?');
  const place = mark < 0 ? trimmed : trimmed.slice(0, mark);
  const options = mark < 0 ? {} : parseOptions(trimmed.slice(mark + 1), text);
  if (PCI_ADDRESS.test(place)) return target('pci', place, options, text);
  const colon = place.indexOf(':');
  const scheme = (colon < 0 ? place : place.slice(0, colon)).toLowerCase();
  return target(scheme, colon < 0 ? '' : place.slice(colon + 1), options, text);
}

/** The canonical string of a target; `parseTarget` reads it back. */
export function formatTarget({ scheme, address, options }: Target): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const query = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return address === '' && query === '' ? scheme : `${scheme}:${address}${query}`;
}

/** Reads the address of a scheme's targets, given the whole text for messages; answers with the canonical one. */
type AddressReader = (address: string, text: string) => string;

const readers = new Map<string, AddressReader>([
  [
    'sim',
    (address, text) => {
      if (address === '') return address;
      throw badTarget(text, `sim takes no address, only options, but got '${address}'`);
    },
  ],
  [
    'pci',
    (address, text) => {
      if (PCI_ADDRESS.test(address)) return canonicalPciAddress(address);
      throw badTarget(text, `'${address}' is not a PCI address`);
    },
  ],
  [
    'vfio-user',
    (address, text) => {
      if (address.startsWith('/')) return address;
      throw badTarget(text, 'vfio-user takes an absolute path');
    },
  ],
]);

/** Lets targets of a further scheme be named; their addresses are read by its transport alone. */
export function acceptScheme(scheme: string): void {
  if (!readers.has(scheme)) readers.set(scheme, (address) => address);
}

function target(scheme: string, address: string, options: Target['options'], text: string): Target {
  const read = readers.get(scheme);
  if (read === undefined) throw badTarget(text, `there is no transport '${scheme}'`);
  return { scheme, address: read(address, text), options };
}

function parseOptions(query: string, text: string): Record<string, string> {
  const options: Record<string, string> = {};
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw badTarget(text, `'${pair}' is not option=value`);
    const name = pair.slice(0, equals);
    if (Object.hasOwn(options, name)) throw badTarget(text, `option '${name}' is given twice`);
    options[name] = pair.slice(equals + 1);
  }
  return options;
}

function parseSpdk(text: string): Target {
  const fields = new Map<string, string>();
  for (const field of text.split(/\s+/)) {
    const [, key, value] = /^([a-z]+)[:=](.+)$/i.exec(field) ?? [];
    const name = key?.toLowerCase();
    if (name !== 'trtype' && name !== 'traddr')
      throw badTarget(text, `'${field}' is neither trtype nor traddr`);
    fields.set(name, value);
  }
  const type = fields.get('trtype') ?? '';
  const scheme = SPDK_TYPES[type.toLowerCase()];
  if (scheme === undefined) throw badTarget(text, `trtype '${type}' is neither PCIe nor VFIOUSER`);
  const address = fields.get('traddr');
  if (address === undefined) throw badTarget(text, 'traddr is missing');
  return target(scheme, address, {}, text);
}

function badTarget(text: string, reason: string): EngineError {
  return new EngineError({
    code: 'BAD_TARGET',
    op: 'parse target',
    target: text,
    reason,
    hint: `write it as one of: ${FORMS}`,
    kind: 'input',
  });
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};
const DURATION_UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** Bytes of a size such as `64GiB`, `1.5TB` or `4096`; undefined where it is none or not whole. */
export function parseSizeBytes(text: string): number | undefined {
  const bytes = withUnit(text, SIZE_UNITS);
  return bytes !== undefined && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Nanoseconds of a duration such as `80us` or `1.5ms`; the unit is required. Undefined where it is none. */
export function parseDurationNs(text: string): number | undefined {
  return withUnit(text, DURATION_UNITS);
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([a-zµ]*)$/i.exec(text) ?? [];
  const name = unit?.toLowerCase();
  if (name === undefined || !Object.hasOwn(units, name)) return undefined;
  return Number(digits) * units[name];
}

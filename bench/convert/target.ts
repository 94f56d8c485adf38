/** What a job of fio runs on, as a device here. */
import { type Draft, isSet, note, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** `named`: a target here. `drive`: a device that has none. `file`: none, or a file. */
export interface Target {
  readonly kind: 'named' | 'drive' | 'file' | 'null';
  /** The target, or the name that it has in the job file. */
  readonly text: string;
  readonly namespace?: number;
}

const PCI = /^([\da-f]{4,8})[:.]([\da-f]{2})[:.]([\da-f]{2})\.([0-7])$/i;

/** Files have no device of their own: all of them are regions of the one that is named. */
export const areFiles = (targets: readonly Target[]): boolean => targets.every(({ kind }) => kind === 'file');

/** The names in a `filename`: parted by colons, but for those behind a backslash. */
function namesOf(value: string): string[] {
  return value
    .split(/(?<!\\):/)
    .map((name) => name.replaceAll('\\:', ':').trim())
    .filter((name) => name !== '');
}

/** `trtype=PCIe traddr=0000.04.00.0 ns=1`, as SPDK's engine for fio has it. */
function spdkTarget(name: string): Target | undefined {
  const words = new Map(
    name
      .split(/\s+/)
      .map((word) => word.split('='))
      .map(([key, value = '']): [string, string] => [key.toLowerCase(), value]),
  );
  if (words.get('trtype')?.toLowerCase() !== 'pcie') return undefined;
  const pci = pciTarget(words.get('traddr') ?? '');
  const ns = Number(words.get('ns'));
  return pci === undefined ? undefined : { ...pci, ...(ns > 0 ? { namespace: ns } : {}) };
}

function pciTarget(name: string): Target | undefined {
  const match = PCI.exec(name);
  if (match === null) return undefined;
  const [, domain, bus, device, fn] = match;
  return { kind: 'named', text: `pci:${domain}:${bus}:${device}.${fn}`.toLowerCase() };
}

function targetOf(name: string): Target {
  const known = pciTarget(name) ?? spdkTarget(name);
  if (known !== undefined) return known;
  // What has no blocks of its own is no device to measure.
  if (/^\/dev\/(?!null$|zero$)/.test(name)) return { kind: 'named', text: `uring:${name}` };
  return { kind: name.startsWith('/dev/') || name.includes('trtype=') ? 'drive' : 'file', text: name };
}

function reasonFor(target: Target): string {
  if (target.kind === 'drive')
    return 'no device here: name the drive as `device`, by its PCI address (nvbench list)';
  return 'the region of a device instead of a file; `device: uring:` and the path of a file takes the file';
}

/** What says where I/O goes: of a trace, where it is sent instead of where it was recorded. */
function namedDevice(draft: Draft): FioSetting | undefined {
  const [filename, redirect] = [take(draft, 'filename'), take(draft, 'replay_redirect')];
  if (redirect === undefined) return filename;
  if (!isSet(draft, 'read_iolog')) {
    note(draft, 'dropped', redirect, 'it does nothing without read_iolog');
    return filename;
  }
  if (filename !== undefined)
    note(draft, 'dropped', filename, 'replay_redirect sends all of the trace elsewhere');
  return redirect;
}

/** What the job runs on, at least one. */
export function workTargets(draft: Draft, isNull: boolean): Target[] {
  const nsid = take(draft, 'xnvme_dev_nsid');
  const filename = namedDevice(draft);
  if (isNull) {
    for (const setting of [filename, nsid])
      if (setting !== undefined) note(draft, 'dropped', setting, 'the device is null');
    return [{ kind: 'null', text: 'null' }];
  }
  const targets = namesOf(filename?.value ?? '').map(targetOf);
  const namespace = Number(nsid?.value);
  const takesIt = ({ text }: Target): boolean => namespace > 0 && text.startsWith('pci:');
  if (nsid !== undefined && targets.some(takesIt)) note(draft, 'carried', nsid, '`namespace`');
  else if (nsid !== undefined) note(draft, 'dropped', nsid, 'only a PCI address leaves the namespace open');
  if (filename === undefined || targets.length === 0) return [{ kind: 'file', text: '' }];
  noteTargets(draft, filename, targets);
  return targets.map((target) => (takesIt(target) ? { ...target, namespace } : target));
}

function noteTargets(draft: Draft, filename: FioSetting, targets: readonly Target[]): void {
  const unnamed = targets.find(({ kind }) => kind !== 'named');
  if (unnamed === undefined) note(draft, 'carried', filename, targets.length > 1 ? '`devices`' : '`device`');
  else note(draft, 'differs', filename, reasonFor(unnamed));
  if (new Set(targets.map(({ namespace }) => namespace)).size > 1)
    note(draft, 'missing', filename, 'several namespaces: a configuration has one `namespace`');
}

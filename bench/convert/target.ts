/** What a job of fio runs on, as a device here. */
import { type Draft, note, take } from './draft.js';
import type { FioSetting } from './job-file.js';

/** `pci`: a target that can be written. `drive`: one whose PCI address is not known. `file`: none, or a file. */
export interface Target {
  readonly kind: 'pci' | 'drive' | 'file' | 'null';
  /** The target, or the name that it has in the job file. */
  readonly text: string;
  readonly namespace?: number;
}

const PCI = /^([\da-f]{4,8})[:.]([\da-f]{2})[:.]([\da-f]{2})\.([0-7])$/i;

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
  return { kind: 'pci', text: `pci:${domain}:${bus}:${device}.${fn}`.toLowerCase() };
}

function targetOf(name: string): Target {
  const known = pciTarget(name) ?? spdkTarget(name);
  if (known !== undefined) return known;
  return { kind: name.startsWith('/dev/') || name.includes('trtype=') ? 'drive' : 'file', text: name };
}

function reasonFor(target: Target): string {
  if (target.kind === 'drive') return 'name the drive as `device`, by its PCI address (nvbench list)';
  return 'no file of a file system: the same region of the device itself';
}

/** What the job runs on, at least one. */
export function workTargets(draft: Draft, isNull: boolean): Target[] {
  const [filename, nsid] = [take(draft, 'filename'), take(draft, 'xnvme_dev_nsid')];
  if (isNull) {
    if (filename !== undefined) note(draft, 'dropped', filename, 'the device is null');
    return [{ kind: 'null', text: 'null' }];
  }
  const targets = namesOf(filename?.value ?? '').map(targetOf);
  if (nsid !== undefined) note(draft, 'carried', nsid, '`namespace`');
  if (filename === undefined || targets.length === 0) return [{ kind: 'file', text: '' }];
  noteTargets(draft, filename, targets);
  const namespace = Number(nsid?.value);
  return targets.map((target) =>
    namespace > 0 && target.kind === 'pci' ? { ...target, namespace } : target,
  );
}

function noteTargets(draft: Draft, filename: FioSetting, targets: readonly Target[]): void {
  const partition = targets.find(({ text }) => /nvme\d+n\d+p\d+$/.test(text));
  if (partition !== undefined)
    note(
      draft,
      'missing',
      filename,
      'a partition: give the drive, with `offset` and `size` of the partition',
    );
  const unnamed = targets.find(({ kind }) => kind !== 'pci');
  if (unnamed === undefined) note(draft, 'carried', filename, targets.length > 1 ? '`devices`' : '`device`');
  else if (partition === undefined) note(draft, 'differs', filename, reasonFor(unnamed));
  if (new Set(targets.map(({ namespace }) => namespace)).size > 1)
    note(draft, 'missing', filename, 'several namespaces: a configuration has one `namespace`');
}

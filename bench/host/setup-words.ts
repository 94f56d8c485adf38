/** Changes of the machine in words, and targets that can be bound. */
import { EngineError, parseTarget, type SetupStatus, type Undone } from '../../engine/index.js';
import type { ChangeRow } from '../../reports/index.js';

type Entry = Undone['entry'];

/** The canonical PCI address of a target. Throws EngineError BAD_TARGET, NOT_A_PCI_TARGET of kind `input`. */
export function pciAddressOf(text: string): string {
  const { scheme, address } = parseTarget(text);
  if (scheme === 'pci') return address;
  throw new EngineError({
    code: 'NOT_A_PCI_TARGET',
    op: 'bind',
    target: text,
    reason: `a target of ${scheme} has no kernel driver`,
    hint: 'name a PCI function, for example pci:0000:01:00.0',
    kind: 'input',
  });
}

/** For example `0000:01:00.0: nvme -> vfio-pci`. */
export function changeText({ change }: Entry): string {
  switch (change.kind) {
    case 'driver':
      return `${change.address}: ${change.formerDriver || 'no driver'} -> ${change.driver}`;
    case 'owner':
      return `${change.path}: user ${change.formerUid} -> ${change.uid}`;
    case 'hugepages':
      return `${change.path}: ${change.formerPages} -> ${change.pages} pages`;
  }
}

/** What became of an entry that was to be undone. */
export function undoneText({ entry, outcome, error }: Undone): string {
  const what = changeText(entry);
  switch (outcome) {
    case 'restored':
      return `undone: ${what}`;
    case 'already':
      return `was undone already: ${what}`;
    case 'left':
      return `left as it is, others use it: ${what}`;
    case 'gone':
      return `the device is gone: ${what}`;
    case 'failed':
      return `not undone: ${what}: ${error?.message ?? ''}`;
  }
}

function lastsText(entry: SetupStatus['entries'][number]): string {
  if (entry.maker === 'hugepages') return 'until hugepages --release';
  if (!entry.made && entry.running) return 'being made';
  if (entry.maker === 'bind') return 'until unbind';
  return entry.running ? `until process ${entry.process.pid} ends` : 'to be undone';
}

export function changeRow(entry: SetupStatus['entries'][number]): ChangeRow {
  return {
    target: entry.target,
    change: changeText(entry),
    maker: `nvbench ${entry.maker}`,
    since: entry.startedAt,
    lasts: lastsText(entry),
  };
}

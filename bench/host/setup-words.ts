/** Changes of the machine in words. */
import type { SetupStatus, Undone } from '../../engine/index.js';
import type { ChangeRow } from '../../reports/views/setup-text.js';

type Entry = Undone['entry'];

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

/** As `undoneText`, of what a killed nvbench left behind. */
export function leftBehindText(undone: Undone): string {
  return `left behind by process ${undone.entry.process.pid}, ${undoneText(undone)}`;
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

/** Gives hugepages back that were reserved. */
import type { JournalEntry } from './journal.js';
import { alone, requireRoot, type Setup } from './setup.js';
import { type Undone, undoEntries } from './undo.js';

/** Reservations that stand, oldest first; of one node only where it is given. */
export function pageReservations({ journal }: Setup, node: number | undefined): JournalEntry[] {
  const part = node === undefined ? '' : `/node${node}/`;
  return journal.entries().filter(({ change }) => change.kind === 'hugepages' && change.path.includes(part));
}

/** Takes reservations back, newest first. Throws EngineError NEED_ROOT; one that fails is in the result. */
export async function releasePages(setup: Setup, node: number | undefined): Promise<Undone[]> {
  if (pageReservations(setup, node).length === 0) return [];
  requireRoot(setup.host, 'release hugepages', 'this machine', 'run it with sudo');
  return alone(setup, () => undoEntries(setup, pageReservations(setup, node)));
}

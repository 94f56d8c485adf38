/** Undoes journaled changes, newest first, past failures. */

import { deviceUsers } from '../disks/device-processes.js';
import { describeOpenFile } from '../disks/open-files.js';
import { EngineError } from '../errors.js';
import type { BindHost } from '../pci/bind-host.js';
import { undoDriverChange, undoWrites } from './driver-change.js';
import { pagesAfterUndo, undoPages } from './hugepages.js';
import type { JournalEntry } from './journal.js';
import { takeNodeBack } from './ownership.js';
import { alone, hasState, type Setup } from './setup.js';
import { checkUndoable } from './undoable.js';

export type Outcome = 'restored' | 'already' | 'left' | 'gone' | 'failed';

export interface Undone {
  readonly entry: JournalEntry;
  /** `left`: someone has changed it since, or another entry needs it. A failed one stays in the journal. */
  readonly outcome: Outcome;
  readonly error?: EngineError;
}

/** Taking a device away from a program that has it open would hang in the kernel until that ends. */
function refuseOpen(host: BindHost, address: string): void {
  const [file] = deviceUsers(host, address);
  if (file === undefined) return;
  throw new EngineError({
    code: 'DEVICE_OPEN',
    op: 'give back',
    target: address,
    reason: describeOpenFile(file),
    hint: `end process ${file.pid} first`,
  });
}

/** Any failure as one that names the change that is not undone. */
function asEngineError(error: unknown, { target }: JournalEntry): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError({
    code: 'UNDO_FAILED',
    op: 'give back',
    target,
    reason: error instanceof Error ? error.message : String(error),
    hint: 'it stays in the journal: see nvbench status, and try again',
    cause: error,
  });
}

/**
 * What is in the way of each target: all changes of one are undone, or none, so that a drive that is in use keeps its
 * owner as well as its driver.
 */
function refusedTargets(
  { host, journal }: Setup,
  entries: readonly JournalEntry[],
): Map<string, EngineError> {
  const refused = new Map<string, EngineError>();
  for (const entry of entries) {
    const { change, target } = entry;
    if (refused.has(target)) continue;
    try {
      checkUndoable(host, change, target, journal.dir);
      if (change.kind !== 'driver') continue;
      if (undoWrites(host, change).length > 0) refuseOpen(host, change.address);
    } catch (error) {
      refused.set(target, asEngineError(error, entry));
    }
  }
  return refused;
}

async function undoOne(setup: Setup, entry: JournalEntry): Promise<Outcome> {
  const { change } = entry;
  switch (change.kind) {
    case 'driver':
      if (undoWrites(setup.host, change).length > 0) refuseOpen(setup.host, change.address);
      return undoDriverChange(setup.host, change);
    case 'owner':
      return takeNodeBack(setup, entry);
    case 'hugepages':
      return undoPages(setup.host, change);
  }
}

/**
 * Undoes entries, newest first, and forgets those that are; of a target whose device a program has open, none. Never
 * throws for a single one. Call it under the lock.
 */
export async function undoEntries(setup: Setup, entries: readonly JournalEntry[]): Promise<Undone[]> {
  const refused = refusedTargets(setup, entries);
  const undone: Undone[] = [];
  for (const entry of entries.toSorted((a, b) => b.sequence - a.sequence)) {
    try {
      const refusal = refused.get(entry.target);
      if (refusal !== undefined) throw refusal;
      const outcome = await undoOne(setup, entry);
      setup.journal.remove(entry);
      undone.push({ entry, outcome });
    } catch (error) {
      undone.push({ entry, outcome: 'failed', error: asEngineError(error, entry) });
    }
  }
  return undone;
}

/** What `undoEntries` would write to sysfs now, in its order. Throws EngineError JOURNAL_FORGED. */
export function undoPlan(
  { host, journal }: Setup,
  entries: readonly JournalEntry[],
): { path: string; text: string }[] {
  const pagesLeft = new Map<string, number>(); // each reservation goes back from where the one before has left it
  return entries
    .toSorted((a, b) => b.sequence - a.sequence)
    .flatMap(({ change, target }) => {
      checkUndoable(host, change, target, journal.dir);
      if (change.kind === 'driver') return undoWrites(host, change);
      if (change.kind === 'owner') return [];
      const pages = pagesAfterUndo(change, pagesLeft.get(change.path));
      pagesLeft.set(change.path, pages);
      return [{ path: change.path, text: String(pages) }];
    });
}

/**
 * Undoes what a killed process left behind: everything a `run` had bound, and changes that were never finished.
 * Does nothing where there is nothing, or where another user made it.
 */
export async function undoLeftovers(setup: Setup): Promise<Undone[]> {
  if (!hasState(setup) || setup.journal.leftovers().length === 0) return [];
  return alone(setup, () => undoEntries(setup, setup.journal.leftovers()));
}

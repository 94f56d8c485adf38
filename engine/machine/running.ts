/** Bindings that another run has made, and gives back itself. */
import { EngineError } from '../errors.js';
import { isRunning } from '../sys/process-identity.js';
import type { JournalEntry } from './journal.js';
import type { Setup } from './setup.js';

/** Throws EngineError RUN_IN_PROGRESS where another process that still runs gives one of the entries back itself. */
function refuseRunning(entries: readonly JournalEntry[], op: string): void {
  const used = entries.find(
    (entry) => entry.maker === 'run' && entry.process.pid !== process.pid && isRunning(entry.process),
  );
  if (used === undefined) return;
  throw new EngineError({
    code: 'RUN_IN_PROGRESS',
    op,
    target: used.target,
    reason: `nvbench run (process ${used.process.pid}) has bound it and gives it back at its end`,
    hint: `wait for it, or end process ${used.process.pid}`,
  });
}

/** Before entries are undone. Throws EngineError RUN_IN_PROGRESS. */
export function refuseUndoOfRunning(entries: readonly JournalEntry[]): void {
  refuseRunning(entries, 'unbind');
}

/**
 * Before a function (canonical address) is bound: one that a run has bound would go from under the new owner when that
 * run ends. Throws EngineError RUN_IN_PROGRESS.
 */
export function refuseBindOfRunning({ journal }: Setup, address: string): void {
  const ofFunction = ({ change }: JournalEntry): boolean =>
    change.kind === 'driver' && change.address === address;
  refuseRunning(journal.entries().filter(ofFunction), 'bind');
}

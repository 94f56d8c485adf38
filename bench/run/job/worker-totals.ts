/** What the workers of a job come to together, or each by itself. */
import type { WorkerResult } from '../../../engine/load/index.js';
import { type ByOperation, byOperation, OPERATIONS } from '../../../engine/stats/operations.js';

/** I/Os of the measured time that completed or failed. */
export const finishedBy = ({ completed, statuses }: WorkerResult): number =>
  OPERATIONS.reduce((sum, name) => sum + completed[name], 0) +
  statuses.reduce((sum, { count }) => sum + count, 0);

/** Resets of zones among these, which are beside the I/Os that were asked for. */
export const resetsBy = ({ completed, statuses }: WorkerResult): number =>
  completed['zone-reset'] +
  statuses.reduce((sum, { operation, count }) => sum + (operation === 'zone-reset' ? count : 0), 0);

/** I/Os that a worker began, at least: of those of its ramp that failed nothing is known. */
export const begunBy = (worker: WorkerResult): number =>
  finishedBy(worker) + worker.rampIos + worker.drain.ios + worker.lostIos;

/** Measured time of the worker that took longest. */
export function elapsedNsOf(workers: readonly WorkerResult[]): number {
  return Math.max(...workers.map((worker) => worker.elapsedNs));
}

/** Failed I/Os of all workers. */
export function failedOf(workers: readonly WorkerResult[]): ByOperation<number> {
  const failed = byOperation(() => 0);
  for (const { operation, count } of workers.flatMap((worker) => worker.statuses)) failed[operation] += count;
  return failed;
}

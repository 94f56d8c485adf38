/** Whether a job measured the tool rather than its device. */
import type { EngineWarning } from '../../../engine/index.js';
import type { WorkerResult } from '../../../engine/load/index.js';
import { formatIops } from '../../../reports/render/format.js';
import type { JobOutcome } from '../job/job-run.js';
import { finishedBy } from '../job/worker-totals.js';
import { doubt } from './doubt.js';

const NS_PER_SECOND = 1e9;
/** Share of what the loops can do by themselves from which on they are the limit. */
const BOUND_SHARE = 0.8;
/** Of all looks, those that found completions: a loop that hardly ever looked in vain waited for nothing. */
const BOUND_LOOKS = 0.9;
/** Of fewer looks neither says anything. */
const LEAST_LOOKS = 1000;

const sum = (workers: readonly WorkerResult[], of: (worker: WorkerResult) => number): number =>
  workers.reduce((total, worker) => total + of(worker), 0);

/** What the loops can do by themselves; Infinity where one was not calibrated. */
const loopIops = (workers: readonly WorkerResult[]): number =>
  sum(workers, ({ calibration }) =>
    calibration === undefined ? Number.POSITIVE_INFINITY : NS_PER_SECOND / calibration.nsPerIo,
  );

function evidence({ planned, workers }: JobOutcome): string | undefined {
  const found = sum(workers, ({ reapBatches }) => reapBatches);
  const looks = found + sum(workers, ({ emptyPolls }) => emptyPolls);
  if (looks < LEAST_LOOKS) return undefined;
  const iops = sum(workers, (worker) => (finishedBy(worker) * NS_PER_SECOND) / worker.elapsedNs);
  const most = loopIops(workers);
  if (iops >= BOUND_SHARE * most)
    return `${formatIops(iops)} IOPS where the loop of the tool can do ${formatIops(most)} by itself`;
  // Sleeps end when something has completed, and the kernel may do I/O within the call that submits it.
  const waits =
    (planned.spec.completion ?? 'poll') !== 'poll' || planned.device.drive.kernelPath !== undefined;
  if (waits || found < BOUND_LOOKS * looks) return undefined;
  return `${Math.round((100 * found) / looks)} % of the looks for completions found some: the loop of the tool never waited for the device`;
}

export function toolDoubts(outcome: JobOutcome): EngineWarning[] {
  const message = evidence(outcome);
  const advice = 'use more numjobs or CPUs: rates are of the tool, and latencies hold the wait for it';
  return message === undefined ? [] : [doubt('tool-bound', message, advice)];
}

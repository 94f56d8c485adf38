/** Jobs that a controller gives no queues, or not in time: they fail, and the jobs to come find it as it was, or reset. */
import { NvmeStatusError } from '../../../engine/index.js';
import type { RecoveryStep } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';
import { failedStep, resetAfter } from './recovery.js';

/** A job on one device that did not come to its first I/O. */
export interface NotBegun {
  readonly planned: PlannedJob;
  readonly at: Date;
  /** Of the job that could not begin; those beside it have none. */
  readonly recovery: readonly RecoveryStep[];
}

/** Of jobs that were to run side by side, of which one could not begin; undefined where its error ends the run. */
export async function afterFailedStart(
  jobs: readonly PlannedJob[],
  failedAt: number,
  error: unknown,
): Promise<NotBegun[] | undefined> {
  const at = new Date();
  const { config, device } = jobs[failedAt];
  const recovery =
    error instanceof NvmeStatusError
      ? [failedStep('command', error.op, error)]
      : config.onTimeout === 'stop'
        ? undefined
        : await resetAfter(error, device, 'create-queues', 'Creation of the queue pairs of the job');
  if (recovery === undefined) return undefined;
  return jobs.map((planned, i) => ({ planned, at, recovery: i === failedAt ? recovery : [] }));
}

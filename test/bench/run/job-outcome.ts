/** What a job came to, of which nothing went wrong: for tests of what is made of it. */
import type { JobOutcome } from '../../../bench/run/job/job-run.js';
import type { PlannedJob } from '../../../bench/run/plan/plan.js';
import type { WorkerResult } from '../../../engine/load/index.js';

export const outcomeOf = (
  planned: PlannedJob,
  workers: readonly WorkerResult[],
  counts: JobOutcome['counts'],
): JobOutcome => ({
  planned,
  startedAt: new Date(0),
  workers,
  counts,
  intervals: [],
  intervalNs: 1e9,
  operationsHash: { version: 1, value: '0123456789abcdef', iosPerWorker: 4 },
  recovery: [],
  cpuLimit: { quotaCpus: Number.POSITIVE_INFINITY, throttledNs: 0 },
});

/** What keeps the figures of a job, or of a result, from being what was asked for. */
import { type BenchResult, endedAsAsked, type JobRecord } from '../document/result.js';
import { incompleteness } from './comparability.js';

/** For example `is invalid: io-timeout`, to stand after the name of the job; undefined where its figures hold. */
export function problemOfJob(job: JobRecord): string | undefined {
  if (!endedAsAsked(job)) return `did not run to its end: ${job.stopReason}`;
  if (job.partial) return 'was still running when the document was written';
  return job.verdict?.level === 'invalid' ? `is invalid: ${job.verdict.reasons.join(', ')}` : undefined;
}

/** For example `its job randread is invalid: io-timeout`, of the first such job; undefined where all of them hold. */
export function spoiltJob({ jobs }: BenchResult): string | undefined {
  for (const job of jobs) {
    const problem = problemOfJob(job);
    if (problem !== undefined) return `its job ${job.name} ${problem}`;
  }
  return undefined;
}

/** Why a result is no run of what was asked for: it did not come to its end, or a job of it is spoilt. Undefined where it is. */
export const problemOfRun = (result: BenchResult): string | undefined =>
  incompleteness(result) ?? spoiltJob(result);

/** What keeps the figures of a job from being what was asked for. */
import { endedAsAsked, type JobRecord } from '../document/result.js';

/** For example `is invalid: io-timeout`, to stand after the name of the job; undefined where its figures hold. */
export function problemOfJob(job: JobRecord): string | undefined {
  if (!endedAsAsked(job)) return `did not run to its end: ${job.stopReason}`;
  return job.verdict?.level === 'invalid' ? `is invalid: ${job.verdict.reasons.join(', ')}` : undefined;
}

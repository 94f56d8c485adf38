/** Keys that a job cannot have beside what another of its keys says. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { JOB_KEYS, type JobKey } from './job-keys.js';
import { defaultOf } from './key-table.js';

/** Keys that say how I/Os go together. */
export const BATCHING = [
  'iodepth_batch',
  'iodepth_batch_complete_min',
  'iodepth_batch_complete_max',
  'iodepth_low',
] as const satisfies readonly JobKey[];

/** Keys that say when I/Os go. */
export const PACING = [
  'rate',
  'rate_iops',
  'thinktime',
  ...BATCHING,
  'flow',
] as const satisfies readonly JobKey[];

/** Whether the job has another value than the one that a job has without. */
const isSaid = (job: ReadJob, key: JobKey): boolean => {
  const value: unknown = job.keys[key];
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(defaultOf(JOB_KEYS[key]));
};

/** One for each of these keys; `beside` is the other, with its value where that counts. */
export const rivals = (job: ReadJob, keys: readonly JobKey[], beside: string): Finding[] =>
  keys
    .filter((key) => isSaid(job, key))
    .map((key) => finding(sourceOf(job, key), `is not to be had with ${beside}`, 'remove one of them'));

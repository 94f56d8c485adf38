/** A configuration as a program writes it: the keys and values of a file, as plain data. */
import type { JOB_KEYS, JobKey } from './job-keys.js';
import type { WrittenKeys } from './key-table.js';
import type { PurgeWay } from './purge-keys.js';
import type { WrittenRounds } from './rounds.js';
import type { RUN_KEYS } from './run-keys.js';

/** The keys that a job and `defaults` share. Sizes are bytes or text such as `4k`, times seconds or text such as `10ms`. */
export type JobKeyData = WrittenKeys<typeof JOB_KEYS>;

type SweptKey = { [Key in JobKey]: (typeof JOB_KEYS)[Key] extends { sweep: true } ? Key : never }[JobKey];

/** Lists of values: the job runs once for each combination. */
export type MatrixData = { readonly [Key in SweptKey]?: readonly JobKeyData[Key][] | undefined };

/** One job. It needs `rw` and an end (`runtime`, `number_ios`, `io_size`, `loops` or `size`), here or in `defaults`. */
export interface JobData extends JobKeyData {
  /** Unique in the configuration. */
  readonly name: string;
  readonly matrix?: MatrixData | undefined;
}

/** Jobs that run side by side. */
export interface ParallelData {
  readonly parallel: readonly JobData[];
}

/** Jobs that are done in order, again and again, until one of them is steady. */
export interface RoundsData {
  readonly rounds: WrittenRounds;
  readonly jobs: readonly JobData[];
}

/** All data are destroyed before what follows. */
export interface PurgeData {
  readonly purge: PurgeWay;
}

/** A whole configuration. It needs `device` or `devices`, unless each job has its own. docs/config.md tells of every key. */
export interface ConfigData extends WrittenKeys<typeof RUN_KEYS> {
  readonly defaults?: JobKeyData | undefined;
  readonly jobs: readonly (JobData | ParallelData | RoundsData | PurgeData)[];
}

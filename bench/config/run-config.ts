/** A configuration that has been checked, with every default in its place and every unit in its name. */
import { type CompleteJob, JOB_KEYS, type JobKeys } from './job-keys.js';
import { completeKeys } from './key-table.js';
import type { RwPattern } from './pattern.js';
import { type CompleteRun, RUN_KEYS, type RunKeys } from './run-keys.js';

/** A value that a sweep gave to a key: bytes of a size, the text of a duration or percentage, or the value itself. */
export type ParameterValue = number | string;

/** Which job of a sweep this is. */
export interface SweepPoint {
  /** Name of the job that has the matrix. */
  readonly group: string;
  /** Values of the matrix, by key, in its order. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** One job, complete: every key of JOB_KEYS by its field. */
export interface JobConfig extends CompleteJob {
  /** Unique in a run; in a sweep with its values, for example `sweep[bs=4k,iodepth=32]`. */
  readonly name: string;
  readonly sweep?: SweepPoint;
}

/** A configuration that has passed every check which needs no device: every key of RUN_KEYS by its field. */
export interface RunConfig extends Omit<CompleteRun, 'device' | 'devices' | 'serialNumbers' | 'gates'> {
  /** Target strings, at least one. */
  readonly devices: readonly string[];
  /** Serial numbers of the devices that may be written. */
  readonly serialNumbers: readonly string[];
  readonly gates: NonNullable<CompleteRun['gates']>;
  readonly jobs: readonly JobConfig[];
}

/** Applies the defaults to a checked job. */
export function completeJob(
  name: string,
  keys: JobKeys & { readonly rw: RwPattern },
  sweep?: SweepPoint,
): JobConfig {
  return { name, ...(sweep === undefined ? {} : { sweep }), ...completeKeys(JOB_KEYS, keys) };
}

/** Applies the defaults to the checked keys of the file. */
export function completeRun(keys: RunKeys, jobs: readonly JobConfig[]): RunConfig {
  const { device, ...run } = completeKeys(RUN_KEYS, keys);
  return {
    ...run,
    devices: run.devices ?? (device === undefined ? [] : [device]),
    serialNumbers: run.serialNumbers ?? [],
    gates: run.gates ?? [],
    jobs,
  };
}

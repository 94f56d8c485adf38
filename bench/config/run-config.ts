/** A configuration that has been checked, with every default in its place and every unit in its name. */
import { type CompleteJob, JOB_KEYS, type JobKeys } from './job-keys.js';
import { completeKeys } from './key-table.js';
import type { RwPattern } from './pattern.js';
import type { Rounds } from './rounds.js';
import { type CompleteRun, RUN_KEYS, type RunKeys } from './run-keys.js';
import type { TraceIos } from './trace-ios.js';

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
  /** Names of the jobs that run side by side with it; absent where it runs alone. */
  readonly parallel?: readonly string[];
  /** One object for all jobs that are done in rounds together. */
  readonly rounds?: Rounds;
  /** Of a job that plays a trace: what that holds, once it was read. */
  readonly trace?: TraceIos;
}

/** A configuration that has passed every check which needs no device: every key of RUN_KEYS by its field. */
export interface RunConfig extends Omit<CompleteRun, 'device' | 'devices' | 'serialNumbers' | 'gates'> {
  /** Targets of the jobs that name none. */
  readonly ownDevices: readonly string[];
  /** All targets, at least one: those of the file where a job runs on them, then those of jobs. */
  readonly devices: readonly string[];
  /** Serial numbers of the devices that may be written. */
  readonly serialNumbers: readonly string[];
  readonly gates: NonNullable<CompleteRun['gates']>;
  /** In order; those of one turn run side by side. */
  readonly turns: readonly (readonly JobConfig[])[];
  /** Those of all turns. */
  readonly jobs: readonly JobConfig[];
}

/** Where a job runs: its own devices, or those of the file. */
export function devicesOfJob(
  { ownDevices }: Pick<RunConfig, 'ownDevices'>,
  { devices }: Pick<JobConfig, 'devices'>,
): readonly string[] {
  return devices ?? ownDevices;
}

/** How often a job runs: so many rounds at most, where it is done in rounds. */
export function timesOf({ repeat, rounds }: Pick<JobConfig, 'repeat' | 'rounds'>): number {
  return rounds?.most ?? repeat;
}

/** The same work on the same devices, by the names that `nameNow` gives them. */
export function renamed<Config extends RunConfig>(
  config: Config,
  nameNow: (target: string) => string,
): Config {
  const turns = config.turns.map((turn) =>
    turn.map((job) => (job.devices === undefined ? job : { ...job, devices: job.devices.map(nameNow) })),
  );
  return {
    ...config,
    ownDevices: config.ownDevices.map(nameNow),
    devices: config.devices.map(nameNow),
    turns,
    jobs: turns.flat(),
  };
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
export function completeRun(keys: RunKeys, turns: readonly (readonly JobConfig[])[]): RunConfig {
  const { device, ...run } = completeKeys(RUN_KEYS, keys);
  const ownDevices = run.devices ?? (device === undefined ? [] : [device]);
  const jobs = turns.flat();
  const used = new Set(jobs.flatMap((job) => devicesOfJob({ ownDevices }, job)));
  return {
    ...run,
    ownDevices,
    devices: [
      ...ownDevices.filter((target) => used.has(target)),
      ...[...used].filter((target) => !ownDevices.includes(target)),
    ],
    serialNumbers: run.serialNumbers ?? [],
    gates: run.gates ?? [],
    turns,
    jobs,
  };
}

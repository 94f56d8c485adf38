/**
 * What a job asks of its device, by the keys of the configuration. Documents say it in `workload` of the job; older ones
 * in `workload` of the run, and before that in fields of the job alone.
 */
import { SIZE_KEYS } from '../render/sizes.js';
import { onceFor } from './once-for.js';
import type { BenchResult, JobRecord } from './result.js';

export type JobWorkload = NonNullable<JobRecord['workload']>;

/** A key that every document of version 1 has in a field of its own. Keys that came later stand in `workload` alone. */
export interface JobField {
  readonly key: string;
  readonly field: keyof JobRecord;
  readonly of: (job: JobRecord) => string | number | undefined;
}

export const JOB_FIELDS: readonly JobField[] = [
  { key: 'rw', field: 'rw', of: ({ rw }) => rw },
  { key: 'rwmixread', field: 'rwmixread', of: ({ rwmixread }) => rwmixread },
  { key: 'bs', field: 'bsBytes', of: ({ bsBytes }) => bsBytes },
  { key: 'iodepth', field: 'iodepth', of: ({ iodepth }) => iodepth },
  { key: 'numjobs', field: 'numjobs', of: ({ numjobs }) => numjobs },
  { key: 'queue_pairs', field: 'queuePairs', of: ({ queuePairs }) => queuePairs },
  { key: 'completion', field: 'completion', of: ({ completion = 'poll' }) => completion },
  { key: 'ramp_time', field: 'rampTimeMs', of: ({ rampTimeMs }) => rampTimeMs },
];

/** Keys that the run's `workload` had of each job before jobs had their own. */
const KEYS_OF_RUN = [...JOB_FIELDS.map(({ key }) => key), 'size', 'offset', 'hybrid_spin'];

/** Keys that reports say where they say what a job does. */
const SAID_KEYS: readonly string[] = [...KEYS_OF_RUN, ...SIZE_KEYS];

type Json = BenchResult['config'];

const isMap = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NONE: readonly Json[] = [];
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : NONE);

/** The first of each name. Made once for a list: it is asked for each job. */
const firstByName = onceFor((jobs: readonly Json[]) => {
  const found = new Map<Json, Record<string, Json>>();
  for (const job of jobs) if (isMap(job) && !found.has(job.name)) found.set(job.name, job);
  return found;
});

function fromRun({ workload }: BenchResult, { name }: JobRecord): JobWorkload | undefined {
  const job = firstByName(listOf(workload?.jobs)).get(name);
  if (job === undefined) return undefined;
  return Object.fromEntries(Object.entries(job).filter(([key]) => KEYS_OF_RUN.includes(key)));
}

/** From a configuration as it was written; undefined where it does not have the job. */
function policyIn(config: Json, { name, group = name }: JobRecord): JobRecord['seedPolicy'] {
  if (!isMap(config)) return undefined;
  const job = firstByName(listOf(config.jobs)).get(group);
  if (job === undefined) return undefined;
  const given = [job, config.defaults].some((keys) => isMap(keys) && keys.randseed !== undefined);
  return given ? 'fixed' : 'own';
}

function seedPolicyOf({ config }: BenchResult, job: JobRecord): JobRecord['seedPolicy'] {
  if (job.seedPolicy !== undefined) return job.seedPolicy;
  const configs = isMap(config) && Array.isArray(config.merged) ? config.merged : [config];
  const found = new Set(configs.flatMap((each) => policyIn(each, job) ?? []));
  return found.size === 1 ? [...found][0] : undefined;
}

/** What is asked in a job of the document; undefined where it does not say all of it. */
export function workloadOfJob(result: BenchResult, job: JobRecord): JobWorkload | undefined {
  return job.workload ?? fromRun(result, job);
}

/** The job with all that its document says of what was asked; in another document it keeps that. */
export function withSettings(result: BenchResult, job: JobRecord): JobRecord {
  const workload = workloadOfJob(result, job);
  const seedPolicy = seedPolicyOf(result, job);
  return {
    ...job,
    ...(workload === undefined ? {} : { workload }),
    ...(seedPolicy === undefined ? {} : { seedPolicy }),
  };
}

/** What every job of random blocks records, since documents from before that key mean the other. */
const UNSAID: JobWorkload = { norandommap: false };

function settingText(value: Json): string {
  if (typeof value === 'string') return value;
  const isList = Array.isArray(value) && value.every((part) => typeof part === 'string');
  return isList ? value.join(', ') : JSON.stringify(value);
}

/** Keys of a job that its fields do not have, as `key value`: what reports say of keys that came later. */
export function laterSettings({ workload = {} }: Pick<JobRecord, 'workload'>): string[] {
  return Object.entries(workload)
    .filter(([key, value]) => !SAID_KEYS.includes(key) && UNSAID[key] !== value)
    .map(([key, value]) => `${key} ${settingText(value)}`);
}

/** The same text for the same settings, whatever the order of the keys; undefined where not all are known. */
export function settingsText({ workload, seedPolicy }: JobRecord): string | undefined {
  if (workload === undefined || seedPolicy === undefined) return undefined;
  const sorted = Object.entries(workload).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, seedPolicy]);
}

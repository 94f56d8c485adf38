/** A configuration as it is compared: complete and in one spelling, without what may differ between comparable runs. */
import type { BenchResult, JobRecord } from '../../reports/document/index.js';
import { JOB_KEYS } from './job-keys.js';
import { recordKeys } from './key-table.js';
import { ROUNDS } from './rounds.js';
import type { JobConfig, RunConfig } from './run-config.js';
import { RUN_KEYS } from './run-keys.js';

type Workload = NonNullable<BenchResult['workload']>;

/** What runs beside a job is part of what its device is asked. */
const besideOf = ({ parallel }: JobConfig) => (parallel === undefined ? {} : { parallel: [...parallel] });

/** The keys by which jobs are the same work, however long and wherever on the host they ran. */
export function workOfJob(job: JobConfig): NonNullable<JobRecord['workload']> {
  const keys = recordKeys(JOB_KEYS, job, ['work']);
  // What is searched is an answer, not what was asked.
  if (job.search !== undefined) delete keys[job.search.max];
  return { ...keys, ...besideOf(job) } as Workload;
}

/** What a configuration asks of its devices, in the keys of the configuration. */
export function workloadRecord(config: RunConfig): Workload {
  const jobs = config.jobs.map((job) => ({
    name: job.name,
    ...recordKeys(JOB_KEYS, job, ['work', 'run']),
    ...besideOf(job),
    ...(job.rounds === undefined ? {} : { rounds: ROUNDS.record(job.rounds) }),
  }));
  return { ...recordKeys(RUN_KEYS, config, ['work', 'run']), jobs } as Workload;
}

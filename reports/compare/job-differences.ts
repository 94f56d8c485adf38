/** What differs between jobs of one name and place in two documents, beside their figures. */
import { JOB_FIELDS, type JobWorkload, workloadOfJob } from '../document/job-workload.js';
import { beganAlike } from '../document/operations-hash.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { compareFacts, configDifferences, type Fact, type Found } from './facts.js';
import { roleOf } from './roles.js';

const JOB_FACTS: readonly Fact<JobRecord>[] = [
  ...JOB_FIELDS.map(({ field, of }): Fact<JobRecord> => [`job.${field}`, of, true]),
  ['job.cpus', (job) => (job.workers.length === 0 ? undefined : pinning(job)), true],
];

const pinning = (job: JobRecord): string =>
  job.workers.some(({ cpus }) => cpus.length > 0) ? 'pinned' : 'not pinned';

/** Of imports: other tools take latency from one place or another, or do not take it. */
const LATENCY_KIND: Fact<JobRecord> = [
  'job.latency',
  (job) =>
    operationsOf(job).some(([, { latencyNs }]) => latencyNs.max !== undefined)
      ? job.timestampNote
      : undefined,
  true,
];

/** Keys of a job that have no field of their own, where the workloads of the runs do not tell of them. */
function settingDifferences(where: string, base?: JobWorkload, next?: JobWorkload): Found[] {
  if (base === undefined || next === undefined) return [];
  const keys = [...new Set([...Object.keys(base), ...Object.keys(next)])];
  return keys
    .filter((key) => !JOB_FIELDS.some((field) => field.key === key))
    .flatMap((key) =>
      configDifferences(base[key], next[key]).map((found) => ({ ...found, fact: `job.${key}`, where })),
    );
}

/** Jobs of one seed that began with other I/Os: another version may draw others, so it explains and does not block. */
function operationDifferences(where: string, base: JobRecord, next: JobRecord): Found[] {
  if (beganAlike(base, next) !== false) return [];
  const [a, b] = [base, next].map(({ operationsHash }) => operationsHash?.value ?? '');
  return [{ fact: 'job.operationsHash', where, base: a, next: b, blocks: false }];
}

/** Of each job that both have. */
export function jobDifferences(base: BenchResult, next: BenchResult): Found[] {
  return base.jobs.flatMap((job) => {
    const role = roleOf(base, job);
    const other = next.jobs.find(({ name }, i) => name === job.name && roleOf(next, next.jobs[i]) === role);
    const first = base.jobs.find(({ name }, i) => name === job.name && roleOf(base, base.jobs[i]) === role);
    if (other === undefined || first !== job) return [];
    const where = `job ${job.name}`;
    const isOneTool = base.imported?.tool === next.imported?.tool;
    const ofRuns = base.workload !== undefined && next.workload !== undefined;
    const isImported = isOneTool && base.imported !== undefined;
    return [
      ...compareFacts(isImported ? [...JOB_FACTS, LATENCY_KIND] : JOB_FACTS, where, job, other),
      ...operationDifferences(where, job, other),
      ...(ofRuns || !isOneTool
        ? []
        : settingDifferences(where, workloadOfJob(base, job), workloadOfJob(next, other))),
    ];
  });
}

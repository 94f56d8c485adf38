/** Names under which the jobs of one import are told apart: what another tool calls the same is no repeat of each other. */
import { grouped } from '../document/grouped.js';
import { mergeResults } from '../document/merge.js';
import type { BenchResult, JobRecord, ResultWarning } from '../document/result.js';
import { formatBytes } from '../render/format.js';
import { sanitize } from '../render/terminal.js';

/** Settings that stand in a name where jobs of one name differ in them, beside options of the tool. */
const SETTINGS = [
  'rw',
  'rwmixread',
  'bsBytes',
  'iodepth',
  'numjobs',
] as const satisfies readonly (keyof JobRecord)[];
const KEYS: Readonly<Partial<Record<(typeof SETTINGS)[number], string>>> = { bsBytes: 'bs' };

/** `j[iodepth=32]`, as jobs of a sweep are called. */
function withSettings(jobs: readonly JobRecord[]): JobRecord[] {
  const differ = (of: (job: JobRecord) => unknown): boolean => new Set(jobs.map(of)).size > 1;
  const fields = SETTINGS.filter((field) => differ((job) => job[field]));
  const keys = new Set(jobs.flatMap(({ workload = {} }) => Object.keys(workload)));
  const options = [...keys].filter((key) => differ(({ workload = {} }) => workload[key]));
  if (fields.length + options.length === 0) return [...jobs];
  return jobs.map((job) => {
    const said = [
      ...fields.map((field) => `${KEYS[field] ?? field}=${job[field] ?? ''}`),
      ...options.flatMap((key) => (job.workload?.[key] === undefined ? [] : `${key}=${job.workload[key]}`)),
    ];
    if (said.length === 0) return job;
    return { ...job, name: `${job.name}[${said.join(',')}]` };
  });
}

/** What a job is called that the text has no name for: `randread-4KiB-qd32`. */
export function nameBySettings({
  rw,
  bsBytes,
  iodepth,
}: Pick<JobRecord, 'rw' | 'bsBytes' | 'iodepth'>): string {
  return `${rw}-${formatBytes(bsBytes).replace(' ', '')}-qd${iodepth}`;
}

const placeOf = ({ name, target, hostIndex, run }: JobRecord): string =>
  JSON.stringify([name, target, hostIndex, run]);

export interface NamedJobs {
  readonly jobs: JobRecord[];
  readonly warnings: readonly ResultWarning[];
}

/**
 * In their order. Jobs of one name that differ in settings have these in their names; those that do not, on one target of
 * one host in one run, a number from the second on.
 */
export function namedApart(jobs: readonly JobRecord[]): NamedJobs {
  const renamed = new Map<number, JobRecord>();
  const places = new Map(jobs.map((job, i) => [job, i]));
  for (const alike of grouped(jobs, ({ name }) => name))
    for (const [i, job] of withSettings(alike).entries()) renamed.set(places.get(alike[i]) ?? 0, job);
  const seen = new Map<string, number>();
  const repeated = new Set<string>();
  const named = jobs.map((_, i) => {
    const job = renamed.get(i) ?? jobs[i];
    const before = seen.get(placeOf(job)) ?? 0;
    seen.set(placeOf(job), before + 1);
    if (before > 0) repeated.add(job.name);
    return before === 0 ? job : { ...job, name: `${job.name} (${before + 1})` };
  });
  const warnings = [...repeated].map((name) => ({
    code: 'imported-names-repeated',
    message: `several jobs are named ${sanitize(name)} and differ in nothing that the text says: they are numbered`,
    advice: 'give each job a name of its own, or clones numjobs and group_reporting',
  }));
  return { jobs: named, warnings };
}

/** Runs that one text has, one after another, as one document: each numbered, and told apart by what was asked of it. */
export function runsTogether(runs: readonly BenchResult[], toolVersion: string): BenchResult {
  if (runs.length === 1) return runs[0];
  const merged = mergeResults(runs, { toolVersion, sum: false });
  const { jobs, warnings } = namedApart(merged.jobs);
  return { ...merged, jobs, warnings: [...merged.warnings, ...warnings] };
}

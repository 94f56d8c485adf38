/** Jobs of two sides that are the same job under different names. */
import type { BenchResult, JobRecord } from '../document/result.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import type { NamedResult } from './runs.js';

/** Names of jobs of the base, or of their groups, and what each is called on the new side. */
export type JobMap = Readonly<Record<string, string>>;

const MOST_NAMES = 10;

/** Names of jobs, and of groups with a bracket of values for each; in the order of the documents. */
export function jobNamesOf(documents: readonly NamedResult[]): string[] {
  const jobs = documents.flatMap(({ result }) => result.jobs);
  return [...new Set(jobs.flatMap(({ name, group }) => (group === undefined ? [name] : [group, name])))];
}

/** Some of the names, for a message. */
export function someNames(names: readonly string[], between = ', '): string {
  const shown = names.slice(0, MOST_NAMES).map(sanitize).join(between);
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown || 'none';
}

function notPaired(reason: string, hint: string): ReportError {
  return new ReportError('NOT_PAIRED', reason, hint);
}

function checkMap(base: readonly NamedResult[], next: readonly NamedResult[], map: JobMap): void {
  const targets = Object.values(map);
  const twice = targets.find((to, i) => targets.indexOf(to) !== i);
  if (twice !== undefined)
    throw notPaired(`${sanitize(twice)} is named for two jobs`, 'a job can be paired with one other');
  const [old, fresh] = [jobNamesOf(base), jobNamesOf(next)];
  for (const [from, to] of Object.entries(map)) {
    for (const [name, names, side] of [
      [from, old, 'base'],
      [to, fresh, 'new side'],
    ] as const)
      if (!names.includes(name))
        throw notPaired(`the ${side} has no job ${sanitize(name)}`, `its jobs: ${someNames(names)}`);
    if (from !== to && fresh.includes(from) && !Object.values(map).includes(from))
      throw notPaired(
        `the new side has a job ${sanitize(from)} of its own beside ${sanitize(to)}`,
        'a job can be paired with one other',
      );
  }
}

/** Of a sweep's job as of the sweep: its bracket of values stays. Undefined where neither has another name. */
function renamedText(
  name: string,
  group: string | undefined,
  names: ReadonlyMap<string, string>,
): string | undefined {
  const own = names.get(name);
  const ofGroup = group === undefined ? undefined : names.get(group);
  if (own !== undefined || group === undefined || ofGroup === undefined || !name.startsWith(group))
    return own;
  return ofGroup + name.slice(group.length);
}

function renamed(job: JobRecord, names: ReadonlyMap<string, string>): JobRecord {
  const name = renamedText(job.name, job.group, names);
  if (name === undefined) return job;
  const group = names.has(job.name) || job.group === undefined ? undefined : names.get(job.group);
  return { ...job, name, ...(group === undefined ? {} : { group }) };
}

/** Throws ReportError where two jobs of a document would have one name. */
function checkApart({ result }: NamedResult, names: ReadonlyMap<string, string>): void {
  const origins = new Map<string, string>();
  for (const job of result.jobs) {
    const { name } = renamed(job, names);
    const before = origins.get(name) ?? job.name;
    if (before !== job.name)
      throw notPaired(
        `${sanitize(before)} and ${sanitize(job.name)} would both be ${sanitize(name)}`,
        'name a sweep, or jobs of it, not both',
      );
    origins.set(name, job.name);
  }
}

type Json = BenchResult['config'];

/** The jobs that a configuration, or a workload, lists under their names. */
function renamedIn(json: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !Array.isArray(json.jobs))
    return json;
  const jobs = json.jobs.map((job) => {
    if (typeof job !== 'object' || job === null || Array.isArray(job) || typeof job.name !== 'string')
      return job;
    const text = job.name;
    const group = [...names.keys()].find((each) => text.startsWith(`${each}[`));
    const name = renamedText(text, group, names);
    return name === undefined ? job : { ...job, name };
  });
  return { ...json, jobs };
}

/** The documents with the names that the base has for their jobs. */
function underNames(documents: readonly NamedResult[], map: JobMap): NamedResult[] {
  const names = new Map(Object.entries(map).map(([from, to]) => [to, from]));
  return documents.map((document) => {
    checkApart(document, names);
    const { name, result } = document;
    const { config, workload, jobs } = result;
    return {
      name,
      result: {
        ...result,
        config: renamedIn(config, names),
        ...(workload === undefined
          ? {}
          : { workload: renamedIn(workload, names) as NonNullable<BenchResult['workload']> }),
        jobs: jobs.map((job) => renamed(job, names)),
      },
    };
  });
}

/**
 * The new side under the names of the base, for jobs that these have to be paired with. Throws ReportError NOT_PAIRED where a
 * name is none, or would be that of two jobs.
 */
export function mapped(
  base: readonly NamedResult[],
  next: readonly NamedResult[],
  map: JobMap | undefined,
): readonly NamedResult[] {
  if (map === undefined || Object.keys(map).length === 0) return next;
  checkMap(base, next, map);
  return underNames(next, map);
}

/** A sentence for each pair. */
export function mapNotes(map: JobMap = {}): string[] {
  return Object.entries(map).map(
    ([from, to]) => `${sanitize(from)} of the base is set against ${sanitize(to)} of the new results`,
  );
}

/**
 * The map that texts such as `old=new` say; names may have `=` in them. Throws ReportError NOT_PAIRED where a text is no pair of
 * names, or of several.
 */
export function parseJobMap(
  texts: readonly string[],
  base: readonly NamedResult[],
  next: readonly NamedResult[],
): JobMap {
  const [old, fresh] = [jobNamesOf(base), jobNamesOf(next)];
  const pairs = texts.map((text): [string, string] => {
    const splits = [...text.matchAll(/=/g)].map(({ index }): [string, string] => [
      text.slice(0, index),
      text.slice(index + 1),
    ]);
    const known = splits.filter(([from, to]) => old.includes(from) && fresh.includes(to));
    if (known.length === 1) return known[0];
    throw notPaired(
      known.length === 0
        ? `${sanitize(text)} is no job of the base and one of the new side with = between them`
        : `${sanitize(text)} can be read in several ways`,
      `jobs of the base: ${someNames(old)}; of the new side: ${someNames(fresh)}`,
    );
  });
  const map = Object.fromEntries(pairs);
  if (Object.keys(map).length === pairs.length) return map;
  throw notPaired('a job of the base is named twice', 'a job can be paired with one other');
}

/** The jobs of results that gates speak of, and what keeps their figures from being judged. */
import { problemOfJob } from '../compare/job-problem.js';
import { countOf } from '../compare/metrics.js';
import { placeOf, roleOf } from '../compare/roles.js';
import { distinctRuns, type NamedResult } from '../compare/runs.js';
import { grouped } from '../document/grouped.js';
import { OPERATIONS, type OperationName } from '../document/operations.js';
import type { JobRecord } from '../document/result.js';
import { plural } from '../render/format.js';
import type { GatedJob } from './parse.js';

export interface GatedRecord extends GatedJob {
  /** Of the result that it is in. */
  readonly resultName: string;
  readonly job: JobRecord;
  readonly role: number;
  readonly place: string | undefined;
}

/** What makes jobs of several results the same. */
export const keyOfRecord = ({ name, role }: Pick<GatedRecord, 'name' | 'role'>): string =>
  JSON.stringify([name, role]);

const ASKED_BY_PATTERN: Readonly<Record<string, readonly OperationName[]>> = {
  read: ['read'],
  randread: ['read'],
  write: ['write'],
  randwrite: ['write'],
  rw: ['read', 'write'],
  randrw: ['read', 'write'],
};

/** What it measured, and what its pattern asks for: an operation of which nothing was measured is missed. */
function askedOf(job: JobRecord): GatedJob['directions'] {
  const [pattern] = job.rw.split(':');
  const asked = Object.hasOwn(ASKED_BY_PATTERN, pattern) ? ASKED_BY_PATTERN[pattern] : [];
  return OPERATIONS.filter((name) => asked.includes(name) || job.directions[name] !== undefined);
}

/** Results that are runs of the same thing, by their jobs. */
export interface Recorded {
  /** Every job, of a run that is given twice once. */
  readonly records: readonly GatedRecord[];
  readonly byKey: ReadonlyMap<string, readonly GatedRecord[]>;
  /** The jobs by which each result can be told to lack one. */
  readonly keys: readonly { readonly resultName: string; readonly has: ReadonlySet<string> }[];
}

export function recordedIn(results: readonly NamedResult[]): Recorded {
  const records = distinctRuns(results).flatMap(({ name: resultName, result, jobs }) =>
    jobs.map((job): GatedRecord => {
      const of = { role: roleOf(result, job), place: placeOf(result, job) };
      return { name: job.name, group: job.group, directions: askedOf(job), resultName, job, ...of };
    }),
  );
  const keys = results.map(({ name, result }) => ({
    resultName: name,
    has: new Set(result.jobs.map((job) => keyOfRecord({ name: job.name, role: roleOf(result, job) }))),
  }));
  const byKey = new Map(grouped(records, keyOfRecord).map((own) => [keyOfRecord(own[0]), own]));
  return { records, byKey, keys };
}

/** Why a job of results cannot be judged: one of them lacks it, or has none whose figures hold. Undefined where it can. */
export function problemOfRecords({ byKey, keys }: Recorded, key: string): string | undefined {
  const isNamed = keys.length > 1;
  const lacking = keys.filter(({ has }) => !has.has(key)).map(({ resultName }) => resultName);
  if (lacking.length > 0 && lacking.length < keys.length)
    return `${lacking.join(', ')} ${lacking.length === 1 ? 'does' : 'do'} not have this job`;
  for (const { job, resultName } of byKey.get(key) ?? []) {
    const problem = problemOfJob(job);
    if (problem !== undefined) return `the job ${isNamed ? `in ${resultName} ` : ''}${problem}`;
  }
  return undefined;
}

/** Why nothing can be held against a job of a baseline: as above, or, unless forced, because some of its I/Os failed. */
export function problemOfBaseline(recorded: Recorded, key: string, force: boolean): string | undefined {
  const problem = problemOfRecords(recorded, key);
  if (problem !== undefined) return `of the baseline ${problem}`;
  if (force) return undefined;
  const own = recorded.byKey.get(key) ?? [];
  const errors = own.reduce((sum, { job }) => sum + (countOf('errors', job) ?? 0), 0);
  return errors === 0 ? undefined : `the baseline had ${plural(errors, 'error')} in this job`;
}

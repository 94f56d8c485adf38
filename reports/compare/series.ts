/** The runs of one job on one device of one operation, over all documents of a side. */
import { onceFor } from '../document/once-for.js';
import { OPERATIONS, type OperationName } from '../document/operations.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { type Piece, piecesOf } from './intervals.js';
import { jobMetricsOf, unmeasuredIn } from './metrics.js';
import { placeOf as placeNameOf, roleOf } from './roles.js';
import type { RunOfDocument } from './runs.js';
import type { Repeat } from './samples.js';

/** What makes jobs of two documents the same job. */
export interface SeriesKey {
  /** With its parameters where it belongs to a sweep, for example `sweep[bs=4k,iodepth=32]`. */
  readonly job: string;
  /** Place of the device in the document: two drives are compared in their roles, whatever their addresses. */
  readonly role: number;
  /** What that place is called where documents describe no device there, by its host or target; absent where there is one. */
  readonly place?: string;
  /** The operation, under the name that reads and writes had first. */
  readonly direction: OperationName;
}

/** A job in one run of the program, with all its repeats: what varies from run to run is not seen within one. */
export interface Run {
  /** In order; at least one. */
  readonly repeats: readonly Repeat[];
  /** Pieces of the intervals of each repeat; empty where they were not recorded. */
  readonly pieces: readonly (readonly Piece[])[];
  /** When its first job of the series began; absent of imports, which may take their time from when they were made. */
  readonly startedMs?: number;
}

export interface Series extends SeriesKey {
  readonly runs: readonly Run[];
}

export const keyText = ({ job, role, direction }: SeriesKey): string =>
  JSON.stringify([job, role, direction]);

interface GrowingRun extends Run {
  readonly repeats: Repeat[];
  readonly pieces: (readonly Piece[])[];
}

interface Growing extends SeriesKey {
  readonly runs: GrowingRun[];
}

/**
 * Every series of a group of runs, in the order in which their jobs first appear. Jobs that never ran, or were still
 * running when the document was written, are left out.
 */
export function collectSeries(runs: readonly RunOfDocument[]): Map<string, Series> {
  const found = new Map<string, Growing>();
  for (const { result, jobs } of runs) noteSeries(found, result, jobs);
  const byPlace = new Map<string, Growing[]>();
  for (const series of found.values())
    byPlace.set(placeOf(series), [...(byPlace.get(placeOf(series)) ?? []), series]);
  for (const { result, jobs } of runs) addRun(byPlace, result, jobs);
  return found;
}

const placeOf = ({ job, role }: Omit<SeriesKey, 'direction'>): string => JSON.stringify([job, role]);

/** The runs of each job, as if nothing had completed in them. Made once for a list: it is asked for each series. */
const idleRuns = onceFor((runs: readonly RunOfDocument[]) => {
  const found = new Map<string, GrowingRun[]>();
  for (const { result, jobs } of runs) {
    const own = new Map<string, GrowingRun>();
    for (const job of jobs.filter(({ partial, elapsedNs }) => !partial && elapsedNs > 0)) {
      const place = placeOf({ job: job.name, role: roleOf(result, job) });
      const run = own.get(place) ?? { repeats: [], pieces: [] };
      run.repeats.push({ elapsedNs: job.elapsedNs, ofJob: {} });
      run.pieces.push([]);
      own.set(place, run);
    }
    for (const [place, run] of own) found.set(place, [...(found.get(place) ?? []), run]);
  }
  return found;
});

/** The job of that series where the runs have it but nothing of the operation ever completed: undefined where not. */
export function idleSeries(
  runs: readonly RunOfDocument[],
  { job, role, direction }: SeriesKey,
): Series | undefined {
  const idle = idleRuns(runs).get(placeOf({ job, role }));
  return idle && { job, role, direction, runs: idle };
}

const startOf = ({ imported }: BenchResult, { startedAt }: JobRecord): Pick<Run, 'startedMs'> =>
  imported === undefined ? { startedMs: Date.parse(startedAt) } : {};

/** The series of what completed in these jobs, still without runs. */
function noteSeries(found: Map<string, Growing>, result: BenchResult, jobs: readonly JobRecord[]): void {
  for (const job of jobs.filter(({ partial }) => !partial))
    for (const [direction] of operationsOf(job)) {
      const place = placeNameOf(result, job);
      const key = {
        job: job.name,
        role: roleOf(result, job),
        ...(place === undefined ? {} : { place }),
        direction,
      };
      const text = keyText(key);
      if (!found.has(text)) found.set(text, { ...key, runs: [] });
    }
}

/** A run in which nothing of an operation completed is a run of it as well, at 0, where others have completed some. */
function addRun(
  byPlace: ReadonlyMap<string, readonly Growing[]>,
  result: BenchResult,
  jobs: readonly JobRecord[],
): void {
  const own = new Set<Growing>();
  for (const job of jobs.filter(({ partial }) => !partial)) {
    const records = new Map(operationsOf(job));
    const of = byPlace.get(placeOf({ job: job.name, role: roleOf(result, job) })) ?? [];
    const first = Math.min(...of.map(({ direction }) => OPERATIONS.indexOf(direction)));
    for (const series of of) {
      const record = records.get(series.direction);
      if (record === undefined && !(job.elapsedNs > 0)) continue;
      if (!own.has(series)) series.runs.push({ repeats: [], pieces: [], ...startOf(result, job) });
      own.add(series);
      const run = series.runs[series.runs.length - 1];
      const { elapsedNs, response } = job;
      const isFirst = OPERATIONS.indexOf(series.direction) === first;
      const ofWhole = isFirst ? { ofJob: jobMetricsOf(job), ...(response && { response }) } : { ofJob: {} };
      const unmeasured = unmeasuredIn(job);
      const known = unmeasured.size > 0 ? { unmeasured } : {};
      run.repeats.push({ ...(record && { record }), elapsedNs, ...ofWhole, ...known });
      run.pieces.push(record === undefined ? [] : piecesOf(job, series.direction));
    }
  }
}

/** The runs of one job on one device of one operation, over all repeats and documents of a side. */
import { onceFor } from '../document/once-for.js';
import type { OperationName } from '../document/operations.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import { devicePlaceOf, operationsOf, placeKey } from '../document/rows.js';
import { jobMetricsOf } from './metrics.js';
import { type IntervalPart, intervalParts, type Run } from './samples.js';

/** A result and the name users know it by, usually its file. */
export interface NamedResult {
  readonly name: string;
  readonly result: BenchResult;
}

/** What makes jobs of two documents the same job. */
export interface SeriesKey {
  /** With its parameters where it belongs to a sweep, for example `sweep[bs=4k,iodepth=32]`. */
  readonly job: string;
  /** Place of the device in the document: two drives are compared in their roles, whatever their addresses. */
  readonly role: number;
  /** The operation, under the name that reads and writes had first. */
  readonly direction: OperationName;
}

export interface Series extends SeriesKey {
  /** One for each repeat, in order. */
  readonly runs: readonly Run[];
  /** The same by document: a run of the program is more than a repeat of a job within it. */
  readonly byDocument: readonly (readonly Run[])[];
  /** Intervals of all runs, in order; empty where no run has them. */
  readonly intervals: readonly IntervalPart[];
}

/**
 * The place of a job's device among those of its document. Imports do not describe devices: there it is the place of
 * the job's target among those of all jobs of its name, after the devices that are described.
 */
export function roleOf(result: BenchResult, job: JobRecord): number {
  const described = devicePlaceOf(result, job);
  if (described !== undefined) return described;
  const places = placesByName(result.jobs).get(job.name);
  return result.devices.length + (places?.get(placeKey(job)) ?? -1);
}

/** Of the jobs of each name: the places of their targets, in the order in which they first appear. */
const placesByName = onceFor((jobs: readonly JobRecord[]) => {
  const names = new Map<string, Map<string, number>>();
  for (const job of jobs) {
    const places = names.get(job.name) ?? new Map<string, number>();
    names.set(job.name, places);
    const key = placeKey(job);
    if (!places.has(key)) places.set(key, places.size);
  }
  return names;
});

export const keyText = ({ job, role, direction }: SeriesKey): string =>
  JSON.stringify([job, role, direction]);

interface Growing extends Series {
  readonly runs: Run[];
  readonly byDocument: Run[][];
  readonly intervals: IntervalPart[];
}

/**
 * Every series of a group of documents, in the order in which their jobs first appear. Jobs that never ran, or were
 * still running when the document was written, are left out.
 */
export function collectSeries(documents: readonly NamedResult[]): Map<string, Series> {
  const found = new Map<string, Growing>();
  for (const { result } of documents) {
    const own = new Set<string>();
    for (const job of result.jobs.filter(({ partial }) => !partial)) {
      for (const [direction, record] of operationsOf(job))
        addRun(found, own, { job, record }, { job: job.name, role: roleOf(result, job), direction });
    }
  }
  return found;
}

interface Measured {
  readonly job: JobRecord;
  readonly record: OperationRecord;
}

function addRun(
  found: Map<string, Growing>,
  own: Set<string>,
  { job, record }: Measured,
  key: SeriesKey,
): void {
  const text = keyText(key);
  const series = found.get(text) ?? { ...key, runs: [], byDocument: [], intervals: [] };
  const [[first]] = operationsOf(job);
  const run = { record, ofJob: first === key.direction ? jobMetricsOf(job) : {} };
  series.runs.push(run);
  if (own.has(text)) series.byDocument.at(-1)?.push(run);
  else series.byDocument.push([run]);
  for (const part of intervalParts(job, key.direction)) series.intervals.push(part);
  own.add(text);
  found.set(text, series);
}

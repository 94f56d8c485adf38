/** Results in which each job has one operation, all of its own together: what gates on a total are judged on. */
import { distinctRuns, type NamedResult } from '../compare/runs.js';
import { collectSeries, type Series } from '../compare/series.js';
import { combineOperations } from '../document/build.js';
import type { HistogramReader } from '../document/histograms.js';
import { OPERATIONS, type OperationName } from '../document/operations.js';
import type { IntervalRecord, JobRecord, OperationRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';

/** Under whose name the sum stands: documents know no other. */
export const TOTAL_AS: OperationName = 'read';

/** Rates of an interval are its own; only counts and histograms are added up. */
const ofInterval = (part: NonNullable<IntervalRecord['read']>): OperationRecord => ({
  ...part,
  iops: 0,
  bandwidthBytesPerSecond: 0,
  latencyNs: {},
});

function intervalTotal(interval: IntervalRecord, reader: HistogramReader): IntervalRecord {
  const { startNs, endNs } = interval;
  const parts = OPERATIONS.flatMap((name) => interval[name] ?? []);
  if (parts.length === 0) return { startNs, endNs };
  const { ios, bytes, errors, histogram } = combineOperations(parts.map(ofInterval), reader);
  return histogram === undefined
    ? { startNs, endNs }
    : { startNs, endNs, [TOTAL_AS]: { ios, bytes, errors, histogram } };
}

function jobTotal(job: JobRecord, reader: HistogramReader): JobRecord {
  const parts = operationsOf(job).map(([, record]) => record);
  if (parts.length < 2 && job.directions[TOTAL_AS] !== undefined) return job;
  const total = parts.length === 0 ? {} : { [TOTAL_AS]: combineOperations(parts, reader) };
  const intervals = job.intervals?.map((interval) => intervalTotal(interval, reader));
  return { ...job, directions: total, ...(intervals ? { intervals } : {}) };
}

const totalsOf = (documents: readonly NamedResult[], reader: HistogramReader): NamedResult[] =>
  documents.map(({ name, result }) => ({
    name,
    result: { ...result, jobs: result.jobs.map((job) => jobTotal(job, reader)) },
  }));

/**
 * The series of all operations together, of each job; runs that `others` have are left out. Throws ReportError where a
 * histogram cannot be read.
 */
export function totalSeries(
  documents: readonly NamedResult[],
  reader: HistogramReader,
  others: readonly NamedResult[] = [],
): ReadonlyMap<string, Series> {
  return collectSeries(distinctRuns(totalsOf(documents, reader), totalsOf(others, reader)));
}

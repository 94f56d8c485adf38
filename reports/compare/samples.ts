/**
 * What a test counts as one observation: a repeat of a job, or a block of the intervals of one run. One operation
 * of one job on one device.
 */
import { emptyHistogram, percentileNs } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from '../document/build.js';
import type { OperationFacts } from '../document/figures.js';
import type { HistogramReader, HistogramRecord } from '../document/histograms.js';
import type { OperationName } from '../document/operations.js';
import type { JobRecord, OperationRecord } from '../document/result.js';
import {
  mergeSparse,
  type SparseCounts,
  sparseCounts,
  sparsePercentileNs,
} from '../statistics/sparse-counts.js';
import {
  COMPARED_METRICS,
  COMPARED_OF_JOB,
  isCounted,
  isOfJob,
  type Metric,
  operationFigure,
  percentileOf,
} from './metrics.js';

/** What figures of an operation are read from, with what only tests need. */
export interface Sample extends OperationFacts {
  /** Absent where another tool measured it and gave no histogram. */
  readonly counts?: SparseCounts;
  /** Metrics of the whole job by name; none in blocks of intervals, and with all operations of a job but the first. */
  readonly ofJob: Readonly<Record<string, number>>;
}

/** Where there is a histogram, its own mean and maximum stand before those that a document states. */
function withCounts(
  facts: Omit<Sample, 'counts' | 'ofJob'>,
  counts: SparseCounts,
): Pick<Sample, 'counts' | 'latencyNs'> {
  const max = counts.latencyNs.at(-1);
  const own = { mean: counts.meanNs, ...(max === undefined ? {} : { max }) };
  return { counts, latencyNs: { ...facts.latencyNs, ...own } };
}

/** An operation of a job that ran, before its histogram is read: those of all jobs together are too many to hold. */
export interface Run {
  readonly record: OperationRecord;
  readonly ofJob: Sample['ofJob'];
}

/** An operation of a whole run. Throws ReportError where its histogram cannot be read. */
export function sampleOfRun({ record, ofJob }: Run, reader: HistogramReader): Sample {
  const { ios, errors, iops, bandwidthBytesPerSecond, latencyNs } = record;
  const facts = { ios, errors, iops, bandwidthBytesPerSecond, latencyNs };
  const counts = countsOfOperation(record, reader);
  return { ...facts, ofJob, ...(counts === undefined ? {} : withCounts(facts, sparseCounts(counts))) };
}

/** One interval of a run. */
export interface IntervalPart {
  readonly ios: number;
  readonly errors: number;
  readonly elapsedNs: number;
  readonly bytes: number;
  /** Absent where nothing completed and nothing failed. */
  readonly histogram?: HistogramRecord;
}

const IDLE = { ios: 0, errors: 0, bytes: 0 };

/** The intervals of one operation of a job, none where they were not recorded. */
export function intervalParts(job: JobRecord, name: OperationName): IntervalPart[] {
  return (job.intervals ?? []).map((interval): IntervalPart => {
    const { ios, errors, bytes, histogram } = interval[name] ?? { ...IDLE, histogram: undefined };
    const elapsedNs = interval.endNs - interval.startNs;
    return { ios, errors, bytes, elapsedNs, ...(histogram && { histogram }) };
  });
}

/** Percentile 99 of an interval in ns; 0 of an idle one. Throws ReportError where its histogram cannot be read. */
export function intervalP99Ns({ histogram }: IntervalPart, reader: HistogramReader): number {
  return histogram === undefined ? 0 : percentileNs(reader.counts(histogram), 99);
}

/** Intervals in a row as one observation. Throws ReportError where a histogram cannot be read. */
export function sampleOfIntervals(parts: readonly IntervalPart[], reader: HistogramReader): Sample {
  const merged = emptyHistogram();
  for (const { histogram } of parts) if (histogram !== undefined) reader.add(merged, histogram);
  const sum = (of: (part: IntervalPart) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const elapsedNs = sum((part) => part.elapsedNs);
  const ios = sum((part) => part.ios);
  const rate = (total: number): number => (elapsedNs > 0 ? (total * 1e9) / elapsedNs : 0);
  const facts = {
    ios,
    errors: sum((part) => part.errors),
    iops: rate(ios),
    bandwidthBytesPerSecond: rate(sum((part) => part.bytes)),
  };
  return { ...facts, ofJob: {}, ...withCounts(facts, sparseCounts(merged)) };
}

/** Repeats of one document as one observation; at least one. */
export function sampleOfRepeats(repeats: readonly Sample[]): Sample {
  if (repeats.length === 1) return repeats[0];
  const sum = (of: (sample: Sample) => number): number =>
    repeats.reduce((total, each) => total + of(each), 0);
  const ios = sum((sample) => sample.ios);
  const seconds = sum((sample) => (sample.iops > 0 ? sample.ios / sample.iops : 0));
  const counts = repeats.flatMap((sample) => sample.counts ?? []);
  const facts = {
    ios,
    errors: sum((sample) => sample.errors),
    iops: seconds > 0 ? ios / seconds : 0,
    bandwidthBytesPerSecond: sum((sample) => sample.bandwidthBytesPerSecond) / repeats.length,
  };
  const whole = counts.length === repeats.length ? withCounts(facts, mergeSparse(counts)) : {};
  return { ...facts, ofJob: meanOfJob(repeats), ...whole };
}

/** Each metric of a job as a whole that all of them have, on average. */
function meanOfJob(repeats: readonly Sample[]): Sample['ofJob'] {
  const names = Object.keys(repeats[0].ofJob).filter((name) =>
    repeats.every(({ ofJob }) => ofJob[name] !== undefined),
  );
  const meanOf = (name: string): number =>
    repeats.reduce((sum, { ofJob }) => sum + ofJob[name], 0) / repeats.length;
  return Object.fromEntries(names.map((name) => [name, meanOf(name)]));
}

/** What is compared where these are all observations: of a job as a whole only what each of them has. */
export function comparedMetrics(samples: readonly Sample[]): Metric[] {
  const ofJob = COMPARED_OF_JOB.filter((metric) => samples.every((sample) => metric in sample.ofJob));
  return [...COMPARED_METRICS, ...ofJob];
}

/** The figure of one observation. Undefined where it has none: no I/O succeeded, or the tool did not record it. */
export function figureOf(sample: Sample, metric: Metric): number | undefined {
  if (isOfJob(metric)) return sample.ofJob[metric];
  if (sample.ios === 0 && !isCounted(metric)) return undefined;
  const percentile = percentileOf(metric);
  if (percentile !== undefined && sample.counts) return sparsePercentileNs(sample.counts, percentile);
  return operationFigure(metric)?.value(sample);
}

/**
 * What a test counts as one observation: a repeat of a job, or a block of the intervals of one run. One operation
 * of one job on one device.
 */
import { decodeCounts } from '../../engine/stats/hdr.js';
import { emptyHistogram, mergeCounts, percentileNs } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from '../document/build.js';
import type { OperationName } from '../document/operations.js';
import type { JobRecord, LatencyNs, OperationRecord } from '../document/result.js';
import {
  mergeSparse,
  type SparseCounts,
  sparseCounts,
  sparsePercentileNs,
} from '../statistics/sparse-counts.js';
import { type Metric, percentileOf } from './metrics.js';

export interface Sample {
  readonly ios: number;
  readonly errors: number;
  readonly iops: number;
  readonly bandwidthBytesPerSecond: number;
  /** Absent where another tool measured it and gave no histogram. */
  readonly counts?: SparseCounts;
  /** Figures as the document has them; absent in blocks of intervals. */
  readonly latencyNs?: LatencyNs;
}

/** An operation of a whole run. Throws EngineError where its histogram cannot be read. */
export function sampleOfOperation(record: OperationRecord): Sample {
  const { ios, errors, iops, bandwidthBytesPerSecond, latencyNs } = record;
  const counts = countsOfOperation(record);
  return {
    ios,
    errors,
    iops,
    bandwidthBytesPerSecond,
    latencyNs,
    ...(counts === undefined ? {} : { counts: sparseCounts(counts) }),
  };
}

/** One interval of a run. */
export interface IntervalPart {
  readonly ios: number;
  readonly errors: number;
  readonly elapsedNs: number;
  readonly bytes: number;
  /** Its dense histogram, decoded when asked for: a long run has too many to hold. Only where `ios` is not 0. */
  readonly decode: () => Float64Array;
  readonly p99Ns: () => number;
}

/** The intervals of one operation of a job, none where they were not recorded. */
export function intervalParts(job: JobRecord, name: OperationName): IntervalPart[] {
  return (job.intervals ?? []).map((interval): IntervalPart => {
    const measured = interval[name];
    const decode = (): Float64Array => decodeCounts(measured?.histogram.data ?? '');
    return {
      ios: measured?.ios ?? 0,
      errors: measured?.errors ?? 0,
      elapsedNs: interval.endNs - interval.startNs,
      bytes: measured?.bytes ?? 0,
      decode,
      p99Ns: () => percentileNs(decode(), 99),
    };
  });
}

/** Intervals in a row as one observation. */
export function sampleOfIntervals(parts: readonly IntervalPart[]): Sample {
  const merged = emptyHistogram();
  for (const part of parts) mergeCounts(merged, part.decode());
  const sum = (of: (part: IntervalPart) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const elapsedNs = sum((part) => part.elapsedNs);
  const ios = sum((part) => part.ios);
  const rate = (total: number): number => (elapsedNs > 0 ? (total * 1e9) / elapsedNs : 0);
  return {
    ios,
    errors: sum((part) => part.errors),
    iops: rate(ios),
    bandwidthBytesPerSecond: rate(sum((part) => part.bytes)),
    counts: sparseCounts(merged),
  };
}

/** Repeats of one document as one observation; at least one. */
export function sampleOfRepeats(repeats: readonly Sample[]): Sample {
  if (repeats.length === 1) return repeats[0];
  const sum = (of: (sample: Sample) => number): number =>
    repeats.reduce((total, each) => total + of(each), 0);
  const ios = sum((sample) => sample.ios);
  const seconds = sum((sample) => (sample.iops > 0 ? sample.ios / sample.iops : 0));
  const counts = repeats.flatMap((sample) => sample.counts ?? []);
  return {
    ios,
    errors: sum((sample) => sample.errors),
    iops: seconds > 0 ? ios / seconds : 0,
    bandwidthBytesPerSecond: sum((sample) => sample.bandwidthBytesPerSecond) / repeats.length,
    ...(counts.length === repeats.length ? { counts: mergeSparse(counts) } : {}),
  };
}

const RECORDED: Readonly<Record<string, keyof LatencyNs>> = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  'p99.9': 'p99_9',
  'p99.99': 'p99_99',
  'p99.999': 'p99_999',
};

/** The figure of one observation. Undefined where it has none: no I/O succeeded, or the tool did not record it. */
export function figureOf(sample: Sample, metric: Metric): number | undefined {
  if (metric === 'errors') return sample.errors;
  if (sample.ios === 0) return undefined;
  if (metric === 'iops') return sample.iops;
  if (metric === 'bandwidth') return sample.bandwidthBytesPerSecond;
  if (metric === 'mean') return sample.counts?.meanNs ?? sample.latencyNs?.mean;
  if (metric === 'max') return sample.counts?.latencyNs.at(-1) ?? sample.latencyNs?.max;
  const percentile = percentileOf(metric);
  if (percentile === undefined) return undefined;
  if (sample.counts) return sparsePercentileNs(sample.counts, percentile);
  const recorded = RECORDED[metric];
  return recorded === undefined ? undefined : sample.latencyNs?.[recorded];
}

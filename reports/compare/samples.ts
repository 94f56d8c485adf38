/** What is observed at once of one operation of one job on one device: a run, a repeat of it, or a block of its intervals. */
import type { OperationFacts } from '../document/figures.js';
import type { HistogramReader } from '../document/histograms.js';
import type { JobRecord, LatencyNs, OperationRecord } from '../document/result.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import {
  mergeSparse,
  type SparseCounts,
  sparseCounts,
  sparsePercentileNs,
} from '../statistics/sparse-counts.js';
import {
  COMPARED_METRICS,
  COMPARED_OF_JOB,
  higherIsBetter,
  isCounted,
  isMeanOverIos,
  isOfJob,
  latencyTwin,
  type Metric,
  operationFigure,
  percentileOf,
} from './metrics.js';

const NS_PER_SECOND = 1e9;

/** Latencies, or response times, of so many I/Os. */
interface Times extends Pick<OperationFacts, 'ios' | 'latencyNs'> {
  /** Absent where another tool measured it and gave no histogram. */
  readonly counts?: SparseCounts;
}

/** What figures of an operation are read from, with what only tests need. */
export interface Sample extends OperationFacts, Times {
  /** Measured time, also where nothing completed in it. */
  readonly elapsedNs: number;
  /** Response times of the whole job, where it has a rate; there with `ofJob`. */
  readonly response?: Times;
  /** Figures of operations that the tool which measured does not report. */
  readonly unmeasured?: ReadonlySet<Metric>;
  /** Metrics of the whole job by name; none in blocks of intervals, and with all operations of a job but the first. */
  readonly ofJob: Readonly<Record<string, number>>;
}

/** Mean and maximum that a document states stand before those of its histogram: of another tool its buckets are coarser. */
export function withCounts(
  facts: Pick<Times, 'ios' | 'latencyNs'>,
  counts: SparseCounts,
): Required<Pick<Times, 'counts' | 'latencyNs'>> {
  const max = counts.latencyNs.at(-1);
  const own = { mean: counts.meanNs, ...(max === undefined ? {} : { max }) };
  return { counts, latencyNs: { ...own, ...facts.latencyNs } };
}

/** An operation of a job that ran, before its histogram is read: those of all jobs together are too many to hold. */
export interface Repeat {
  /** Absent where nothing of the operation ever completed. */
  readonly record?: OperationRecord;
  /** Measured time of the job. */
  readonly elapsedNs: number;
  readonly ofJob: Sample['ofJob'];
  readonly unmeasured?: Sample['unmeasured'];
  /** Of the whole job, where it has a rate; there with `ofJob`. */
  readonly response?: NonNullable<JobRecord['response']>;
}

function timesOf(
  { ios, latencyNs, histogram }: Pick<OperationRecord, 'ios' | 'latencyNs' | 'histogram'>,
  reader: HistogramReader,
): Times {
  const facts = { ios, latencyNs };
  if (histogram === undefined) return facts;
  return { ...facts, ...withCounts(facts, sparseCounts(reader.counts(histogram))) };
}

/** What is observed of a repeat. Throws ReportError where its histogram cannot be read. */
export function sampleOfRepeat(repeat: Repeat, reader: HistogramReader): Sample {
  const { record, elapsedNs, response } = repeat;
  const ofWhole = {
    ofJob: repeat.ofJob,
    ...(repeat.unmeasured && { unmeasured: repeat.unmeasured }),
    ...(response === undefined ? {} : { response: timesOf(response, reader) }),
  };
  if (record === undefined)
    return { ios: 0, errors: 0, elapsedNs, iops: 0, bandwidthBytesPerSecond: 0, ...ofWhole };
  const { ios, errors, iops, bandwidthBytesPerSecond } = record;
  // What another tool measured may have a time of its own for each operation.
  const ownNs = ios > 0 && iops > 0 ? (ios / iops) * NS_PER_SECOND : elapsedNs;
  const rates = { errors, elapsedNs: ownNs, iops, bandwidthBytesPerSecond };
  return { ...rates, ...timesOf(record, reader), ...ofWhole };
}

/** All of them together. */
function joinTimes(parts: readonly Times[]): Times {
  const facts = {
    ios: parts.reduce((total, { ios }) => total + ios, 0),
    latencyNs: joinLatencies(parts.filter(({ ios }) => ios > 0)),
  };
  const counts = parts.flatMap((part) => part.counts ?? []);
  return counts.length === parts.length ? { ...facts, ...withCounts(facts, mergeSparse(counts)) } : facts;
}

/** Repeats, or blocks of one, as one observation, each weighing as long as it took; at least one. */
export function joinSamples(parts: readonly Sample[]): Sample {
  if (parts.length === 1) return parts[0];
  const sum = (of: (part: Sample) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const elapsedNs = sum((part) => part.elapsedNs);
  const rate = (of: (part: Sample) => number): number =>
    elapsedNs > 0 ? sum((part) => of(part) * part.elapsedNs) / elapsedNs : 0;
  const responses = parts.flatMap(({ response }) => response ?? []);
  const unmeasured = parts.flatMap((part) => [...(part.unmeasured ?? [])]);
  return {
    ...joinTimes(parts),
    errors: sum((part) => part.errors),
    elapsedNs,
    iops: rate((part) => part.iops),
    bandwidthBytesPerSecond: rate((part) => part.bandwidthBytesPerSecond),
    ofJob: joinOfJob(parts),
    ...(unmeasured.length > 0 ? { unmeasured: new Set(unmeasured) } : {}),
    ...(responses.length === parts.length ? { response: joinTimes(responses) } : {}),
  };
}

/** What can be said without all histograms: each figure that all of them have, on average over the I/Os. */
function joinLatencies(parts: readonly Times[]): Times['latencyNs'] {
  const ios = parts.reduce((total, part) => total + part.ios, 0);
  const of = (name: keyof LatencyNs): (number | undefined)[] =>
    parts.map(({ latencyNs }) => latencyNs?.[name]);
  const names = Object.keys(parts[0]?.latencyNs ?? {}) as (keyof LatencyNs)[];
  const joined = names
    .filter((name) => of(name).every((value) => value !== undefined))
    .map((name) => {
      const values = of(name) as number[];
      if (name === 'max') return [name, highestOf(values)];
      if (name === 'min') return [name, lowestOf(values)];
      return [name, values.reduce((total, value, i) => total + (value * parts[i].ios) / ios, 0)];
    });
  return Object.fromEntries(joined);
}

/** Each metric of a job as a whole that all of them have, on average. */
function joinOfJob(parts: readonly Sample[]): Sample['ofJob'] {
  const names = Object.keys(parts[0].ofJob).filter((name) =>
    parts.every(({ ofJob }) => ofJob[name] !== undefined),
  );
  const meanOf = (name: string): number => {
    const weights = parts.map((part) => (isMeanOverIos(name as Metric) ? part.ios : part.elapsedNs));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const values = parts.map(({ ofJob }) => ofJob[name]);
    if (total === 0) return values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value, i) => sum + (value * weights[i]) / total, 0);
  };
  return Object.fromEntries(names.map((name) => [name, meanOf(name)]));
}

/** What is compared where these are all observations: of a job as a whole only what each of them has. */
export function comparedMetrics(samples: readonly Sample[]): Metric[] {
  const ofJob = COMPARED_OF_JOB.filter((metric) => samples.every((sample) => metric in sample.ofJob));
  return [...COMPARED_METRICS, ...ofJob];
}

/** I/Os whose times a metric is of. */
export function iosBehind(sample: Sample, metric: Metric): number {
  return latencyTwin(metric) === undefined ? sample.ios : (sample.response?.ios ?? 0);
}

/** The figure of one observation. Undefined where it has none: no I/O succeeded, or the tool did not record it. */
export function figureOf(sample: Sample, metric: Metric): number | undefined {
  const twin = latencyTwin(metric);
  if (twin !== undefined && sample.response !== undefined)
    return figureOf({ ...sample, counts: undefined, ...sample.response }, twin);
  if (isOfJob(metric)) return sample.ofJob[metric];
  if (sample.unmeasured?.has(metric)) return undefined;
  // Rates of a time in which nothing completed are 0.
  if (sample.ios === 0 && !isCounted(metric) && !higherIsBetter(metric)) return undefined;
  const percentile = percentileOf(metric);
  if (percentile !== undefined && sample.counts) {
    const found = sparsePercentileNs(sample.counts, percentile);
    return found && Math.min(found, sample.latencyNs?.max ?? found);
  }
  return operationFigure(metric)?.value(sample);
}

/** The figure of one side with its interval: what a gate with an absolute bound is judged by. */
import { isOfJob, type Metric, percentileOf } from '../compare/metrics.js';
import { type Observations, observe } from '../compare/observations.js';
import { figureOf, sampleOfRun } from '../compare/samples.js';
import type { Series } from '../compare/series.js';
import { type Certainty, medianOf } from '../compare/verdict.js';
import type { HistogramReader } from '../document/histograms.js';
import { percentileInterval } from '../statistics/bootstrap.js';
import { meanInterval, normalQuantile } from '../statistics/distributions.js';
import { highestOf } from '../statistics/extremes.js';
import { Random } from '../statistics/random.js';

export interface Level {
  /** Absent where it was not measured. */
  readonly value?: number;
  /** At the confidence asked for; absent where nothing tells of the variation. */
  readonly interval?: readonly [low: number, high: number];
  /** What it rests on, or why there is none. */
  readonly basis: string;
}

const exponential = ([low, high]: readonly [number, number]): [number, number] => [
  Math.exp(low),
  Math.exp(high),
];

/** Student's interval needs less than a rank test: two values already differ. */
function overObservations(
  { basis, samples, blockIntervals }: Observations,
  metric: Metric,
  logs: readonly number[],
  { confidence, seed }: Certainty,
): Level {
  const alpha = 1 - confidence;
  const percentile = percentileOf(metric);
  const counts = samples.flatMap((sample) => (sample.counts === undefined ? [] : [sample.counts]));
  const words =
    basis === 'intervals'
      ? `over ${samples.length} blocks of ${blockIntervals} intervals of few runs`
      : `over ${samples.length} ${basis}`;
  if (percentile !== undefined && counts.length === samples.length && samples.length >= 4) {
    const interval = percentileInterval(counts, percentile, alpha, new Random(seed));
    return { value: Math.exp(medianOf(logs)), interval: exponential(interval), basis: words };
  }
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return { value: Math.exp(mean), interval: exponential(meanInterval(logs, alpha)), basis: words };
}

/** One run without intervals: only how I/Os differ from each other within it. */
function withinRun({ samples }: Observations, metric: Metric, value: number, certainty: Certainty): Level {
  const [{ counts }] = samples;
  if (isOfJob(metric)) return { value, basis: 'one run shows no variation of it' };
  if (counts === undefined) return { value, basis: 'one run without histogram shows no variation' };
  const basis = 'within one run; how runs differ is not seen';
  const alpha = 1 - certainty.confidence;
  const percentile = percentileOf(metric);
  if (percentile !== undefined) {
    const interval = percentileInterval([counts], percentile, alpha, new Random(certainty.seed));
    return { value, interval: exponential(interval), basis };
  }
  const half =
    (normalQuantile(1 - alpha / 2) * counts.stdDevNs) / (counts.meanNs * Math.sqrt(counts.totalCount));
  return { value, interval: [value * Math.exp(-half), value * Math.exp(half)], basis };
}

/** The figure of a metric that is not counted, over all observations of a series. */
export function levelOf(
  series: Series,
  metric: Metric,
  certainty: Certainty,
  reader: HistogramReader,
): Level {
  if (metric === 'max') {
    const highest = series.runs.map((run) => figureOf(sampleOfRun(run, reader), 'max'));
    if (highest.some((value) => value === undefined)) return { basis: 'no I/O was measured' };
    const value = highestOf(highest as number[]);
    return { value, interval: [value, value], basis: `the highest of ${series.runs.length} runs` };
  }
  const [observed] = observe([series], reader, { wholeRuns: isOfJob(metric) });
  const figures = observed.samples.map((sample) => figureOf(sample, metric));
  if (figures.length === 0 || figures.some((figure) => figure === undefined || !(figure > 0)))
    return { basis: `${metric} was not measured` };
  const values = figures as number[];
  if (values.length === 1) return withinRun(observed, metric, values[0], certainty);
  return overObservations(observed, metric, values.map(Math.log), certainty);
}

/**
 * How small a slowdown would be seen: the observations of a result are resampled into pairs of runs, one of them
 * slowed by a known amount, and put to the verdict of `nvbench compare`, p-values corrected within the job.
 */
import { allowForRuns } from '../compare/between-runs.js';
import { COMPARED_METRICS, higherIsBetter, isCounted, type Metric } from '../compare/metrics.js';
import { type Basis, LEAST_OBSERVATIONS, type Observations, observe } from '../compare/observations.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { collectSeries, type NamedResult, type SeriesKey } from '../compare/series.js';
import type { Certainty } from '../compare/verdict.js';
import { readingHistograms } from '../document/histograms.js';
import { benjaminiHochberg } from '../statistics/correction.js';
import { Random } from '../statistics/random.js';
import { mannWhitney, shiftInterval } from '../statistics/rank-test.js';

const TRIALS = 200;
/** Slowdowns that are tried, as shares: in steps of about a tenth. */
const STEPS = Array.from({ length: 60 }, (_, i) => 0.005 * 1.1 ** i);
const TESTED: readonly Metric[] = COMPARED_METRICS.filter((metric) => !isCounted(metric));

export interface Detectable {
  readonly metric: Metric;
  /** Smallest slowdown of every I/O, as a share, that is called worse in this metric at the power asked for. */
  readonly slowdown?: number;
}

export interface SelfTestJob extends SeriesKey {
  readonly basis: Basis;
  readonly observations: number;
  readonly metrics: readonly Detectable[];
  /** Smallest slowdown at which any metric is called worse. */
  readonly slowdown?: number;
  /** Share of the pairs without a slowdown in which any metric was called worse. */
  readonly falseAlarms?: number;
  /** Why nothing can be said. */
  readonly problem?: string;
}

export interface SelfTest {
  readonly result: string;
  readonly confidence: number;
  readonly margin: number;
  readonly power: number;
  readonly trials: number;
  readonly jobs: readonly SelfTestJob[];
}

/** Logs of the figures: a row for each observation, a column for each metric. */
type Logs = readonly (readonly number[])[];

function logsOf(samples: readonly Sample[], metrics: readonly Metric[]): Logs {
  return samples.map((sample) => metrics.map((metric) => Math.log(figureOf(sample, metric) ?? Number.NaN)));
}

interface Spread {
  readonly means: readonly number[];
  readonly spreads: readonly number[];
}

/** Spread of each column around its mean, as of the source that the observations come from. */
function spreadOf(logs: Logs): Spread {
  const n = logs.length;
  const columns = logs[0].map((_, column) => logs.map((row) => row[column]));
  const means = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / n);
  const spreads = columns.map((values, column) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - means[column]) ** 2, 0) / (n - 1)),
  );
  return { means, spreads };
}

/**
 * A run as the observed ones may have been: rows drawn again, smoothed so that they are no copies of each other and
 * vary as much as the source does, not less as plain resampling would have it.
 */
function drawRun(logs: Logs, { means, spreads }: Spread, random: Random): number[][] {
  const n = logs.length;
  const width = 1 / Math.sqrt(n);
  return logs.map(() => {
    const row = logs[random.index(n)];
    const kept = Math.sqrt((1 - width * width) * (n / (n - 1)));
    const push = random.normal() * width;
    return row.map(
      (value, column) => means[column] + (value - means[column]) * kept + push * spreads[column],
    );
  });
}

/** Where the observations come from. */
type Source = Pick<Observations, 'basis' | 'documents'>;

/** Which metrics are called worse: as `judge` does, with the rank interval for percentiles too. */
function calledWorse(
  base: readonly number[][],
  next: readonly number[][],
  metrics: readonly Metric[],
  { basis, documents }: Source,
  { confidence, margin }: Certainty,
): boolean[] {
  const column = (rows: readonly number[][], at: number): number[] => rows.map((row) => row[at]);
  const changes = metrics.map((metric, at) => {
    const sign = higherIsBetter(metric) ? -1 : 1;
    const [a, b] = [column(base, at).map((x) => sign * x), column(next, at).map((x) => sign * x)];
    const { estimate, interval } = shiftInterval(a, b, 1 - confidence);
    const sides = { base: a, next: b, documents: [documents, documents] } as const;
    const allowed = interval && allowForRuns(interval, estimate, sides, 1 - confidence);
    return { p: mannWhitney(a, b).p, estimate, interval: allowed };
  });
  const adjusted = benjaminiHochberg(changes.map(({ p }) => p));
  const bar = basis === 'intervals' ? Math.log1p(margin) : 0;
  return changes.map(
    ({ estimate, interval }, at) =>
      adjusted[at] <= 1 - confidence &&
      estimate > Math.log1p(margin) &&
      interval !== undefined &&
      interval[0] > bar,
  );
}

function trial(
  logs: Logs,
  metrics: readonly Metric[],
  source: Source,
  slowdown: number,
  certainty: Certainty,
): { any: number; each: number[] } {
  const random = new Random(certainty.seed);
  const shift = Math.log1p(slowdown);
  const spread = spreadOf(logs);
  const each = metrics.map(() => 0);
  let any = 0;
  for (let i = 0; i < TRIALS; i++) {
    const base = drawRun(logs, spread, random);
    const next = drawRun(logs, spread, random).map((row) =>
      row.map((value, at) => value + (higherIsBetter(metrics[at]) ? -shift : shift)),
    );
    const worse = calledWorse(base, next, metrics, source, certainty);
    for (const [at, found] of worse.entries()) if (found) each[at]++;
    if (worse.includes(true)) any++;
  }
  return { any: any / TRIALS, each: each.map((count) => count / TRIALS) };
}

function testJob(key: SeriesKey, observed: Observations, certainty: Certainty, power: number): SelfTestJob {
  const { job, role, direction } = key;
  const { samples, basis } = observed;
  const head = { job, role, direction, basis, observations: samples.length };
  if (samples.length < LEAST_OBSERVATIONS)
    return {
      ...head,
      metrics: [],
      problem: 'too few repeats or intervals to know the variation; use repeat: 5 or more',
    };
  const metrics = TESTED.filter((metric) => samples.every((sample) => (figureOf(sample, metric) ?? 0) > 0));
  const logs = logsOf(samples, metrics);
  const falseAlarms = trial(logs, metrics, observed, 0, certainty).any;
  const found: (number | undefined)[] = metrics.map(() => undefined);
  let slowdown: number | undefined;
  for (const step of STEPS) {
    if (found.every((each) => each !== undefined)) break;
    const { any, each } = trial(logs, metrics, observed, step, certainty);
    if (any >= power) slowdown ??= step;
    for (const [at, share] of each.entries()) if (share >= power) found[at] ??= step;
  }
  return {
    ...head,
    metrics: metrics.map((metric, at) => ({
      metric,
      ...(found[at] === undefined ? {} : { slowdown: found[at] }),
    })),
    ...(slowdown === undefined ? {} : { slowdown }),
    falseAlarms,
  };
}

/** The self-test of every job of a result; `power` is the share of slowdowns to be seen, for example 0.8. */
export function selfTest(result: NamedResult, certainty: Certainty, power: number): SelfTest {
  const jobs = readingHistograms([result], (reader) =>
    [...collectSeries([result]).values()].map((series) => {
      const [observed] = observe([series], reader);
      return testJob(series, observed, certainty, power);
    }),
  );
  const { confidence, margin } = certainty;
  return { result: result.name, confidence, margin, power, trials: TRIALS, jobs };
}

/** One metric of one job on two sides: how much it changed, and how sure that is. */
import { binomialTest } from '../statistics/distributions.js';
import { mannWhitney, shiftEstimate } from '../statistics/rank-test.js';
import { type Estimate, estimateShift } from './estimate.js';
import { anyPercentileOf, isCounted, isHighest, isRate, isTail, type Metric } from './metrics.js';
import { LEAST_OBSERVATIONS, type Observations, type ObservedRun } from './observations.js';
import { type RunFigure, runFigure, runFigures } from './run-figures.js';
import { figureOf, iosBehind, type Sample } from './samples.js';
import { type Spread, spreadOf, type Taken, takenOf, takesNothing } from './spread.js';

/** A change before the p-values of all metrics have been corrected together, with what p-value and verdict take for granted. */
export interface Change extends Taken {
  readonly metric: Metric;
  /** Median over the runs; for errors their number. */
  readonly base?: number;
  readonly next?: number;
  /** new / base. */
  readonly ratio?: number;
  /** For the ratio, at the confidence asked for, not corrected. Absent where it would rest on an assumption. */
  readonly interval?: readonly [low: number, high: number];
  /** The same if what is taken for granted holds. */
  readonly assumedInterval?: readonly [low: number, high: number];
  readonly p?: number;
  /** The rank test in its exact or approximate form, that of pairs always exact, or Student's; for errors that of two rates. */
  readonly test?: 'mann-whitney-exact' | 'mann-whitney-normal' | 'student' | 'binomial' | 'signed-rank';
  /** Nothing completed on that side in all its time, and on the other something did. */
  readonly idle?: 'base' | 'new';
  /** Why nothing can be said. */
  readonly problem?: string;
}

/** I/Os beyond a percentile of a run below which the percentile is one of them by chance. */
const LEAST_BEYOND = 10;
/** Numbers of I/Os that differ by more than this have no highest latencies that could be compared. */
const MOST_UNEQUAL = 1.1;
/** Of so many that lie beyond a percentile, a share of 1 / (2 * them) is not seen; how far two sides may be apart in 1 / them. */
const MOST_UNEQUAL_TAILS = 0.02;

export function medianOf(values: readonly number[]): number {
  return shiftEstimate([0], values);
}

const wholesOf = (runs: readonly ObservedRun[]): Sample[] => runs.map(({ whole }) => whole);

/** Of what is counted, as a share of what was tried; 0 where nothing was. */
export function shareOf(sample: Sample, metric: Metric): number {
  const count = figureOf(sample, metric) ?? 0;
  return count === 0 ? 0 : count / (sample.ios + sample.errors);
}

/**
 * What a rank test found of counts: above 0 `direction` says that those of the new side rank higher. A few runs may have most
 * of what is counted, and where ranks and sums then point different ways neither is believed.
 */
export function rankedCount(
  found: Pick<Change, 'metric' | 'base' | 'next' | 'ratio'>,
  direction: number,
  { p, test }: Required<Pick<Change, 'p' | 'test'>>,
): Change {
  const { ratio = Number.POSITIVE_INFINITY } = found;
  const problem = 'few runs have most of them; by ranks the other side has more';
  return { ...found, p, test, ...(direction * (ratio - 1) < 0 ? { problem } : {}) };
}

/** Counts of two sides by the ranks of their shares. */
export function rankedShares(
  found: Parameters<typeof rankedCount>[0],
  base: readonly Sample[],
  next: readonly Sample[],
): Change {
  const [a, b] = [base, next].map((side) => side.map((sample) => shareOf(sample, found.metric)));
  const { u, p, method } = mannWhitney(a, b);
  return rankedCount(found, u - (a.length * b.length) / 2, { p, test: `mann-whitney-${method}` });
}

const notMeasuredIn = (side: 'base' | 'new'): string => `not measured in the ${side} result`;

/** Of what is counted: how many of the I/Os. From runs enough their shares are ranked, else all are taken together. */
function countChange(base: readonly Sample[], next: readonly Sample[], metric: Metric): Change {
  const total = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0);
  const lacking = [base, next].findIndex((side) => side.some((each) => each.unmeasured?.has(metric)));
  if (lacking >= 0) return { metric, problem: notMeasuredIn(lacking === 0 ? 'base' : 'new') };
  const counted = (sample: Sample): number => figureOf(sample, metric) ?? 0;
  const [failedBase, failedNext] = [total(base, counted), total(next, counted)];
  const figures = { metric, base: failedBase, next: failedNext };
  if (failedBase + failedNext === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const [triedBase, triedNext] = [
    failedBase + total(base, (s) => s.ios),
    failedNext + total(next, (s) => s.ios),
  ];
  const ratio = failedNext / triedNext / (failedBase / triedBase);
  const found = { ...figures, ...(Number.isFinite(ratio) ? { ratio } : {}) };
  if (Math.min(base.length, next.length) >= LEAST_OBSERVATIONS) return rankedShares(found, base, next);
  const p = binomialTest(failedNext, failedBase + failedNext, triedNext / (triedBase + triedNext));
  return { ...found, p, test: 'binomial' };
}

/** The more I/Os, the higher the highest of their times. Why a metric cannot be compared for that; undefined where it can. */
export function highestProblem(
  metric: Metric,
  base: readonly Sample[],
  next: readonly Sample[],
): string | undefined {
  if (!isHighest(metric)) return undefined;
  const iosOf = (sample: Sample): number => Math.max(1, iosBehind(sample, metric));
  const [a, b] = [base, next].map((side) => medianOf(side.map(iosOf)));
  return Math.max(a / b, b / a) > MOST_UNEQUAL
    ? 'the more I/Os, the higher it is, and the sides have unequal numbers of them'
    : undefined;
}

/** What few I/Os show of a tail is less of it. Why a percentile cannot be compared for that; undefined where it can. */
function unequalTails(metric: Metric, base: readonly Sample[], next: readonly Sample[]): string | undefined {
  if (anyPercentileOf(metric) === undefined) return undefined;
  const [a, b] = [base, next].map((side) =>
    medianOf(side.map((sample) => Math.max(1, beyond(metric, iosBehind(sample, metric))))),
  );
  return Math.abs(1 / a - 1 / b) > MOST_UNEQUAL_TAILS
    ? 'of fewer I/Os it lies lower, and few of one side and many of the other lie beyond it'
    : undefined;
}

/** Why a percentile of these runs says nothing; undefined where it does. That nothing completed in its time is a fact of a rate. */
export function tailProblem(metric: Metric, runs: readonly Sample[]): string | undefined {
  const judged = isRate(metric) ? runs.filter(({ ios }) => ios > 0) : runs;
  const fewest = Math.min(...judged.map((sample) => beyond(metric, iosBehind(sample, metric))));
  return fewest < LEAST_BEYOND ? `fewer than ${LEAST_BEYOND} I/Os of a run lie beyond it` : undefined;
}

/** How many of the I/Os lie beyond a percentile; of what is none, all. */
function beyond(metric: Metric, ios: number): number {
  const percentile = anyPercentileOf(metric);
  // 1000 * (1 - 0.99) is 10.000000000000009.
  return percentile === undefined ? ios : Number((ios * (1 - percentile / 100)).toPrecision(9));
}

/** Why nothing can be said of a metric of two sides; undefined where something can. */
export function problemOf(metric: Metric, { basis, sides: [base, next] }: Observations): string | undefined {
  const [a, b] = [wholesOf(base), wholesOf(next)];
  if (isHighest(metric) && Math.min(a.length, b.length) < LEAST_OBSERVATIONS)
    return `one I/O of a run makes it; it takes ${LEAST_OBSERVATIONS} runs a side`;
  if (isHighest(metric)) return highestProblem(metric, a, b);
  const tail = tailProblem(metric, [...a, ...b]) ?? unequalTails(metric, a, b);
  return tail ?? (basis === 'single' ? tooFew([base, next]) : undefined);
}

/** Among many jobs a tail that jumps would be found too often by what is assumed of it; a gate on it alone may be judged. */
function unknownTail(metric: Metric, { assumed }: Estimate): string | undefined {
  if (!isTail(metric) || assumed === undefined) return undefined;
  return `so few runs do not show how a tail differs from run to run; it takes ${LEAST_OBSERVATIONS} runs a side`;
}

function tooFew([base, next]: readonly (readonly ObservedRun[])[]): string {
  const runs = Math.max(base.length, next.length) === 1 ? 'one run a side' : 'so few runs';
  return `${runs} with too few repeats or intervals to show any variation; use repeat: 5 or more`;
}

const median = (side: readonly RunFigure[]): number => Math.exp(medianOf(side.map(({ log }) => log)));

const exponential = ([low, high]: readonly [number, number]): [number, number] => [
  Math.exp(low),
  Math.exp(high),
];

/** How far these sides lie apart, each of at least one run; runs of the history that lack the metric tell nothing of it. */
export function shiftIn(
  base: readonly RunFigure[],
  next: readonly RunFigure[],
  history: readonly ObservedRun[],
  metric: Metric,
): { readonly estimate: Estimate; readonly spread: Spread } {
  const others = history.flatMap((run) => runFigure(run, metric) ?? []);
  const spread = spreadOf([base, next, others], isTail(metric));
  return { estimate: estimateShift(base, next, spread, others), spread };
}

/** What was estimated of two sides as a change; `confidence` is that of the interval. */
export function estimatedChange(
  metric: Metric,
  [base, next]: readonly [base: readonly RunFigure[], next: readonly RunFigure[]],
  estimate: Estimate,
  confidence: number,
): Change {
  const { log, p, test, limits } = estimate;
  const interval = limits(1 - confidence);
  return {
    metric,
    base: median(base),
    next: median(next),
    ratio: Math.exp(log),
    p,
    test,
    ...takenOf(estimate),
    ...(interval === undefined
      ? { problem: `${base.length} against ${next.length} runs cannot give that confidence` }
      : { [takesNothing(estimate) ? 'interval' : 'assumedInterval']: exponential(interval) }),
  };
}

const isIdle = (side: readonly Sample[]): boolean =>
  side.every(({ ios, elapsedNs }) => ios === 0 && elapsedNs > 0);

/** The median of a figure that is 0 where there is none. */
export function medianFigure(side: readonly Sample[], metric: Metric): number {
  return medianOf(side.map((sample) => figureOf(sample, metric) ?? 0));
}

/** Rates of which a side has nothing at all need no test; undefined where each has something. */
export function idleChange(
  metric: Metric,
  base: readonly Sample[],
  next: readonly Sample[],
): Change | undefined {
  if (!isRate(metric)) return undefined;
  const figures = { metric, base: medianFigure(base, metric), next: medianFigure(next, metric) };
  if (isIdle(base) && isIdle(next)) return { ...figures, problem: 'nothing completed on either side' };
  if (isIdle(next)) return { ...figures, ratio: 0, idle: 'new' };
  return isIdle(base) ? { ...figures, idle: 'base' } : undefined;
}

/** What changed in one metric between the two sides of the observations; `confidence` is that of the interval. */
export function changeOf(observations: Observations, metric: Metric, confidence: number): Change {
  const [base, next] = observations.sides;
  const [wholeBase, wholeNext] = [wholesOf(base), wholesOf(next)];
  if (isCounted(metric)) return countChange(wholeBase, wholeNext, metric);
  const idle = idleChange(metric, wholeBase, wholeNext);
  if (idle !== undefined) return idle;
  const [a, b] = [runFigures(base, metric), runFigures(next, metric)];
  const known = { metric, ...(a ? { base: median(a) } : {}), ...(b ? { next: median(b) } : {}) };
  if (a === undefined || b === undefined)
    return { ...known, problem: notMeasuredIn(a === undefined ? 'base' : 'new') };
  const { estimate } = shiftIn(a, b, observations.history, metric);
  const problem = problemOf(metric, observations) ?? unknownTail(metric, estimate);
  if (problem !== undefined) return { ...known, ratio: Math.exp(estimate.log), problem };
  return estimatedChange(metric, [a, b], estimate, confidence);
}

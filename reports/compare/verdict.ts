/** One metric of one job on two sides: how much it changed, how sure that is, and what to call it. */
import { percentileShiftInterval } from '../statistics/bootstrap.js';
import { binomialTest } from '../statistics/distributions.js';
import { Random } from '../statistics/random.js';
import { mannWhitney, shiftEstimate, shiftInterval } from '../statistics/rank-test.js';
import type { SparseCounts } from '../statistics/sparse-counts.js';
import { allowForRuns, type Sides } from './between-runs.js';
import { higherIsBetter, isCounted, type Metric, percentileOf } from './metrics.js';
import { type Basis, LEAST_OBSERVATIONS, type Observations } from './observations.js';
import { figureOf, type Sample } from './samples.js';

export type Verdict = 'better' | 'worse' | 'same' | 'inconclusive';

export interface Certainty {
  /** For example 0.95. */
  readonly confidence: number;
  /** Changes up to this share of the base matter to nobody, for example 0.03. */
  readonly margin: number;
  readonly seed: number;
}

/** A change before the p-values of all metrics have been corrected together. */
export interface Change {
  readonly metric: Metric;
  /** Median over the observations; for errors their number. */
  readonly base?: number;
  readonly next?: number;
  /** new / base. */
  readonly ratio?: number;
  /** For the ratio, at the confidence asked for, not corrected. */
  readonly interval?: readonly [low: number, high: number];
  readonly p?: number;
  /** The rank test in its exact or approximate form, that of pairs always exact; for errors that of two rates. */
  readonly test?: 'mann-whitney-exact' | 'mann-whitney-normal' | 'binomial' | 'signed-rank';
  /** Why nothing can be said. */
  readonly problem?: string;
}

export interface JudgedChange extends Change {
  readonly pAdjusted?: number;
  readonly verdict: Verdict;
  /** Why it is inconclusive. */
  readonly reason?: string;
}

export function medianOf(values: readonly number[]): number {
  return shiftEstimate([0], values);
}

/** Of what is counted: how many of the I/Os. */
function countChange(base: readonly Sample[], next: readonly Sample[], metric: Metric): Change {
  const total = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0);
  const counted = (sample: Sample): number => figureOf(sample, metric) ?? 0;
  const [failedBase, failedNext] = [total(base, counted), total(next, counted)];
  const [triedBase, triedNext] = [
    failedBase + total(base, (s) => s.ios),
    failedNext + total(next, (s) => s.ios),
  ];
  const figures = { metric, base: failedBase, next: failedNext };
  if (failedBase + failedNext === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const p = binomialTest(failedNext, failedBase + failedNext, triedNext / (triedBase + triedNext));
  const ratio = failedNext / triedNext / (failedBase / triedBase);
  return { ...figures, p, test: 'binomial', ...(Number.isFinite(ratio) ? { ratio } : {}) };
}

const logsOf = (samples: readonly Sample[], metric: Metric): number[] | undefined => {
  const figures = samples.map((sample) => figureOf(sample, metric));
  return figures.every((figure) => figure !== undefined && figure > 0)
    ? figures.map((figure) => Math.log(figure as number))
    : undefined;
};

function histogramsOf(samples: readonly Sample[]): SparseCounts[] | undefined {
  const found = samples.flatMap(({ counts }) => (counts === undefined ? [] : [counts]));
  return found.length === samples.length ? found : undefined;
}

const exponential = ([low, high]: readonly [number, number]): [number, number] => [
  Math.exp(low),
  Math.exp(high),
];

function intervalOf(
  base: readonly Sample[],
  next: readonly Sample[],
  metric: Metric,
  logs: readonly [number[], number[]],
  { confidence, seed }: Certainty,
): readonly [number, number] | undefined {
  const percentile = percentileOf(metric);
  const [a, b] = [histogramsOf(base), histogramsOf(next)];
  if (percentile === undefined || a === undefined || b === undefined)
    return shiftInterval(logs[0], logs[1], 1 - confidence).interval;
  return percentileShiftInterval(a, b, percentile, 1 - confidence, new Random(seed));
}

/** What changed in one metric between observations of the same kind. */
export function changeOf(
  base: Observations,
  next: Observations,
  metric: Metric,
  certainty: Certainty,
): Change {
  if (isCounted(metric)) return countChange(base.samples, next.samples, metric);
  const logs = [logsOf(base.samples, metric), logsOf(next.samples, metric)] as const;
  const [a, b] = logs;
  const known = {
    metric,
    ...(a ? { base: Math.exp(medianOf(a)) } : {}),
    ...(b ? { next: Math.exp(medianOf(b)) } : {}),
  };
  if (a === undefined || b === undefined)
    return { ...known, problem: `not measured in ${a === undefined ? 'the base' : 'the new'} result` };
  const shift = shiftEstimate(a, b);
  const ratio = Math.exp(shift);
  const count = Math.min(a.length, b.length);
  if (count < LEAST_OBSERVATIONS) return { ...known, ratio, problem: tooFew(base.basis, a.length, b.length) };
  const { p, method } = mannWhitney(a, b);
  const found = intervalOf(base.samples, next.samples, metric, [a, b], certainty);
  const sides: Sides = { base: a, next: b, documents: [base.documents, next.documents] };
  const interval = found && allowForRuns(found, shift, sides, 1 - certainty.confidence);
  return {
    ...known,
    ratio,
    p,
    test: `mann-whitney-${method}`,
    ...(interval ? { interval: exponential(interval) } : { problem: tooFew(base.basis, a.length, b.length) }),
  };
}

function tooFew(basis: Basis, base: number, next: number): string {
  if (basis === 'single') return 'one run without intervals shows no variation; use repeat: 5 or more';
  return `${base} against ${next} ${basis} are too few; use repeat: 5 or more`;
}

/** The change as a share of the base, positive where it is for the worse. */
export function lossOf(metric: Metric, ratio: number): number {
  return higherIsBetter(metric) ? 1 - ratio : ratio - 1;
}

function judgeCount(change: Change, pAdjusted: number | undefined, alpha: number): JudgedChange {
  const adjusted = pAdjusted === undefined ? {} : { pAdjusted };
  const { base = 0, next = 0 } = change;
  if (base + next === 0) return { ...change, verdict: 'same' };
  if ((pAdjusted ?? 1) <= alpha)
    return { ...change, ...adjusted, verdict: (change.ratio ?? Infinity) > 1 ? 'worse' : 'better' };
  return { ...change, ...adjusted, verdict: 'inconclusive', reason: `${change.metric} are too few to tell` };
}

/**
 * What to call a change, its p-value corrected. `better` and `worse`: the corrected test and the interval both
 * exclude no change, and the estimate is beyond the margin; between intervals of few repeats, which cannot show how
 * those differ, the whole interval must be. `same`: the whole interval lies within the margin. Else `inconclusive`.
 */
export function judge(
  change: Change,
  pAdjusted: number | undefined,
  basis: Basis,
  { confidence, margin }: Certainty,
): JudgedChange {
  const alpha = 1 - confidence;
  if (isCounted(change.metric)) return judgeCount(change, pAdjusted, alpha);
  const adjusted = pAdjusted === undefined ? change : { ...change, pAdjusted };
  const { metric, ratio, interval, problem } = change;
  if (problem !== undefined || ratio === undefined || interval === undefined)
    return { ...adjusted, verdict: 'inconclusive', reason: problem };
  const losses = interval.map((end) => lossOf(metric, end)).sort((a, b) => a - b);
  const loss = lossOf(metric, ratio);
  const bar = basis === 'intervals' ? margin : 0;
  const certain = (pAdjusted ?? 1) <= alpha;
  if (certain && loss > margin && losses[0] > bar) return { ...adjusted, verdict: 'worse' };
  if (certain && loss < -margin && losses[1] < -bar) return { ...adjusted, verdict: 'better' };
  if (losses[0] >= -margin && losses[1] <= margin) return { ...adjusted, verdict: 'same' };
  return { ...adjusted, verdict: 'inconclusive', reason: reasonOf(change, certain, alpha) };
}

function reasonOf({ p = 1 }: Change, certain: boolean, alpha: number): string {
  if (certain) return 'it changed, perhaps by no more than the margin';
  return p <= alpha
    ? 'by itself it would be certain, among so many metrics it may be chance'
    : 'the variation hides it';
}

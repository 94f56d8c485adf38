/** How much a metric changed within the pairs of an experiment, and how sure that is. */
import { type Change, maxProblem, medianOf } from '../compare/change.js';
import { higherIsBetter, isCounted, isOfJob, type Metric } from '../compare/metrics.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { mannWhitney } from '../statistics/rank-test.js';
import { neededPairs, signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import type { SamplePair } from './pairs.js';

/**
 * Counts are mostly 0, so their shares of the I/Os are subtracted where other figures are divided. Pairs without any on
 * either side tell nothing by themselves. With the legs of the controls (`others`, all of side A) they do: which leg is of
 * which side was drawn, so the shares of side B are ranked among those of all.
 */
function pairedCounts(pairs: readonly SamplePair[], metric: Metric, others: readonly Sample[]): Change {
  const counted = (sample: Sample): number => figureOf(sample, metric) ?? 0;
  const shareOf = (sample: Sample): number =>
    counted(sample) === 0 ? 0 : counted(sample) / (sample.ios + sample.errors);
  const total = (of: (pair: SamplePair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0);
  const [base, next] = [total((pair) => counted(pair.base)), total((pair) => counted(pair.next))];
  const figures = { metric, base, next };
  if (base + next === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const ratio = total((pair) => shareOf(pair.next)) / total((pair) => shareOf(pair.base));
  const found = { ...figures, ...(Number.isFinite(ratio) ? { ratio } : {}) };
  if (others.length === 0) {
    const { p } = signedRankTest(pairs.map((pair) => shareOf(pair.next) - shareOf(pair.base)));
    return { ...found, p, test: 'signed-rank' };
  }
  const ofA = [...pairs.map((pair) => pair.base), ...others].map(shareOf);
  const { p, method } = mannWhitney(
    ofA,
    pairs.map((pair) => shareOf(pair.next)),
  );
  return { ...found, p, test: `mann-whitney-${method}` };
}

/** What a rate of a leg in which nothing completed is taken for, as a share of that of the other. */
const NEXT_TO_NOTHING = 1e-6;

/** Logs of the figures of both samples; undefined where one has none. */
function logsOf({ base, next }: SamplePair, metric: Metric): [base: number, next: number] | undefined {
  const [a, b] = [figureOf(base, metric), figureOf(next, metric)];
  if (a === undefined || b === undefined) return undefined;
  const isRate = higherIsBetter(metric) && !isOfJob(metric);
  const least = isRate ? NEXT_TO_NOTHING * (Math.max(a, b) || 1) : 0;
  const [from, to] = [Math.max(a, least), Math.max(b, least)];
  return from > 0 && to > 0 ? [Math.log(from), Math.log(to)] : undefined;
}

/** Logs of next / base of one metric, pair by pair; undefined where one has no such figure. */
export function logRatios(pairs: readonly SamplePair[], metric: Metric): number[] | undefined {
  const known = pairs.map((pair) => logsOf(pair, metric)).filter((pair) => pair !== undefined);
  return known.length === pairs.length ? known.map(([a, b]) => b - a) : undefined;
}

/** Rates of which a side has nothing in any pair; undefined where both have something. */
function idleSide(pairs: readonly SamplePair[], metric: Metric): Change | undefined {
  if (!higherIsBetter(metric) || isOfJob(metric)) return undefined;
  const median = (of: (pair: SamplePair) => Sample): number =>
    medianOf(pairs.map((pair) => figureOf(of(pair), metric) ?? 0));
  const figures = { metric, base: median(({ base }) => base), next: median(({ next }) => next) };
  const [base, next] = [
    pairs.every((pair) => pair.base.ios === 0),
    pairs.every((pair) => pair.next.ios === 0),
  ];
  if (base && next) return { ...figures, problem: 'nothing completed on either side' };
  if (next) return { ...figures, ratio: 0, idle: 'new' };
  return base ? { ...figures, idle: 'base' } : undefined;
}

/**
 * The change of one metric from the base to the next sample of each pair: the Hodges-Lehmann estimate of the ratio,
 * its interval at `confidence`, and the p of the signed-rank test. Figures are medians over the pairs; errors are
 * added up, and `others` are further samples of the base.
 */
export function pairedChange(
  pairs: readonly SamplePair[],
  metric: Metric,
  confidence: number,
  others: readonly Sample[] = [],
): Change {
  if (pairs.length === 0) return { metric, problem: 'no block ran to its end' };
  if (isCounted(metric)) return pairedCounts(pairs, metric, others);
  const idle = idleSide(pairs, metric);
  if (idle !== undefined) return idle;
  const logs = pairs.map((pair) => logsOf(pair, metric));
  const known = logs.filter((pair) => pair !== undefined);
  const missing = logs.length - known.length;
  if (missing > 0) return { metric, problem: `not measured in ${missing} of ${logs.length} blocks` };
  const [base, next] = [pairs.map((pair) => pair.base), pairs.map((pair) => pair.next)];
  const problem = metric === 'max' ? maxProblem(base, next) : undefined;
  if (problem !== undefined) return { metric, problem };
  const differences = known.map(([a, b]) => b - a);
  const { estimate, interval } = signedRankCentre(differences, 1 - confidence);
  const needed = neededPairs(1 - confidence);
  return {
    metric,
    base: medianOf(base.map((sample) => figureOf(sample, metric) ?? 0)),
    next: medianOf(next.map((sample) => figureOf(sample, metric) ?? 0)),
    ratio: Math.exp(estimate),
    p: signedRankTest(differences).p,
    test: 'signed-rank',
    ...(interval
      ? { interval: [Math.exp(interval[0]), Math.exp(interval[1])] as const }
      : { problem: `${pairs.length} blocks are too few, it takes ${needed}` }),
  };
}

/** How much a metric changed within the pairs of an experiment, and how sure that is. */
import {
  type Change,
  highestProblem,
  idleChange,
  medianFigure,
  rankedCount,
  rankedShares,
  shareOf,
} from '../compare/change.js';
import { isCounted, isRate, type Metric } from '../compare/metrics.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { neededPairs, signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import type { SamplePair } from './pairs.js';

/**
 * Counts are mostly 0, so their shares of the I/Os are subtracted where other figures are divided. Pairs without any on
 * either side tell nothing by themselves. With the legs of the controls (`others`, all of side A) they do: which leg is of
 * which side was drawn, so the shares of side B are ranked among those of all.
 */
function pairedCounts(pairs: readonly SamplePair[], metric: Metric, others: readonly Sample[]): Change {
  const total = (of: (pair: SamplePair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0);
  const counted = (sample: Sample): number => figureOf(sample, metric) ?? 0;
  const [base, next] = [total((pair) => counted(pair.base)), total((pair) => counted(pair.next))];
  const figures = { metric, base, next };
  if (base + next === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const shares = {
    base: total((pair) => shareOf(pair.base, metric)),
    next: total((pair) => shareOf(pair.next, metric)),
  };
  const found = { ...figures, ...(shares.base === 0 ? {} : { ratio: shares.next / shares.base }) };
  if (others.length > 0)
    return rankedShares(
      found,
      [...pairs.map((pair) => pair.base), ...others],
      pairs.map((pair) => pair.next),
    );
  const { positive, negative, p } = signedRankTest(
    pairs.map((pair) => shareOf(pair.next, metric) - shareOf(pair.base, metric)),
  );
  return rankedCount(found, positive - negative, { p, test: 'signed-rank' });
}

/** What a rate of a leg in which nothing completed is taken for, as a share of that of the other. */
const NEXT_TO_NOTHING = 1e-6;

/** Logs of the figures of both samples; undefined where one has none. */
function logsOf({ base, next }: SamplePair, metric: Metric): [base: number, next: number] | undefined {
  const [a, b] = [figureOf(base, metric), figureOf(next, metric)];
  if (a === undefined || b === undefined) return undefined;
  const least = isRate(metric) ? NEXT_TO_NOTHING * (Math.max(a, b) || 1) : 0;
  const [from, to] = [Math.max(a, least), Math.max(b, least)];
  return from > 0 && to > 0 ? [Math.log(from), Math.log(to)] : undefined;
}

/** Logs of next / base of one metric, pair by pair; undefined where one has no such figure. */
export function logRatios(pairs: readonly SamplePair[], metric: Metric): number[] | undefined {
  const known = pairs.map((pair) => logsOf(pair, metric)).filter((pair) => pair !== undefined);
  return known.length === pairs.length ? known.map(([a, b]) => b - a) : undefined;
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
  const [base, next] = [pairs.map((pair) => pair.base), pairs.map((pair) => pair.next)];
  const idle = idleChange(metric, base, next);
  if (idle !== undefined) return idle;
  const logs = pairs.map((pair) => logsOf(pair, metric));
  const known = logs.filter((pair) => pair !== undefined);
  const missing = logs.length - known.length;
  if (missing > 0) return { metric, problem: `not measured in ${missing} of ${logs.length} blocks` };
  const problem = highestProblem(metric, base, next);
  if (problem !== undefined) return { metric, problem };
  const differences = known.map(([a, b]) => b - a);
  const { estimate, interval } = signedRankCentre(differences, 1 - confidence);
  const needed = neededPairs(1 - confidence);
  return {
    metric,
    base: medianFigure(base, metric),
    next: medianFigure(next, metric),
    ratio: Math.exp(estimate),
    p: signedRankTest(differences).p,
    test: 'signed-rank',
    ...(interval
      ? { interval: [Math.exp(interval[0]), Math.exp(interval[1])] as const }
      : { problem: `${pairs.length} blocks are too few, it takes ${needed}` }),
  };
}

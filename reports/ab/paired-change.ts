/** How much a metric changed within the pairs of an experiment, and how sure that is. */
import { type Change, maxProblem, medianOf } from '../compare/change.js';
import { isCounted, type Metric } from '../compare/metrics.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { neededPairs, signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import type { SamplePair } from './pairs.js';

/** Counts are mostly 0, so their shares of the I/Os are subtracted where other figures are divided. */
function pairedCounts(pairs: readonly SamplePair[], metric: Metric): Change {
  const counted = (sample: Sample): number => figureOf(sample, metric) ?? 0;
  const shareOf = (sample: Sample): number =>
    counted(sample) === 0 ? 0 : counted(sample) / (sample.ios + sample.errors);
  const total = (of: (pair: SamplePair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0);
  const [base, next] = [total((pair) => counted(pair.base)), total((pair) => counted(pair.next))];
  const figures = { metric, base, next };
  if (base + next === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const { p } = signedRankTest(pairs.map((pair) => shareOf(pair.next) - shareOf(pair.base)));
  const ratio = total((pair) => shareOf(pair.next)) / total((pair) => shareOf(pair.base));
  return { ...figures, p, test: 'signed-rank', ...(Number.isFinite(ratio) ? { ratio } : {}) };
}

/** Logs of the figures of both samples; undefined where one has none. */
function logsOf({ base, next }: SamplePair, metric: Metric): [base: number, next: number] | undefined {
  const [a, b] = [figureOf(base, metric), figureOf(next, metric)];
  return a !== undefined && b !== undefined && a > 0 && b > 0 ? [Math.log(a), Math.log(b)] : undefined;
}

/** Logs of next / base of one metric, pair by pair; undefined where one has no such figure. */
export function logRatios(pairs: readonly SamplePair[], metric: Metric): number[] | undefined {
  const known = pairs.map((pair) => logsOf(pair, metric)).filter((pair) => pair !== undefined);
  return known.length === pairs.length ? known.map(([a, b]) => b - a) : undefined;
}

/**
 * The change of one metric from the base to the next sample of each pair: the Hodges-Lehmann estimate of the ratio,
 * its interval at `confidence`, and the p of the signed-rank test. Figures are medians over the pairs; errors are
 * added up.
 */
export function pairedChange(pairs: readonly SamplePair[], metric: Metric, confidence: number): Change {
  if (pairs.length === 0) return { metric, problem: 'no block ran to its end' };
  if (isCounted(metric)) return pairedCounts(pairs, metric);
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
    base: Math.exp(medianOf(known.map(([a]) => a))),
    next: Math.exp(medianOf(known.map(([, b]) => b))),
    ratio: Math.exp(estimate),
    p: signedRankTest(differences).p,
    test: 'signed-rank',
    ...(interval
      ? { interval: [Math.exp(interval[0]), Math.exp(interval[1])] as const }
      : { problem: `${pairs.length} blocks are too few, it takes ${needed}` }),
  };
}

/** How much a metric changed within the pairs of an experiment, and how sure that is. */
import type { Metric } from '../compare/metrics.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { type Change, medianOf } from '../compare/verdict.js';
import { neededPairs, signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import type { SamplePair } from './pairs.js';

/** The share of I/Os that failed. */
function errorShare({ ios, errors }: Sample): number {
  return errors === 0 ? 0 : errors / (ios + errors);
}

/** Errors are mostly 0, so their shares are subtracted where other figures are divided. */
function pairedErrors(pairs: readonly SamplePair[]): Change {
  const total = (of: (pair: SamplePair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0);
  const [base, next] = [total((pair) => pair.base.errors), total((pair) => pair.next.errors)];
  const figures = { metric: 'errors', base, next } as const;
  if (base + next === 0) return { ...figures, ratio: 1, interval: [1, 1] };
  const { p } = signedRankTest(pairs.map((pair) => errorShare(pair.next) - errorShare(pair.base)));
  const ratio = total((pair) => errorShare(pair.next)) / total((pair) => errorShare(pair.base));
  return { ...figures, p, test: 'signed-rank', ...(Number.isFinite(ratio) ? { ratio } : {}) };
}

/** Logs of the figures of both samples; undefined where one has none. */
function logsOf({ base, next }: SamplePair, metric: Metric): [base: number, next: number] | undefined {
  const [a, b] = [figureOf(base, metric), figureOf(next, metric)];
  return a !== undefined && b !== undefined && a > 0 && b > 0 ? [Math.log(a), Math.log(b)] : undefined;
}

/**
 * The change of one metric from the base to the next sample of each pair: the Hodges-Lehmann estimate of the ratio,
 * its interval at `confidence`, and the p of the signed-rank test. Figures are medians over the pairs; errors are
 * added up.
 */
export function pairedChange(pairs: readonly SamplePair[], metric: Metric, confidence: number): Change {
  if (pairs.length === 0) return { metric, problem: 'no block ran to its end' };
  if (metric === 'errors') return pairedErrors(pairs);
  const logs = pairs.map((pair) => logsOf(pair, metric));
  const known = logs.filter((pair) => pair !== undefined);
  const missing = logs.length - known.length;
  if (missing > 0) return { metric, problem: `not measured in ${missing} of ${logs.length} blocks` };
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

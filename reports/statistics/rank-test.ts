/** The Mann-Whitney U test and the Hodges-Lehmann shift with the interval that belongs to it. */
import { normalCdf, normalQuantile } from './distributions.js';
import { PairDifferences } from './pair-differences.js';

/** Samples of fewer than this are tested exactly, as R does. */
const EXACT_BELOW = 50;
/** With ties, all values together: the exact distribution is then particular to them. */
const EXACT_TIED_VALUES = 50;

/** Ranks of `values` from 1, equal ones sharing the mean of theirs, and the sizes of the groups of equal values. */
export function midranks(values: readonly number[]): { ranks: number[]; ties: number[] } {
  const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  const ties: number[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2;
    ties.push(end - start);
    start = end;
  }
  return { ranks, ties };
}

/** Distributions of U by the sizes of the samples. */
const cache = new Map<string, Float64Array>();

/** When both samples come from the same source, every split of the ranks being as likely: the chance of each U from 0 to m * n where no values are tied. */
export function uDistribution(m: number, n: number): Float64Array {
  const key = `${m},${n}`;
  const known = cache.get(key);
  if (known) return known;
  const ranks = Array.from({ length: m + n }, (_, index) => index + 1);
  const bySum = rankSumDistribution(ranks, m);
  const least = (m * (m + 1)) / 2;
  const result = bySum.slice(least, least + m * n + 1);
  cache.set(key, result);
  return result;
}

/** The chance of each sum of `m` of the given ranks (whole numbers); index = sum. */
export function rankSumDistribution(ranks: readonly number[], m: number): Float64Array {
  const sorted = [...ranks].sort((a, b) => a - b);
  const sums = [0];
  for (const [taken, rank] of sorted.entries()) sums.push(sums[taken] + rank);
  const ways = Array.from({ length: m + 1 }, () => new Float64Array(sums[ranks.length] + 1));
  ways[0][0] = 1;
  for (const [taken, rank] of sorted.entries()) {
    for (let size = Math.min(m, taken + 1); size >= 1; size--) {
      const from = ways[size - 1];
      const into = ways[size];
      // Of those before it: no less than the lowest together, and no more than the highest.
      const [least, most] = [sums[size - 1], sums[taken] - sums[taken - size + 1]];
      for (let sum = least; sum <= most; sum++) into[sum + rank] += from[sum];
    }
  }
  const total = ways[m].reduce((sum, count) => sum + count, 0);
  return ways[m].map((count) => count / total);
}

/** Distributions of doubled rank sums by the size of the second sample and those of the groups of equal values, few of them. */
const tiedCache = new Map<string, Float64Array>();
const MOST_TIED = 256;

/** The chance of each sum of `n` of these doubled midranks, which `ties` tell wholly. */
function tiedDistribution(doubled: readonly number[], ties: readonly number[], n: number): Float64Array {
  const key = `${n}:${ties.join()}`;
  const known = tiedCache.get(key);
  if (known) return known;
  if (tiedCache.size >= MOST_TIED) tiedCache.clear();
  const result = rankSumDistribution(doubled, n);
  tiedCache.set(key, result);
  return result;
}

export interface RankTest {
  /** U of the second sample: pairs in which its value is the greater one, ties as one half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

function exactP(ranks: readonly number[], ties: readonly number[], first: number): number {
  const m = first;
  const n = ranks.length - m;
  // Doubled, midranks are whole numbers.
  const doubled = ranks.map((rank) => 2 * rank);
  const chances = tiedDistribution(doubled, ties, n);
  const middle = n * (m + n + 1);
  const found = Math.abs(doubled.slice(m).reduce((sum, rank) => sum + rank, 0) - middle);
  let p = 0;
  for (let sum = 0; sum < chances.length; sum++) if (Math.abs(sum - middle) >= found) p += chances[sum];
  return Math.min(1, p);
}

function exactUntiedP(u: number, m: number, n: number): number {
  const chances = uDistribution(n, m);
  const least = Math.min(u, m * n - u);
  let below = 0;
  for (let i = 0; i <= least; i++) below += chances[i];
  return Math.min(1, 2 * below);
}

/** With continuity correction and the variance that ties leave. */
function normalP(u: number, m: number, n: number, ties: readonly number[]): number {
  const total = m + n;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((m * n) / 12) * (total + 1 - tied / (total * (total - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/**
 * Two-sided Mann-Whitney U test of two samples of at least one value each. Exact for small samples (with ties: over
 * all splits of the midranks), else by the normal approximation.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const [m, n] = [a.length, b.length];
  const { ranks, ties } = midranks([...a, ...b]);
  const u = ranks.slice(m).reduce((sum, rank) => sum + rank, 0) - (n * (n + 1)) / 2;
  const tied = ties.some((size) => size > 1);
  if (!tied && m < EXACT_BELOW && n < EXACT_BELOW) return { u, p: exactUntiedP(u, m, n), method: 'exact' };
  if (tied && m + n <= EXACT_TIED_VALUES) return { u, p: exactP(ranks, ties, m), method: 'exact' };
  return { u, p: normalP(u, m, n, ties), method: 'normal' };
}

/** The smallest p that samples of these sizes can give; above alpha, no difference can ever be found. */
export function smallestP(m: number, n: number): number {
  return exactUntiedP(0, m, n);
}

/** How many differences lie outside the interval on each side; 0 where it cannot be had. */
function outside(m: number, n: number, alpha: number): number {
  if (m >= EXACT_BELOW || n >= EXACT_BELOW) {
    const spread = Math.sqrt((m * n * (m + n + 1)) / 12);
    return Math.max(0, Math.floor((m * n) / 2 + normalQuantile(alpha / 2) * spread));
  }
  const chances = uDistribution(m, n);
  let below = 0;
  for (let u = 0; u < chances.length; u++) {
    below += chances[u];
    if (below >= alpha / 2) return u;
  }
  return 0;
}

/** The Hodges-Lehmann estimate of the shift from `a` to `b`. */
export function shiftEstimate(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return new PairDifferences(a, b).median();
}

/**
 * Between which the shift from `a` to `b` lies with 1 - alpha, 0 < alpha < 1, by the inverted rank test; undefined where samples of
 * these sizes cannot give that confidence.
 */
export function shiftLimits(
  a: readonly number[],
  b: readonly number[],
): (alpha: number) => readonly [low: number, high: number] | undefined {
  const differences = new PairDifferences(a, b);
  return (alpha) => {
    const cut = outside(a.length, b.length, alpha);
    return cut === 0 ? undefined : [differences.at(cut - 1), differences.at(differences.count - cut)];
  };
}

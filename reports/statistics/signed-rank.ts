/** Wilcoxon's signed-rank test of paired differences, always exact, and the Hodges-Lehmann estimate that belongs to it. */
import { midranks } from './rank-test.js';

/**
 * The chance of each sum of the positive ranks when every sign is as likely; index = sum. `ranks` are whole numbers
 * above 0.
 */
export function signedRankDistribution(ranks: readonly number[]): Float64Array {
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const chances = new Float64Array(most + 1);
  chances[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--)
      chances[sum] = (chances[sum] + (sum >= rank ? chances[sum - rank] : 0)) / 2;
  }
  return chances;
}

export interface SignedRank {
  /** W+: the ranks of the differences above 0, added up. */
  readonly positive: number;
  /** W-: those of the differences below 0. */
  readonly negative: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Two-sided signed-rank test of at least one difference. Ties have midranks, and differences of 0 keep their rank but
 * count for neither side (Pratt 1959); the distribution is that of all signs of the ranks found.
 */
export function signedRankTest(differences: readonly number[]): SignedRank {
  const { ranks } = midranks(differences.map(Math.abs));
  // Doubled, midranks are whole numbers.
  const doubled = ranks.map((rank) => 2 * rank);
  const signed = doubled.filter((_, i) => differences[i] !== 0);
  const positive = doubled.reduce((sum, rank, i) => (differences[i] > 0 ? sum + rank : sum), 0);
  const most = signed.reduce((sum, rank) => sum + rank, 0);
  const chances = signedRankDistribution(signed);
  let tail = 0;
  for (let sum = Math.min(positive, most - positive); sum >= 0; sum--) tail += chances[sum];
  return { positive: positive / 2, negative: (most - positive) / 2, p: Math.min(1, 2 * tail) };
}

/** The fewest pairs whose signed-rank test can reach a p of `alpha`, 0 < alpha < 1. */
export function neededPairs(alpha: number): number {
  let pairs = 1;
  while (smallestSignedRankP(pairs) > alpha) pairs++;
  return pairs;
}

/** The p of that many pairs when all differences have one sign: there is no smaller one. */
function smallestSignedRankP(pairs: number): number {
  return 2 ** (1 - pairs);
}

export interface Centre {
  /** Median of the Walsh averages: the means of all pairs of differences, each also with itself. */
  readonly estimate: number;
  /** Absent where so few differences cannot give that confidence. */
  readonly interval?: readonly [low: number, high: number];
}

function walshAverages(differences: readonly number[]): Float64Array {
  const n = differences.length;
  const averages = new Float64Array((n * (n + 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) averages[at++] = (differences[i] + differences[j]) / 2;
  }
  return averages.sort();
}

/** How many averages lie outside the interval on each side; 0 where it cannot be had. */
function outside(pairs: number, alpha: number): number {
  const chances = signedRankDistribution(Array.from({ length: pairs }, (_, i) => i + 1));
  let below = 0;
  for (let sum = 0; sum < chances.length; sum++) {
    below += chances[sum];
    if (below > alpha / 2) return sum;
  }
  return 0;
}

/** The Hodges-Lehmann centre of at least one difference, with the interval that inverts the exact test. */
export function signedRankCentre(differences: readonly number[], alpha: number): Centre {
  const sorted = walshAverages(differences);
  const half = sorted.length >> 1;
  const estimate = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  const cut = outside(differences.length, alpha);
  return cut === 0 ? { estimate } : { estimate, interval: [sorted[cut - 1], sorted[sorted.length - cut]] };
}

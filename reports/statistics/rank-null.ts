/** Distributions of rank sums when two samples come from the same source: every split of the ranks is as likely. */

const cache = new Map<string, Float64Array>();

/** The chance of each Mann-Whitney U from 0 to m * n where no values are tied. */
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
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: m + 1 }, () => new Float64Array(most + 1));
  ways[0][0] = 1;
  for (const [taken, rank] of ranks.entries()) {
    for (let size = Math.min(m, taken + 1); size >= 1; size--) {
      const from = ways[size - 1];
      const into = ways[size];
      for (let sum = most; sum >= rank; sum--) into[sum] += from[sum - rank];
    }
  }
  const total = ways[m].reduce((sum, count) => sum + count, 0);
  return ways[m].map((count) => count / total);
}

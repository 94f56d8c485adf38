/** The buckets of a histogram that hold something, with running totals: what quantiles are drawn from. */
import { highestLatencyOfIndex } from '../../engine/stats/histogram.js';
import { type Counts, summarizeCounts } from '../../engine/stats/percentiles.js';
import type { Random } from './random.js';

export interface SparseCounts {
  /** Highest latency of each bucket in use, ascending. */
  readonly latencyNs: Float64Array;
  /** Counts up to and with that bucket. */
  readonly upTo: Float64Array;
  readonly totalCount: number;
  readonly meanNs: number;
  readonly stdDevNs: number;
}

/** Takes what a dense histogram holds. */
export function sparseCounts(counts: Counts): SparseCounts {
  const latencyNs: number[] = [];
  const upTo: number[] = [];
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    total += counts[i];
    latencyNs.push(highestLatencyOfIndex(i));
    upTo.push(total);
  }
  const { meanNs, stdDevNs } = summarizeCounts(counts);
  return {
    latencyNs: Float64Array.from(latencyNs),
    upTo: Float64Array.from(upTo),
    totalCount: total,
    meanNs,
    stdDevNs,
  };
}

/** The latency of the `rank`-th smallest I/O, from 1; the histogram is not empty. */
function latencyAtRank({ latencyNs, upTo }: SparseCounts, rank: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle] < rank) low = middle + 1;
    else high = middle;
  }
  return latencyNs[low];
}

const rankOf = (share: number, total: number): number =>
  Math.min(total, Math.max(1, Math.ceil(share * total - 1e-9 * total)));

/** The latency that `percentile` percent of the I/Os do not exceed. Undefined where there are none. */
export function sparsePercentileNs(counts: SparseCounts, percentile: number): number | undefined {
  if (counts.totalCount === 0) return undefined;
  return latencyAtRank(counts, rankOf(percentile / 100, counts.totalCount));
}

/**
 * The percentile of one bootstrap resample of the histogram. Drawing all counts anew from a multinomial and taking
 * the k-th smallest of n is the same as taking the quantile at a Beta(k, n - k + 1) variate, which costs one draw.
 */
export function resampledPercentileNs(counts: SparseCounts, percentile: number, random: Random): number {
  const n = counts.totalCount;
  const k = rankOf(percentile / 100, n);
  return latencyAtRank(counts, rankOf(random.beta(k, n - k + 1), n));
}

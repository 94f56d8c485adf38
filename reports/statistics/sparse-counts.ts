/** The buckets of a histogram that hold something, with running totals: what quantiles are drawn from. */
import { highestLatencyOfIndex } from '../../engine/stats/histogram.js';
import { nextIndex, stretchInUse } from '../../engine/stats/in-use.js';
import { type Counts, summarizeCounts } from '../../engine/stats/percentiles.js';

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
  for (let i = stretchInUse(counts, 0); i < counts.length; i = nextIndex(counts, i)) {
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

/** Several as one. */
export function mergeSparse(parts: readonly SparseCounts[]): SparseCounts {
  const counts = new Map<number, number>();
  for (const { latencyNs, upTo } of parts) {
    for (let i = 0; i < upTo.length; i++) {
      const count = upTo[i] - (i === 0 ? 0 : upTo[i - 1]);
      counts.set(latencyNs[i], (counts.get(latencyNs[i]) ?? 0) + count);
    }
  }
  const latencyNs = Float64Array.from(counts.keys()).sort();
  let totalCount = 0;
  const upTo = latencyNs.map((latency) => {
    totalCount += counts.get(latency) ?? 0;
    return totalCount;
  });
  const meanOf = (of: (part: SparseCounts) => number): number =>
    totalCount === 0 ? 0 : parts.reduce((sum, part) => sum + of(part) * part.totalCount, 0) / totalCount;
  const meanNs = meanOf((part) => part.meanNs);
  const squares = meanOf((part) => part.stdDevNs ** 2 + (part.meanNs - meanNs) ** 2);
  return { latencyNs, upTo, totalCount, meanNs, stdDevNs: Math.sqrt(squares) };
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

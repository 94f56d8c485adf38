/** Figures straight from the loop's flat counts, by the rules of HdrHistogram. */
import { HISTOGRAM_LENGTH, highestLatencyOfIndex, latencyOfIndex } from './histogram.js';
import { nextIndex, STRETCH, stretchInUse } from './in-use.js';

/** One histogram: HISTOGRAM_LENGTH counts in the layout of histogram.ts. */
export type Counts = Float64Array | Uint32Array;

/** All 0 where nothing was counted. */
export interface CountsSummary {
  readonly totalCount: number;
  /** Lowest latency that counts at the first index in use. */
  readonly minNs: number;
  /** Highest latency that counts at the last index in use. */
  readonly maxNs: number;
  /** Over the middle of each index's range, as HdrHistogram has it. */
  readonly meanNs: number;
  readonly stdDevNs: number;
}

/** An empty histogram whose counts do not overflow at 2^32. */
export function emptyHistogram(): Float64Array {
  return new Float64Array(HISTOGRAM_LENGTH);
}

/** Adds `from` to `into`. Throws RangeError where their lengths differ. */
export function mergeCounts(into: Float64Array, from: Counts): void {
  if (into.length !== from.length)
    throw new RangeError(`a histogram of ${from.length} counts cannot be added to one of ${into.length}`);
  for (let at = stretchInUse(from, 0); at < from.length; at = stretchInUse(from, at + STRETCH)) {
    const end = Math.min(at + STRETCH, from.length);
    for (let i = at; i < end; i++) into[i] += from[i];
  }
}

/** Sum of all counts. */
export function totalCountOf(counts: Counts): number {
  let total = 0;
  for (let at = stretchInUse(counts, 0); at < counts.length; at = stretchInUse(counts, at + STRETCH)) {
    const end = Math.min(at + STRETCH, counts.length);
    for (let i = at; i < end; i++) total += counts[i];
  }
  return total;
}

function middleOfIndex(index: number): number {
  const lowest = latencyOfIndex(index);
  return lowest + Math.floor((highestLatencyOfIndex(index) - lowest + 1) / 2);
}

/** Total, extremes, mean and standard deviation of one histogram. */
export function summarizeCounts(counts: Counts): CountsSummary {
  let totalCount = 0;
  let sumNs = 0;
  let first = -1;
  let last = -1;
  for (let i = stretchInUse(counts, 0); i < counts.length; i = nextIndex(counts, i)) {
    if (counts[i] === 0) continue;
    if (first < 0) first = i;
    last = i;
    totalCount += counts[i];
    sumNs += counts[i] * middleOfIndex(i);
  }
  if (totalCount === 0) return { totalCount: 0, minNs: 0, maxNs: 0, meanNs: 0, stdDevNs: 0 };
  const meanNs = sumNs / totalCount;
  let squares = 0;
  for (let i = first; i <= last; i = nextIndex(counts, i))
    if (counts[i] !== 0) squares += counts[i] * (middleOfIndex(i) - meanNs) ** 2;
  return {
    totalCount,
    minNs: latencyOfIndex(first),
    maxNs: highestLatencyOfIndex(last),
    meanNs,
    stdDevNs: Math.sqrt(squares / totalCount),
  };
}

/** Distance from a positive double to the next one. */
function ulp(value: number): number {
  return 2 ** (Math.floor(Math.log2(value)) - 52);
}

/**
 * The latency in ns that `percentile` percent (0 to 100) of the counts do not exceed: the highest one that counts at
 * that index; for 0 the lowest one of the first index in use. 0 where nothing was counted.
 */
export function percentileNs(
  counts: Counts,
  percentile: number,
  totalCount: number = totalCountOf(counts),
): number {
  if (totalCount === 0) return 0;
  const share = (Math.min(percentile, 100) / 100) * totalCount;
  // HdrHistogram's guard: a product that rounded up by one ulp must not skip a count.
  const needed = Math.max(Math.ceil(share - ulp(share)), 1);
  let seen = 0;
  for (let i = stretchInUse(counts, 0); i < counts.length; i = nextIndex(counts, i)) {
    seen += counts[i];
    if (seen >= needed) return percentile === 0 ? latencyOfIndex(i) : highestLatencyOfIndex(i);
  }
  return 0;
}

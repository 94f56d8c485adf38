/**
 * The latency histogram of the I/O loop, in HdrHistogram's bucket layout.
 *
 * Counts are a flat array. With 3 significant digits a bucket has 2048 sub-buckets, of which every bucket but the
 * first uses the upper 1024; value v of n bits falls in bucket b = max(0, n - 11), at index b * 1024 + (v >> b).
 * So values to 2047 ns are exact and above that within 0.1 %.
 */

export const SIGNIFICANT_DIGITS = 3;
const SUB_BUCKET_BITS = 11;
const HALF_SHIFT = SUB_BUCKET_BITS - 1;
const SUB_BUCKET_MASK = (1 << SUB_BUCKET_BITS) - 1;
const CLZ_OF_FIRST_BUCKET = 32 - SUB_BUCKET_BITS;
const VALUE_BITS = 37;

/** Largest latency told apart: 2^37 - 1 ns, 137 s. Longer ones count as this. */
export const HIGHEST_TRACKABLE_NS = 2 ** VALUE_BITS - 1;
/** Number of counts in one histogram. */
export const HISTOGRAM_LENGTH = (VALUE_BITS - SUB_BUCKET_BITS + 2) << HALF_SHIFT;

/** The index of a latency that is known to be below 2^31 ns (2.1 s): integers only, for the I/O loop. */
export function shortLatencyIndex(latencyNs: number): number {
  const bucket = CLZ_OF_FIRST_BUCKET - Math.clz32(latencyNs | SUB_BUCKET_MASK);
  return ((bucket << HALF_SHIFT) + (latencyNs >> bucket)) | 0;
}

/** The index of any latency of 0 ns or more. */
export function latencyIndex(latencyNs: number): number {
  if (latencyNs < 0x8000_0000) return shortLatencyIndex(latencyNs | 0);
  const value = Math.min(latencyNs, HIGHEST_TRACKABLE_NS);
  const bucket = 32 - Math.clz32(Math.floor(value / 2 ** 31)) + 31 - SUB_BUCKET_BITS;
  return (bucket << HALF_SHIFT) + Math.floor(value / 2 ** bucket);
}

/** The lowest latency that counts at an index. */
export function latencyOfIndex(index: number): number {
  const bucket = Math.max(0, (index >> HALF_SHIFT) - 1);
  return (index - (bucket << HALF_SHIFT)) * 2 ** bucket;
}

/** The highest latency that counts at an index. */
export function highestLatencyOfIndex(index: number): number {
  const bucket = Math.max(0, (index >> HALF_SHIFT) - 1);
  return (index - (bucket << HALF_SHIFT) + 1) * 2 ** bucket - 1;
}

/** The loop's flat counts as an hdr-histogram-js histogram, and in the encoded form that other HdrHistogram tools read. */
import { encodeIntoCompressedBase64, Float64Histogram } from 'hdr-histogram-js';
import { HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS } from './histogram.js';
import type { Counts } from './percentiles.js';

/** Counts (HISTOGRAM_LENGTH of them, in ns) as an hdr-histogram-js histogram of 64-bit counts. */
export function toHdrHistogram(counts: Counts): Float64Histogram {
  const histogram = new Float64Histogram(1, HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0) histogram.setCountAtIndex(i, counts[i]);
  }
  histogram.establishInternalTackingValues();
  return histogram;
}

/** Counts in the V2 compressed form, base64. */
export function encodeCounts(counts: Counts): string {
  return encodeIntoCompressedBase64(toHdrHistogram(counts));
}

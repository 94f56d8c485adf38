/** The loop's flat counts as a histogram of hdr-histogram-js. */
import type { Float64Histogram } from 'hdr-histogram-js';
import { HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS } from '../../engine/stats/histogram.js';
import type { Counts } from '../../engine/stats/percentiles.js';
import { lazyLibrary } from '../render/lazy-library.js';

const library = lazyLibrary<typeof import('hdr-histogram-js')>('hdr-histogram-js');

/** Counts (HISTOGRAM_LENGTH of them, in ns) as a histogram of 64-bit counts. */
export function toHdrHistogram(counts: Counts): Float64Histogram {
  const histogram = new (library().Float64Histogram)(1, HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0) histogram.setCountAtIndex(i, counts[i]);
  }
  histogram.establishInternalTackingValues();
  return histogram;
}

import type { JsHistogram } from 'hdr-histogram-js';
import { HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';

/** The counts of a histogram of hdr-histogram-js, index by index. */
export function countsOfHdr(histogram: JsHistogram): Float64Array {
  return Float64Array.from({ length: HISTOGRAM_LENGTH }, (_, i) => histogram.getCountAtIndex(i));
}

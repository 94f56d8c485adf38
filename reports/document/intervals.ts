/** Intervals of a job: built from counts, and joined without loss. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { decodeCounts } from '../../engine/stats/hdr-decode.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { type Counts, mergeCounts, totalCountOf } from '../../engine/stats/percentiles.js';
import { type Moved, movedBytes } from './build.js';
import { byOperation } from './operations.js';
import type { IntervalOperation, IntervalRecord } from './result.js';

/** One operation in one interval; undefined where nothing completed and nothing failed. */
export function buildIntervalOperation(
  counts: Counts,
  moved: Moved,
  errors: number,
): IntervalOperation | undefined {
  const ios = totalCountOf(counts);
  if (ios === 0 && errors === 0) return undefined;
  return {
    ios,
    bytes: movedBytes(ios, moved),
    errors,
    histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) },
  };
}

function mergeOperations(
  first: IntervalOperation | undefined,
  second: IntervalOperation | undefined,
): IntervalOperation | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const counts = decodeCounts(first.histogram.data);
  mergeCounts(counts, decodeCounts(second.histogram.data));
  return {
    ios: first.ios + second.ios,
    bytes: first.bytes + second.bytes,
    errors: first.errors + second.errors,
    histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) },
  };
}

/**
 * Two intervals, the second right after the first, as one: their histograms are added.
 * Throws EngineError HISTOGRAM_UNREADABLE.
 */
export function mergeIntervals(first: IntervalRecord, second: IntervalRecord): IntervalRecord {
  return {
    startNs: first.startNs,
    endNs: second.endNs,
    ...byOperation((name) => mergeOperations(first[name], second[name])),
  };
}

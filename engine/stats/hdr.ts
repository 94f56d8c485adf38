/**
 * The loop's flat counts as an hdr-histogram-js histogram and back, index by index and without loss, and the
 * encoded form that other HdrHistogram tools read.
 */
import { inflateSync } from 'node:zlib';
import {
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  Float64Histogram,
  JsHistogram,
} from 'hdr-histogram-js';
import { EngineError } from '../errors.js';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH, SIGNIFICANT_DIGITS } from './histogram.js';
import { type Counts, emptyHistogram } from './percentiles.js';

/** Name of the encoded form, for documents that carry it. */
export const HDR_ENCODING = 'HdrHistogram V2 compressed base64';

// A full histogram takes 9 bytes a count; more than that in base64 is no histogram of ours.
const MAX_ENCODED_LENGTH = 2 * 9 * HISTOGRAM_LENGTH;
const COMPRESSED_HEADER_BYTES = 8;
const MAX_INFLATED_BYTES = 40 + 9 * HISTOGRAM_LENGTH;

function unreadable(reason: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'HISTOGRAM_UNREADABLE',
    op: 'decode a histogram',
    target: HDR_ENCODING,
    reason,
    hint: 'take the histogram from a result that nvbench wrote',
    kind: 'input',
    cause,
  });
}

/** Counts (HISTOGRAM_LENGTH of them, in ns) as an hdr-histogram-js histogram of 64-bit counts. */
export function toHdrHistogram(counts: Counts): Float64Histogram {
  const histogram = new Float64Histogram(1, HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0) histogram.setCountAtIndex(i, counts[i]);
  }
  histogram.establishInternalTackingValues();
  return histogram;
}

/** The flat counts of a histogram that has this layout. Throws EngineError HISTOGRAM_UNREADABLE for any other. */
export function fromHdrHistogram(histogram: JsHistogram): Float64Array {
  const { lowestDiscernibleValue, numberOfSignificantValueDigits, countsArrayLength } = histogram;
  if (
    lowestDiscernibleValue !== 1 ||
    numberOfSignificantValueDigits !== SIGNIFICANT_DIGITS ||
    countsArrayLength !== HISTOGRAM_LENGTH
  ) {
    throw unreadable(
      `it has ${countsArrayLength} counts of ${numberOfSignificantValueDigits} digits from ${lowestDiscernibleValue}, ` +
        `not ${HISTOGRAM_LENGTH} of ${SIGNIFICANT_DIGITS} from 1`,
    );
  }
  const counts = emptyHistogram();
  for (let i = 0; i < counts.length; i++) counts[i] = histogram.getCountAtIndex(i);
  return counts;
}

/** Counts in the V2 compressed form, base64. */
export function encodeCounts(counts: Counts): string {
  return encodeIntoCompressedBase64(toHdrHistogram(counts));
}

/** Whether the data would unpack to more than any histogram of ours: the library unpacks without a limit. */
function isBomb(data: string): boolean {
  const packed = Buffer.from(data, 'base64').subarray(COMPRESSED_HEADER_BYTES);
  try {
    inflateSync(packed, { maxOutputLength: MAX_INFLATED_BYTES });
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  }
}

/** Reads what `encodeCounts` wrote. Throws EngineError HISTOGRAM_UNREADABLE. */
export function decodeCounts(data: string): Float64Array {
  if (data.length > MAX_ENCODED_LENGTH) throw unreadable(`${data.length} characters are too many`);
  if (isBomb(data)) throw unreadable('it unpacks to more than a histogram can have');
  let histogram: unknown;
  try {
    histogram = decodeFromCompressedBase64(data, 64);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
  if (!(histogram instanceof JsHistogram)) throw unreadable('it is of an unknown kind');
  return fromHdrHistogram(histogram);
}

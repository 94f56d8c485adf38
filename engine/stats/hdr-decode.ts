/**
 * Histograms in HdrHistogram's V2 compressed form, as anybody may have written them, into the loop's counts. Nothing is
 * allocated or looped over beyond what the bytes themselves hold: no length and no run that they state is believed.
 */
import { inflateSync } from 'node:zlib';
import { EngineError } from '../errors.js';
import {
  COMPRESSED_COOKIE,
  COMPRESSED_HEADER_BYTES,
  COOKIE,
  HDR_ENCODING,
  HEADER_BYTES,
  MOST_BYTES,
  WORD_BYTES,
  WORD_SIZE_BITS,
} from './hdr-form.js';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH, SIGNIFICANT_DIGITS } from './histogram.js';
import { emptyHistogram } from './percentiles.js';

// A full histogram takes 9 bytes a count; more than that in base64 is no histogram of ours.
const MAX_ENCODED_LENGTH = 2 * WORD_BYTES * HISTOGRAM_LENGTH;
/** ZigZag doubles what it holds: up to here a number in JavaScript is exact. */
const MOST_ZIGZAG = 2 ** 53;
const TOO_HIGH = 'it has a count beyond 2^52';

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

function bytesOf(data: string): Buffer {
  if (data.length > MAX_ENCODED_LENGTH) throw unreadable(`${data.length} characters are too many`);
  const bytes = Buffer.from(data, 'base64');
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  // Node leaves out what is no base64.
  if (bytes.length !== (data.length * 3) / 4 - padding) throw unreadable('it is no base64');
  return bytes;
}

/** What is deflated in the compressed form. */
function inflated(bytes: Buffer): Buffer {
  const isKnown =
    bytes.length >= COMPRESSED_HEADER_BYTES && (bytes.readInt32BE(0) & ~WORD_SIZE_BITS) === COMPRESSED_COOKIE;
  if (!isKnown) throw unreadable('it is not in the V2 compressed form');
  const length = bytes.readInt32BE(4);
  const held = bytes.length - COMPRESSED_HEADER_BYTES;
  if (length < 0 || length > held) throw unreadable(`it states ${length} compressed bytes and has ${held}`);
  try {
    const packed = bytes.subarray(COMPRESSED_HEADER_BYTES, COMPRESSED_HEADER_BYTES + length);
    return inflateSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw unreadable('it unpacks to more than a histogram can have', error);
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

/** The payload, of a histogram of the loop's layout. */
function payloadOf(bytes: Buffer): Buffer {
  if (bytes.length < HEADER_BYTES || (bytes.readInt32BE(0) & ~WORD_SIZE_BITS) !== COOKIE)
    throw unreadable('what it unpacks to is no histogram in the V2 form');
  const [length, digits] = [bytes.readInt32BE(4), bytes.readInt32BE(12)];
  const [lowest, highest] = [bytes.readBigInt64BE(16), bytes.readBigInt64BE(24)];
  const held = bytes.length - HEADER_BYTES;
  if (length < 0 || length > held) throw unreadable(`it states a payload of ${length} bytes and has ${held}`);
  const most = BigInt(HIGHEST_TRACKABLE_NS);
  // Each highest value of more than half of ours makes as many counts.
  const isOurs = digits === SIGNIFICANT_DIGITS && lowest === 1n && highest <= most && highest > most / 2n;
  if (!isOurs)
    throw unreadable(
      `it has ${digits} digits and values from ${lowest} to ${highest}, not ${SIGNIFICANT_DIGITS} from 1 to ${most}`,
    );
  return bytes.subarray(HEADER_BYTES, HEADER_BYTES + length);
}

/** Adds each count at its index. Answers with the last index in use; -1 where there is none. */
function addPayload(into: Float64Array, payload: Buffer): number {
  const end = payload.length;
  let index = 0;
  let last = -1;
  for (let at = 0; at < end; ) {
    let byte = payload[at++];
    const isRun = (byte & 1) === 1;
    let value = byte & 0x7f;
    if (byte >= 0x80) {
      // Whole numbers to 28 bits, which are most, before what needs a double.
      for (let shift = 7; byte >= 0x80 && shift < 28 && at < end; shift += 7) {
        byte = payload[at++];
        value |= (byte & 0x7f) << shift;
      }
      for (let scale = 2 ** 28; byte >= 0x80 && scale < 2 ** 56 && at < end; scale *= 2 ** 7) {
        byte = payload[at++];
        value += (byte & 0x7f) * scale;
      }
      if (byte >= 0x80) throw unreadable(at < end ? TOO_HIGH : 'its last count is cut off');
      if (value > MOST_ZIGZAG) throw unreadable(TOO_HIGH);
    }
    const length = isRun ? (value + 1) / 2 : 1;
    if (index + length > HISTOGRAM_LENGTH)
      throw unreadable(`it has more than the ${HISTOGRAM_LENGTH} counts of a histogram`);
    if (!isRun && value > 0) {
      into[index] += value / 2;
      last = index;
    }
    index += length;
  }
  return last;
}

export interface Added {
  readonly unpackedBytes: number;
  /** The last index in use, -1 where there is none. */
  readonly lastIndex: number;
}

/**
 * Adds what `encodeCounts` wrote to `into`, HISTOGRAM_LENGTH counts. Throws EngineError HISTOGRAM_UNREADABLE; then `into`
 * may have some of the counts.
 */
export function addEncoded(into: Float64Array, data: string): Added {
  const unpacked = inflated(bytesOf(data));
  const lastIndex = addPayload(into, payloadOf(unpacked));
  return { unpackedBytes: unpacked.length, lastIndex };
}

/** Reads what `encodeCounts` wrote. Throws EngineError HISTOGRAM_UNREADABLE. */
export function decodeCounts(data: string): Float64Array {
  const counts = emptyHistogram();
  addEncoded(counts, data);
  return counts;
}

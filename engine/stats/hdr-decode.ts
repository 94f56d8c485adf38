/**
 * Histograms in HdrHistogram's V2 compressed form, as anybody may have written them, into the loop's counts. Nothing is
 * allocated or looped over beyond what the bytes themselves hold: no length and no run that they state is believed.
 *
 * The form: cookie and length of what follows (32 bits each), deflated: cookie, payload length, normalizing offset, digits
 * (32 bits each), lowest and highest value, conversion ratio (64 bits each), then the counts as ZigZag LEB128-64b9B, a
 * negative one for a run of empty ones. All big endian.
 */
import { inflateSync } from 'node:zlib';
import { EngineError } from '../errors.js';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH, SIGNIFICANT_DIGITS } from './histogram.js';
import { emptyHistogram } from './percentiles.js';

/** Name of the encoded form, for documents that carry it. */
export const HDR_ENCODING = 'HdrHistogram V2 compressed base64';

const COMPRESSED_COOKIE = 0x1c849304;
const COOKIE = 0x1c849303;
/** The size of a word, which V2 does not have. */
const WORD_SIZE_BITS = 0xf0;
const COMPRESSED_HEADER_BYTES = 8;
const HEADER_BYTES = 40;
const WORD_BYTES = 9;
/** Of any histogram of this layout. */
const MAX_INFLATED_BYTES = HEADER_BYTES + WORD_BYTES * HISTOGRAM_LENGTH;
// A full histogram takes 9 bytes a count; more than that in base64 is no histogram of ours.
const MAX_ENCODED_LENGTH = 2 * WORD_BYTES * HISTOGRAM_LENGTH;
/** ZigZag doubles what it holds: up to here a number in JavaScript is exact. */
const MOST_ZIGZAG = 2 ** 53;

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
    return inflateSync(packed, { maxOutputLength: MAX_INFLATED_BYTES });
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

/** Adds each count at its index. */
function addPayload(into: Float64Array, payload: Buffer): void {
  let index = 0;
  for (let at = 0; at < payload.length; ) {
    let byte = payload[at++];
    let value = byte & 0x7f;
    for (let scale = 2 ** 7; byte >= 0x80; scale *= 2 ** 7) {
      if (at === payload.length) throw unreadable('its last count is cut off');
      byte = payload[at++];
      // The ninth byte has all eight bits.
      const isLast = scale === 2 ** 56;
      value += (isLast ? byte : byte & 0x7f) * scale;
      if (isLast) break;
    }
    if (value > MOST_ZIGZAG) throw unreadable('it has a count beyond 2^52');
    const run = value % 2 === 0 ? 1 : (value + 1) / 2;
    if (index + run > HISTOGRAM_LENGTH)
      throw unreadable(`it has more than the ${HISTOGRAM_LENGTH} counts of a histogram`);
    if (value % 2 === 0) into[index] += value / 2;
    index += run;
  }
}

/**
 * Adds what `encodeCounts` wrote to `into`, HISTOGRAM_LENGTH counts, and answers with the bytes it unpacked to. Throws
 * EngineError HISTOGRAM_UNREADABLE; then `into` may have some of the counts.
 */
export function addEncoded(into: Float64Array, data: string): number {
  const unpacked = inflated(bytesOf(data));
  addPayload(into, payloadOf(unpacked));
  return unpacked.length;
}

/** Reads what `encodeCounts` wrote. Throws EngineError HISTOGRAM_UNREADABLE. */
export function decodeCounts(data: string): Float64Array {
  const counts = emptyHistogram();
  addEncoded(counts, data);
  return counts;
}

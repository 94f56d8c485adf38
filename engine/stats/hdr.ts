/** The loop's flat counts in the encoded form that HdrHistogram tools read. */
import { deflateSync } from 'node:zlib';
import { COMPRESSED_COOKIE, COMPRESSED_HEADER_BYTES, COOKIE, HEADER_BYTES, MOST_BYTES } from './hdr-form.js';
import { HIGHEST_TRACKABLE_NS, SIGNIFICANT_DIGITS } from './histogram.js';
import { nextIndex } from './in-use.js';
import type { Counts } from './percentiles.js';

/** Says that the counts are written as variable-length numbers. */
const WORD_SIZE = 0x10;
/** What hdr-histogram-js writes, and no reader uses. */
const NORMALIZING_OFFSET = 1;
const CONVERSION_RATIO = 1n;

const scratch = Buffer.alloc(MOST_BYTES);

/** Writes counts, or as a negative one a run of empty ones, and answers with where the next stands. */
function put(value: number, at: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let next = at;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) scratch[next++] = (rest % 0x80) + 0x80;
  scratch[next++] = rest;
  return next;
}

/** The payload into `scratch`, behind the header; answers with its end. */
function putCounts(counts: Counts): number {
  let at = HEADER_BYTES;
  for (let i = 0; i < counts.length; ) {
    const from = i;
    while (i < counts.length && counts[i] === 0) i = nextIndex(counts, i);
    // No run of empty ones stands at the end, but for all of them.
    if (i >= counts.length) break;
    const run = i - from;
    if (run > 0) at = put(run === 1 ? 0 : -run, at);
    at = put(counts[i++], at);
  }
  return at === HEADER_BYTES ? put(0, at) : at;
}

/** Counts, each at most 2^52, in the V2 compressed form, base64. */
export function encodeCounts(counts: Counts): string {
  const end = putCounts(counts);
  scratch.writeInt32BE(COOKIE | WORD_SIZE, 0);
  scratch.writeInt32BE(end - HEADER_BYTES, 4);
  scratch.writeInt32BE(NORMALIZING_OFFSET, 8);
  scratch.writeInt32BE(SIGNIFICANT_DIGITS, 12);
  scratch.writeBigInt64BE(1n, 16);
  scratch.writeBigInt64BE(BigInt(HIGHEST_TRACKABLE_NS), 24);
  scratch.writeBigInt64BE(CONVERSION_RATIO, 32);
  const packed = deflateSync(scratch.subarray(0, end));
  const head = Buffer.alloc(COMPRESSED_HEADER_BYTES);
  head.writeInt32BE(COMPRESSED_COOKIE | WORD_SIZE, 0);
  head.writeInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]).toString('base64');
}

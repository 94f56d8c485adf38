/** Histograms in the encoded form of documents that say of themselves what is not so. */
import { deflateSync } from 'node:zlib';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';

const CONVERSION_RATIO = 1n;
const INT32 = 2 ** 31;

export interface Forgery {
  /** Counts, and as negative numbers runs of empty ones. */
  readonly entries?: readonly bigint[];
  /** In place of the encoded `entries`. */
  readonly payload?: Buffer;
  /** What the header states; the truth where left out. */
  readonly payloadBytes?: number;
  readonly packedBytes?: number;
  readonly cookie?: number;
  readonly packedCookie?: number;
  readonly digits?: number;
  readonly lowest?: bigint;
  readonly highest?: bigint;
}

/** ZigZag LEB128-64b9B: the ninth byte has all its eight bits. */
function zigzag(value: bigint): number[] {
  let rest = BigInt.asUintN(64, value >= 0n ? value << 1n : (-value << 1n) - 1n);
  const bytes: number[] = [];
  for (let i = 0; i < 8; i++) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** The histogram as base64. */
export function forged(forgery: Forgery): string {
  const payload = forgery.payload ?? Buffer.from((forgery.entries ?? []).flatMap(zigzag));
  const head = Buffer.alloc(40);
  head.writeUInt32BE(forgery.cookie ?? 0x1c849313, 0);
  head.writeInt32BE(forgery.payloadBytes ?? payload.length, 4);
  head.writeInt32BE(forgery.digits ?? 3, 12);
  head.writeBigInt64BE(forgery.lowest ?? 1n, 16);
  head.writeBigInt64BE(forgery.highest ?? BigInt(HIGHEST_TRACKABLE_NS), 24);
  head.writeBigInt64BE(CONVERSION_RATIO, 32);
  const packed = deflateSync(Buffer.concat([head, payload]));
  const packedHead = Buffer.alloc(8);
  packedHead.writeUInt32BE(forgery.packedCookie ?? 0x1c849314, 0);
  packedHead.writeInt32BE(forgery.packedBytes ?? packed.length, 4);
  return Buffer.concat([packedHead, packed]).toString('base64');
}

const empty = BigInt(HISTOGRAM_LENGTH);

/** Every kind of lie by its name. None may be taken; each cost seconds, memory or a wrong figure where it was believed. */
export const LIES: Readonly<Record<string, string>> = {
  'a run of 2^40 empty counts': forged({ entries: [1n, -(2n ** 40n)] }),
  'a run of 2^62 empty counts': forged({ entries: [1n, -(2n ** 62n)] }),
  'runs that go beyond the end together': forged({ entries: [-(empty - 1n), -2n, 1n] }),
  'a count beyond the end': forged({ entries: [-empty, 1n] }),
  'a count that no number holds': forged({ entries: [2n ** 60n] }),
  'more counts than a histogram has': forged({ payload: Buffer.alloc(HISTOGRAM_LENGTH + 1) }),
  'a count that is cut off': forged({ payload: Buffer.from([2, 0x80]) }),
  'a payload of 2 GiB': forged({ entries: [1n], payloadBytes: INT32 - 1 }),
  'a payload of one byte more than there is': forged({ entries: [1n], payloadBytes: 2 }),
  'a payload of -1 bytes': forged({ entries: [1n], payloadBytes: -1 }),
  'a payload of -2^31 bytes': forged({ entries: [1n], payloadBytes: -INT32 }),
  '2 GiB of compressed bytes': forged({ entries: [1n], packedBytes: INT32 - 1 }),
  '-1 compressed bytes': forged({ entries: [1n], packedBytes: -1 }),
  'values to 2^62': forged({ entries: [1n], highest: 2n ** 62n }),
  'values to -1': forged({ entries: [1n], highest: -1n }),
  'values from 2^40': forged({ entries: [1n], lowest: 2n ** 40n, highest: 2n ** 62n }),
  'values from 0': forged({ entries: [1n], lowest: 0n }),
  'five digits': forged({ entries: [1n], digits: 5 }),
  '-1 digits': forged({ entries: [1n], digits: -1 }),
  'another form inside': forged({ entries: [1n], cookie: 0x1c849301 }),
  'another form outside': forged({ entries: [1n], packedCookie: 0x1c849302 }),
  'what unpacks to 64 MiB': forged({ payload: Buffer.alloc(64 * 2 ** 20) }),
  'no header': Buffer.from([0x1c, 0x84, 0x93, 0x14]).toString('base64'),
  'no text': '',
  'no base64': `${forged({ entries: [1n] }).slice(0, -4)}!!!!`,
};

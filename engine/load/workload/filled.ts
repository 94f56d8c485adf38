/**
 * HOT: data that are random in front of each chunk and a pattern behind. What is random depends on a number of 64 bits alone, and
 * so does each word of it on its place: the same number gives the same data, and of a shorter I/O the beginning of it.
 */

/** Scatters all 32 bits; no two numbers give the same (murmur3's finalizer). */
export function scatter(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** The bytes of a pattern over and over, as words, up to where a word begins with its first byte again. */
function patternWords(bytes: readonly number[]): Int32Array {
  const word = bytes.length % 4 === 0 ? 1 : bytes.length % 2 === 0 ? 2 : 4;
  const whole = Uint8Array.from({ length: bytes.length * word }, (_, at) => bytes[at % bytes.length]);
  return new Int32Array(whole.buffer);
}

export interface Chunks {
  /** Words of a chunk. */
  readonly words: number;
  /** Part of each chunk that is random: 0 to 1. */
  readonly random: number;
  /** What stands behind; begins anew in each chunk. */
  readonly pattern: Int32Array;
}

/** As a job says them; a chunk of 0 bytes is all of an I/O. */
export function chunksOf(chunkBytes: number, patternPercent: number, bytes: readonly number[] = [0]): Chunks {
  return {
    words: chunkBytes === 0 ? 2 ** 30 : chunkBytes / 4,
    random: 1 - patternPercent / 100,
    pattern: patternWords(bytes),
  };
}

/**
 * Fills the first `length` words. `low` and `high` are the number that the random part depends on. Without `all` the pattern is
 * left as it stands: of a buffer that had the same length before.
 */
export function fillChunks(
  data: Int32Array,
  length: number,
  low: number,
  high: number,
  { words, random, pattern }: Chunks,
  all: boolean,
): void {
  // xorshift32 and, added to it, a Weyl sequence: two numbers share few words, and none at the same places.
  const step = scatter(high ^ 0x5bd1e995) | 1;
  let x = scatter(low);
  if (x === 0) x = 0x9e3779b9 | 0;
  let weyl = scatter(high + low);
  for (let from = 0; from < length; from = (from + words) | 0) {
    const end = Math.min(from + words, length) | 0;
    const middle = (from + Math.round((end - from) * random)) | 0;
    let at = from;
    for (; at < middle; at = (at + 1) | 0) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      weyl = (weyl + step) | 0;
      data[at] = (x + weyl) | 0;
    }
    if (!all) continue;
    if (pattern.length === 1) data.fill(pattern[0], at, end);
    else
      for (let i = 0; at < end; at++) {
        data[at] = pattern[i];
        i = i + 1 === pattern.length ? 0 : i + 1;
      }
  }
}

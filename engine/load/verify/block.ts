/**
 * HOT: a logical block that tells what it is. Its first words say where it belongs, by which write of which worker of which run
 * it was written, and the CRC32C over all of its bytes. All others are one fixed pattern, each XORed with a key that is a hash of
 * these words: so no part of a block is like that of another write, and what its bytes must be follows from its first words.
 *
 * The CRC is linear. That of a block is that of the pattern, XORed with what each word of the header and the key change in it: four
 * look-ups for each, however long the block is.
 */
import { crc32c, crcRegister } from './crc32c.js';

/** Words at the beginning of each block. */
export const HEADER = {
  SLBA_LOW: 0,
  SLBA_HIGH: 1,
  /** Which write of its worker, from 1; goes round to 1 behind 2^32 - 1. */
  GENERATION: 2,
  /** Of the worker. */
  SEED: 3,
  MAGIC: 4,
  /** When the job began, ms since 1970. */
  RUN_LOW: 5,
  RUN_HIGH: 6,
  /** Over the whole block, with 0 in this place. */
  CRC: 7,
  WORDS: 8,
} as const;

/** `nvB1` */
export const MAGIC = 0x3142_766e;

/** What the header of a block says beside its address. */
export interface Writer {
  readonly generation: number;
  readonly seed: number;
  readonly runLow: number;
  readonly runHigh: number;
}

const { SLBA_LOW, SLBA_HIGH, GENERATION, SEED, MAGIC: MAGIC_AT, RUN_LOW, RUN_HIGH, CRC } = HEADER;
const HEADER_WORDS: number = HEADER.WORDS;
const MAGIC_WORD = MAGIC;
/** What the CRC depends on: six words of the header, and the key. */
const MAPPED = [SLBA_LOW, SLBA_HIGH, GENERATION, SEED, RUN_LOW, RUN_HIGH] as const;
const MAP_WORDS = 1024;
const KEY_MAP = MAPPED.length * MAP_WORDS;

/** What the body of a block is XORed with. For all but one of the arguments given it is a bijection of that. */
export function keyOf(
  low: number,
  high: number,
  generation: number,
  seed: number,
  runLow: number,
  runHigh: number,
): number {
  let x = Math.imul(seed, 0x9e3779b1) ^ generation;
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b) ^ low;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) ^ high;
  x = Math.imul(x ^ (x >>> 16), 0x2c1b3c6d) ^ runLow;
  x = Math.imul(x ^ (x >>> 14), 0x297a2d39) ^ runHigh;
  return x ^ (x >>> 15);
}

/** What blocks of a size are made of. */
export class BlockContent {
  readonly lbaWords: number;
  /** 0 where the header stands. */
  readonly pattern: Int32Array;
  /** The CRC of the pattern below a header that has the magic alone. */
  private readonly baseCrc: number;
  /** By MAPPED, then the key: what each byte of it changes in the CRC. */
  private readonly maps: Int32Array;

  constructor(lbaBytes: number) {
    this.lbaWords = lbaBytes / 4;
    const pattern = new Int32Array(this.lbaWords);
    let x = 0x6e76_4265;
    for (let i = HEADER_WORDS; i < pattern.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      pattern[i] = x;
    }
    this.pattern = pattern;
    const plain = pattern.slice();
    plain[MAGIC_AT] = MAGIC;
    this.baseCrc = crc32c(plain);
    this.maps = new Int32Array(KEY_MAP + MAP_WORDS);
    for (const [i, word] of MAPPED.entries()) this.map(i * MAP_WORDS, word, word + 1);
    this.map(KEY_MAP, HEADER_WORDS, this.lbaWords);
  }

  /** Fills a map: what words `from` to `to` - 1, each with the same bits, change. */
  private map(at: number, from: number, to: number): void {
    const { maps } = this;
    const words = new Int32Array(this.lbaWords);
    for (let byte = 0; byte < 4; byte++) {
      const first = at + 256 * byte;
      for (let bit = 0; bit < 8; bit++) {
        words.fill(1 << (8 * byte + bit), from, to);
        const changed = crcRegister(0, words);
        for (let value = 0; value < 1 << bit; value++)
          maps[first + (1 << bit) + value] = maps[first + value] ^ changed;
      }
    }
  }

  /** The CRC of the block that has this header and key. */
  private crcOf(words: Int32Array, at: number, key: number): number {
    const { maps } = this;
    let crc = this.baseCrc;
    // The words of MAPPED: 0 to 3, 5 and 6.
    for (let i = 0; i < 6; i = (i + 1) | 0) {
      const word = words[(at + i + Number(i > 3)) | 0];
      const map = i << 10;
      crc ^=
        maps[map | (word & 0xff)] ^
        maps[map | 256 | ((word >>> 8) & 0xff)] ^
        maps[map | 512 | ((word >>> 16) & 0xff)] ^
        maps[map | 768 | (word >>> 24)];
    }
    return (
      crc ^
      maps[KEY_MAP | (key & 0xff)] ^
      maps[KEY_MAP | 256 | ((key >>> 8) & 0xff)] ^
      maps[KEY_MAP | 512 | ((key >>> 16) & 0xff)] ^
      maps[KEY_MAP | 768 | (key >>> 24)]
    );
  }

  /** Makes the block of `words` from `at` on the one that this write puts at an address. */
  write(
    words: Int32Array,
    at: number,
    low: number,
    high: number,
    generation: number,
    seed: number,
    runLow: number,
    runHigh: number,
  ): void {
    const { pattern } = this;
    const lbaWords = this.lbaWords | 0;
    words[at | SLBA_LOW] = low;
    words[at | SLBA_HIGH] = high;
    words[at | GENERATION] = generation;
    words[at | SEED] = seed;
    words[at | MAGIC_AT] = MAGIC_WORD;
    words[at | RUN_LOW] = runLow;
    words[at | RUN_HIGH] = runHigh;
    const key = keyOf(low, high, generation, seed, runLow, runHigh);
    words[at | CRC] = this.crcOf(words, at, key);
    for (let i = HEADER_WORDS; i < lbaWords; i = (i + 4) | 0) {
      words[(at + i) | 0] = pattern[i] ^ key;
      words[(at + i + 1) | 0] = pattern[(i + 1) | 0] ^ key;
      words[(at + i + 2) | 0] = pattern[(i + 2) | 0] ^ key;
      words[(at + i + 3) | 0] = pattern[(i + 3) | 0] ^ key;
    }
  }

  /** Whether a block is, byte for byte, the one that its header says, wherever it belongs. */
  isWhole(words: Int32Array, at: number): boolean {
    if (words[at | MAGIC_AT] !== MAGIC_WORD) return false;
    const key = keyOf(
      words[at | SLBA_LOW],
      words[at | SLBA_HIGH],
      words[at | GENERATION],
      words[at | SEED],
      words[at | RUN_LOW],
      words[at | RUN_HIGH],
    );
    return words[at | CRC] === this.crcOf(words, at, key) && this.hasBody(words, at, key);
  }

  private hasBody(words: Int32Array, at: number, key: number): boolean {
    const { pattern } = this;
    const lbaWords = this.lbaWords | 0;
    let different = 0;
    for (let i = HEADER_WORDS; i < lbaWords; i = (i + 4) | 0) {
      different |=
        (words[(at + i) | 0] ^ pattern[i] ^ key) |
        (words[(at + i + 1) | 0] ^ pattern[(i + 1) | 0] ^ key) |
        (words[(at + i + 2) | 0] ^ pattern[(i + 2) | 0] ^ key) |
        (words[(at + i + 3) | 0] ^ pattern[(i + 3) | 0] ^ key);
    }
    return different === 0;
  }

  /** The CRC32C over the bytes that a block has, with 0 in the place of its own. */
  crcOfBytes(words: Int32Array, at: number): number {
    const copy = words.slice(at, at + this.lbaWords);
    copy[CRC] = 0;
    return crc32c(copy);
  }
}

/** What a worker found of the blocks that it looked at: counts, and the first of each kind as they were and as they should be. */
import { type BlockContent, HEADER, MAGIC, type Writer } from './block.js';
import { BAD_KINDS, type BadKind, type Expected, runMsOf, writerOf } from './kinds.js';

/** Bytes of a bad block that are shown. */
const SHOWN_BYTES = 16;
/** Bad blocks of each kind that are shown. */
const MOST_SHOWN = 3;

/** The write that a block is of. */
export interface WrittenBy {
  readonly generation: number;
  readonly seed: number;
  /** When its job began, ms since 1970. */
  readonly runMs: number;
}

/** A block that is not the one that was expected. */
export interface BadBlock {
  readonly kind: BadKind;
  readonly lba: number;
  /** It was read back after the measured time. */
  readonly readBack: boolean;
  /** What its header says; absent where it has none. */
  readonly says?: WrittenBy & { readonly lba: number };
  /** Absent where only the address was known. */
  readonly expected?: WrittenBy;
  /** CRC32C over its bytes, and the one that it carries; absent without a header. */
  readonly crc?: { readonly computed: number; readonly carried: number };
  /** The first of the bytes that are shown, the first that differs being among them. */
  readonly atByte: number;
  /** Hexadecimal. */
  readonly found: string;
  readonly shouldBe?: string;
}

const writtenBy = (writer: Writer): WrittenBy => ({
  generation: writer.generation >>> 0,
  seed: writer.seed >>> 0,
  runMs: runMsOf(writer),
});

const lbaOf = (low: number, high: number): number => (high >>> 0) * 2 ** 32 + (low >>> 0);

function hexOf(words: Int32Array, fromByte: number): string {
  return Buffer.from(words.buffer, words.byteOffset + fromByte, SHOWN_BYTES).toString('hex');
}

export class Findings {
  /** Blocks that were as expected. */
  readonly good = new Float64Array(1);
  /** Blocks that nothing was known of: this worker had not written them, or was just writing them. */
  readonly unknown = new Float64Array(1);
  /** Blocks of acknowledged writes that are not there, and need not be: no flush covered them. */
  readonly unflushed = new Float64Array(1);
  badBlocks = 0;
  /** Those of each kind, by BAD_KINDS. */
  readonly bad = new Float64Array(BAD_KINDS.length);
  readonly shown: BadBlock[] = [];
  private readonly content: BlockContent;

  constructor(content: BlockContent) {
    this.content = content;
  }

  /** Counts the block of `words` from `at` on, which was read at an address. */
  note(
    kind: BadKind,
    words: Int32Array,
    at: number,
    low: number,
    high: number,
    expected: Expected,
    readBack: boolean,
  ): void {
    this.badBlocks++;
    this.bad[BAD_KINDS.indexOf(kind)]++;
    if (this.shown.filter((block) => block.kind === kind).length === MOST_SHOWN) return;
    const { content } = this;
    const found = words.slice(at, at + content.lbaWords);
    const hasHeader = found[HEADER.MAGIC] === MAGIC;
    // Where nothing else is known, a header is taken at its word but for the address.
    const likely = expected ?? (hasHeader ? writerOf(found, 0) : undefined);
    const right = likely === undefined ? undefined : this.blockOf(low, high, likely);
    const differs = right === undefined ? 0 : right.findIndex((word, i) => word !== found[i]);
    const firstByte = 4 * Math.max(0, differs);
    const atByte = firstByte - (firstByte % SHOWN_BYTES);
    this.shown.push({
      kind,
      lba: lbaOf(low, high),
      readBack,
      ...(hasHeader
        ? {
            says: {
              ...writtenBy(writerOf(found, 0)),
              lba: lbaOf(found[HEADER.SLBA_LOW], found[HEADER.SLBA_HIGH]),
            },
            crc: { computed: content.crcOfBytes(found, 0) >>> 0, carried: found[HEADER.CRC] >>> 0 },
          }
        : {}),
      ...(expected === undefined ? {} : { expected: writtenBy(expected) }),
      atByte,
      found: hexOf(found, atByte),
      ...(right === undefined || differs < 0 ? {} : { shouldBe: hexOf(right, atByte) }),
    });
  }

  private blockOf(low: number, high: number, { generation, seed, runLow, runHigh }: Writer): Int32Array {
    const block = new Int32Array(this.content.lbaWords);
    this.content.write(block, 0, low, high, generation, seed, runLow, runHigh);
    return block;
  }
}

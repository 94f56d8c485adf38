/**
 * HOT: the payload of jobs whose writes have data made for each: as far compressible as asked, and some of them the data of others.
 * A write's random data depend on a number and on the seed of a worker: what carries the same has the same of both.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import type { Content, Dedupe } from './content.js';
import { type Chunks, chunksOf, fillChunks } from './filled.js';
import { drawWord, seedStates } from './generator.js';
import type { Payload } from './payload.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { LBAS } = SLOT;
const TWO_32 = 2 ** 32;

/** Who writes, among the workers of its job. */
export interface Worker {
  readonly seed: number;
  readonly index: number;
  readonly numjobs: number;
}

export class RefilledBlocks implements Payload {
  private readonly lbaWords: number;
  private readonly chunks: Chunks;
  private readonly varied: boolean;
  private readonly dedupe: Dedupe | undefined;
  private readonly seed: number;
  /** Of the first worker of the job. */
  private readonly firstSeed: number;
  private readonly numjobs: number;
  /** Writes so far that carry data of their own. */
  private fresh = 0;
  private readonly state: Int32Array;

  constructor(
    lbaBytes: number,
    { chunkBytes, patternPercent, pattern, dedupe }: Content,
    { seed, index, numjobs }: Worker,
    varied: boolean,
  ) {
    this.lbaWords = lbaBytes / 4;
    this.chunks = chunksOf(chunkBytes, patternPercent, pattern?.bytes);
    this.varied = varied;
    this.dedupe = dedupe;
    this.seed = seed;
    this.firstSeed = seed - index;
    this.numjobs = numjobs;
    this.state = seedStates(seed ^ 0x2545f491, 2);
  }

  prepare(data: readonly Int32Array[]): void {
    for (const words of data) fillChunks(words, words.length, 0, this.seed, this.chunks, true);
  }

  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const words = data[slot];
      const length =
        this.varied === true ? Math.imul(slots[(slot << RECORD_SHIFT) | LBAS], this.lbaWords) : words.length;
      if (this.dedupe === undefined) this.fill(words, length, this.fresh++, this.seed);
      else this.fillDeduped(words, length, this.dedupe);
    }
  }

  /** `number`: which of the writes of the worker with that seed has the same. */
  private fill(words: Int32Array, length: number, number: number, seed: number): void {
    const turn = Math.floor(number / TWO_32);
    fillChunks(words, length, number | 0, (seed + Math.imul(turn, 0x9e3779b1)) | 0, this.chunks, this.varied);
  }

  private fillDeduped(words: Int32Array, length: number, { percent, setIos, ofAllWorkers }: Dedupe): void {
    if (this.draw(100) >= percent) this.fill(words, length, this.fresh++, this.seed);
    // What the next write with data of its own will carry.
    else if (setIos === undefined) this.fill(words, length, this.fresh, this.seed);
    else if (!ofAllWorkers) this.fill(words, length, this.draw(setIos), this.seed);
    else {
      const worker = this.draw(this.numjobs);
      this.fill(
        words,
        length,
        this.draw(Math.max(1, Math.floor(setIos / this.numjobs))),
        this.firstSeed + worker,
      );
    }
  }

  /** 0 to `below` - 1, all equally often. */
  private draw(below: number): number {
    return Math.floor(((drawWord(this.state) >>> 0) / TWO_32) * below);
  }
}

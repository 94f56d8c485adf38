/**
 * HOT: random blocks of which some are wanted more often than others. A cell is drawn by its share (Walker's alias method), then
 * a rank within it, uniformly; the rank becomes a block by a fixed bijection of the region, so that the most wanted blocks lie
 * anywhere. fio takes a hash there, by which several ranks may meet in a block and others are never reached.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { type Addresses, bitsOf, type Region } from './addresses.js';
import { CELLS, type Cells, cellsOf, type Law } from './distribution.js';
import { drawFeistel, FEISTEL, feistelHash } from './feistel.js';

const TWO_32 = 2 ** 32;
const TWO_MINUS_27 = 2 ** -27;
const TWO_MINUS_53 = 2 ** -53;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;
const hash = feistelHash;

/** Of 32 random bits the upper 12 choose a cell, the lower 20 whether it is that cell or its alias. */
const FRACTION_BITS = 20;
const FRACTIONS = 2 ** FRACTION_BITS;
const FRACTION_MASK = FRACTIONS - 1;

export class Skewed implements Addresses {
  private readonly blocks: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  private readonly state: Int32Array;
  private readonly spread: boolean;
  private readonly wide: boolean;
  /** Of the bijection (`feistel.ts`). */
  readonly lowBits: number;
  readonly highBits: number;
  readonly order = new Int32Array(FEISTEL.WORDS);
  private readonly from = new Float64Array(CELLS);
  private readonly sizes = new Float64Array(CELLS);
  private readonly thresholds: Int32Array;
  private readonly aliases: Uint16Array;
  /** Ranks, then blocks, of the batch. */
  private readonly drawn = new Float64Array(BATCH);

  /** `lbaBytes` for zones that are given in bytes; `state` is that of a generator, two words. */
  constructor(region: Region, lbaBytes: number, distribution: Law, state: Int32Array) {
    const { blocks, blockLbas, startLba } = region;
    this.blocks = blocks;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
    this.state = state;
    this.spread = distribution.law !== 'zoned' && blocks > 1;
    const bits = bitsOf(blocks);
    this.lowBits = Math.max(1, bits >>> 1);
    this.highBits = Math.max(1, bits - this.lowBits);
    this.wide = bits > 31;
    drawFeistel(state, this.order);
    const cells = cellsOf(distribution, blocks, blockLbas * lbaBytes);
    this.from.set(cells.from);
    this.sizes.set(cells.sizes);
    const { thresholds, aliases } = aliasTable(cells);
    this.thresholds = thresholds;
    this.aliases = aliases;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    this.draw(count);
    if (this.spread === true) {
      if (this.wide === true) this.spreadWide(count);
      else this.spreadNear(count);
    }
    const { startLba, blockLbas, drawn } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slba = startLba + drawn[i] * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
    }
  }

  private draw(count: number): void {
    const { state, from, sizes, thresholds, aliases, drawn } = this;
    let a0 = state[0];
    let a1 = state[1];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const a = Math.imul(a0, 0x9e3779bb);
      const bits = Math.imul((a << 5) | (a >>> 27), 5);
      a1 ^= a0;
      a0 = ((a0 << 26) | (a0 >>> 6)) ^ a1 ^ (a1 << 9);
      a1 = (a1 << 13) | (a1 >>> 19);
      const cell = bits >>> FRACTION_BITS;
      // All ones where it is the cell itself: without a branch that nobody could foresee.
      const own = ((bits & FRACTION_MASK) - thresholds[cell]) >> 31;
      const chosen = (cell & own) | (aliases[cell] & ~own);
      const b = Math.imul(a0, 0x9e3779bb);
      const high = Math.imul((b << 5) | (b >>> 27), 5) >>> 5;
      const low = Math.imul(a1, 0x85ebca6b) >>> 6;
      a1 ^= a0;
      a0 = ((a0 << 26) | (a0 >>> 6)) ^ a1 ^ (a1 << 9);
      a1 = (a1 << 13) | (a1 >>> 19);
      drawn[i] = from[chosen] + Math.floor((high * TWO_MINUS_27 + low * TWO_MINUS_53) * sizes[chosen]);
    }
    state[0] = a0;
    state[1] = a1;
  }

  /** Ranks to blocks in up to 2^31: again where one lies outside of the region. */
  private spreadNear(count: number): void {
    const { order, drawn } = this;
    const blocks = this.blocks | 0;
    const lowBits = this.lowBits | 0;
    const toHigh = (32 - this.highBits) | 0;
    const toLow = (32 - lowBits) | 0;
    const lowMask = ((1 << lowBits) - 1) | 0;
    const [a0, a1, a2, a3] = [order[0], order[1], order[2], order[3]];
    const [m0, m1, m2, m3] = [order[4], order[5], order[6], order[7]];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      let block = drawn[i] | 0;
      do {
        let l = block & lowMask;
        let h = block >>> lowBits;
        h ^= hash(l, a0, m0, toHigh);
        l ^= hash(h, a1, m1, toLow);
        h ^= hash(l, a2, m2, toHigh);
        l ^= hash(h, a3, m3, toLow);
        block = (h << lowBits) | l;
      } while (block >= blocks);
      drawn[i] = block;
    }
  }

  /** The same beyond. */
  private spreadWide(count: number): void {
    const { order, drawn, blocks } = this;
    const toHigh = (32 - this.highBits) | 0;
    const toLow = (32 - this.lowBits) | 0;
    const lows = 2 ** this.lowBits;
    const [a0, a1, a2, a3] = [order[0], order[1], order[2], order[3]];
    const [m0, m1, m2, m3] = [order[4], order[5], order[6], order[7]];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      let block = drawn[i];
      do {
        let h = Math.floor(block / lows) | 0;
        let l = (block - h * lows) | 0;
        h ^= hash(l, a0, m0, toHigh);
        l ^= hash(h, a1, m1, toLow);
        h ^= hash(l, a2, m2, toHigh);
        l ^= hash(h, a3, m3, toLow);
        block = h * lows + l;
      } while (block >= blocks);
      drawn[i] = block;
    }
  }
}

/** Of each place the cell of that index up to a threshold, else another (Vose's construction). */
function aliasTable({ shares }: Cells): { thresholds: Int32Array; aliases: Uint16Array } {
  const weights = Array.from({ length: CELLS }, (_, i) => (shares[i] ?? 0) * CELLS);
  const thresholds = new Int32Array(CELLS).fill(FRACTIONS);
  const aliases = Uint16Array.from(weights.keys());
  const small = [...weights.keys()].filter((i) => weights[i] < 1);
  const large = [...weights.keys()].filter((i) => weights[i] >= 1);
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop() as number, large[large.length - 1]];
    thresholds[less] = Math.round(weights[less] * FRACTIONS);
    aliases[less] = more;
    weights[more] -= 1 - weights[less];
    if (weights[more] < 1) small.push(large.pop() as number);
  }
  return { thresholds, aliases };
}

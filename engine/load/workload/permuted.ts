/**
 * HOT: every block of the region once, in random order, before any comes twice; then again in another order. The order is a
 * bijection of the next power of two, of which what lies outside the region is passed over: no memory of what was, and two
 * steps for each block at most. In regions of up to 2^32 blocks a position becomes a block by steps that can each be undone,
 * in k bits:
 *
 *     x = position * m0 + k0;  x ^= x >>> s;  x = x * (2x + m1) + k1;  x ^= x >>> s;  x = x * (2x + m2) + k2;  x ^= x >>> s
 *
 * with odd m0, m1, m2 and s of at least k / 2; all but s are drawn for each pass. The first product is a sum that goes on. The
 * squares (as in RC6) are there since products by constants alone left neighbours correlated.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { RECORDS } from '../../path/records.js';
import { type Addresses, bitsOf, type Region } from './addresses.js';
import { drawWords } from './generator.js';

const TWO_32 = 2 ** 32;
const records = RECORDS;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;

/** What of `Permuted.order` is m0 and so on. */
export const ORDER = { M0: 0, K0: 1, M1: 2, K1: 3, M2: 4, K2: 5, WORDS: 6 } as const;
const { M0, K0, M1, K1, M2, K2, WORDS } = ORDER;

abstract class Permuted implements Addresses {
  readonly bits: number;
  /** Of this pass, by ORDER; within the bits. */
  readonly order = new Int32Array(WORDS);
  /** The running sum: position * m0 + k0. */
  readonly sum = new Int32Array(1);
  protected readonly shift: number;
  protected readonly mask: number;
  protected readonly last: number;
  protected readonly blockLbas: number;
  protected readonly startLba: number;
  private readonly state: Int32Array;

  /** At most 2^32 blocks; `state` is that of a generator, two words. */
  constructor({ blocks, blockLbas, startLba }: Region, state: Int32Array) {
    this.bits = bitsOf(blocks);
    this.shift = Math.max(1, Math.ceil(this.bits / 2));
    this.mask = (2 ** this.bits - 1) | 0;
    this.last = blocks - 1;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
    this.state = state;
    this.beginPass();
  }

  fill(slots: Slots, batch: Uint16Array, count: number, base = -1): void {
    let done = 0;
    // The constant, as far as this is compiled into its caller and `go` into this.
    if (base >= 0) while (done < count) done = this.go(records, base, batch, done, count);
    else while (done < count) done = this.go(slots, 0, batch, done, count);
  }

  endPass(): void {
    this.sum[0] = (this.order[K0] - this.order[M0]) & this.mask;
  }

  /** Fills from the `first` slot on, as far as the pass goes; records begin at `base`. Returns how many are filled then. */
  protected abstract go(slots: Slots, base: number, batch: Uint16Array, first: number, count: number): number;

  beginPass(): void {
    const { order } = this;
    drawWords(this.state, order);
    for (const word of [M0, M1, M2]) order[word] |= 1;
    for (let word = 0; word < WORDS; word++) order[word] &= this.mask;
    this.sum[0] = order[K0];
  }
}

/** In regions whose starting blocks are all below 2^32. */
export class PermutedNear extends Permuted {
  protected override go(
    slots: Slots,
    base: number,
    batch: Uint16Array,
    first: number,
    count: number,
  ): number {
    const { order } = this;
    const mask = this.mask | 0;
    const shift = this.shift | 0;
    const last = this.last >>> 0;
    const blockLbas = this.blockLbas | 0;
    const startLba = this.startLba | 0;
    const m0 = order[M0];
    const m1 = order[M1];
    const m2 = order[M2];
    const k0 = order[K0];
    const k1 = order[K1];
    const k2 = order[K2];
    const from = (base + SLBA_LOW) | 0;
    let sum = this.sum[0];
    let i = first | 0;
    while (i < count) {
      let x = sum ^ (sum >>> shift);
      x = (Math.imul(x, (x << 1) + m1) + k1) & mask;
      x ^= x >>> shift;
      x = (Math.imul(x, (x << 1) + m2) + k2) & mask;
      x ^= x >>> shift;
      // Without a branch that nobody could foresee: what lies outside is overwritten by the next.
      slots[((batch[i] << RECORD_SHIFT) + from) | 0] = (Math.imul(x, blockLbas) + startLba) | 0;
      i = (i + Number(x >>> 0 <= last)) | 0;
      sum = (sum + m0) & mask;
      if (sum === k0) break;
    }
    this.sum[0] = sum;
    if (sum === k0) this.beginPass();
    return i;
  }
}

/** In any region of up to 2^32 blocks. */
export class PermutedFar extends Permuted {
  protected override go(
    slots: Slots,
    base: number,
    batch: Uint16Array,
    first: number,
    count: number,
  ): number {
    const { order, blockLbas, startLba } = this;
    const mask = this.mask | 0;
    const shift = this.shift | 0;
    const last = this.last >>> 0;
    const m0 = order[M0];
    const m1 = order[M1];
    const m2 = order[M2];
    const k0 = order[K0];
    const k1 = order[K1];
    const k2 = order[K2];
    let sum = this.sum[0];
    let i = first | 0;
    while (i < count) {
      let x = sum ^ (sum >>> shift);
      x = (Math.imul(x, (x << 1) + m1) + k1) & mask;
      x ^= x >>> shift;
      x = (Math.imul(x, (x << 1) + m2) + k2) & mask;
      x ^= x >>> shift;
      const block = x >>> 0;
      const slba = startLba + block * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = ((batch[i] << RECORD_SHIFT) + base) | 0;
      slots[(record + SLBA_LOW) | 0] = (slba - upper * TWO_32) | 0;
      slots[(record + SLBA_HIGH) | 0] = upper;
      i = (i + Number(block <= last)) | 0;
      sum = (sum + m0) & mask;
      if (sum === k0) break;
    }
    this.sum[0] = sum;
    if (sum === k0) this.beginPass();
    return i;
  }
}

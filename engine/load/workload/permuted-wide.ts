/**
 * HOT: as `permuted.ts`, in regions of more blocks than 32 bits tell. The bijection is that of `feistel.ts`, drawn
 * anew for each pass.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { type Addresses, bitsOf, type Region } from './addresses.js';
import { drawFeistel, FEISTEL, feistelHash } from './feistel.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;
const hash = feistelHash;

/** Words of `PermutedWide.position`. */
export const WIDE_POSITION = { LOW: 0, HIGH: 1 } as const;

export class PermutedWide implements Addresses {
  /** Bits of the lower half; the upper has as many or one more. */
  readonly lowBits: number;
  readonly highBits: number;
  /** Of this pass, by FEISTEL. */
  readonly order = new Int32Array(FEISTEL.WORDS);
  /** The next position, by WIDE_POSITION. */
  readonly position = new Int32Array(2);
  private readonly blocks: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  private readonly state: Int32Array;

  /** From 4 blocks to 2^53; `state` is that of a generator, two words. */
  constructor({ blocks, blockLbas, startLba }: Region, state: Int32Array) {
    const bits = bitsOf(blocks);
    this.lowBits = bits >>> 1;
    this.highBits = bits - this.lowBits;
    this.blocks = blocks;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
    this.state = state;
    this.beginPass();
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    let done = 0;
    while (done < count) done = this.go(slots, batch, done, count);
  }

  endPass(): void {
    this.position[WIDE_POSITION.LOW] = 2 ** this.lowBits - 1;
    this.position[WIDE_POSITION.HIGH] = 2 ** this.highBits - 1;
  }

  private go(slots: Slots, batch: Uint16Array, first: number, count: number): number {
    const { blocks, blockLbas, startLba, order, position } = this;
    const toHigh = (32 - this.highBits) | 0;
    const toLow = (32 - this.lowBits) | 0;
    const lowMask = ((1 << this.lowBits) - 1) | 0;
    const highMask = ((1 << this.highBits) - 1) | 0;
    const lows = lowMask + 1;
    // Eight locals: a load for each in every round costs half as much again.
    const [a0, a1, a2, a3] = [order[0], order[1], order[2], order[3]];
    const [m0, m1, m2, m3] = [order[4], order[5], order[6], order[7]];
    let low = position[0];
    let high = position[1];
    let i = first | 0;
    while (i < count) {
      let l = low;
      let h = high;
      h ^= hash(l, a0, m0, toHigh);
      l ^= hash(h, a1, m1, toLow);
      h ^= hash(l, a2, m2, toHigh);
      l ^= hash(h, a3, m3, toLow);
      const block = h * lows + l;
      const slba = startLba + block * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      i = (i + Number(block < blocks)) | 0;
      low = (low + 1) & lowMask;
      high = (high + Number(low === 0)) & highMask;
      if ((low | high) === 0) break;
    }
    position[0] = low;
    position[1] = high;
    if ((low | high) === 0) this.beginPass();
    return i;
  }

  beginPass(): void {
    drawFeistel(this.state, this.order);
  }
}

/**
 * HOT: uniformly random blocks, each drawn as if there had been none before. A block takes 53 bits: 27 of the generator's
 * output, and below them 26 of its other word, which only tell neighbours apart.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { RECORDS } from '../../path/records.js';
import type { Addresses, Region } from './addresses.js';

const TWO_32 = 2 ** 32;
const TWO_MINUS_27 = 2 ** -27;
const TWO_MINUS_53 = 2 ** -53;
const records = RECORDS;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;

abstract class Drawn implements Addresses {
  protected readonly blocks: number;
  protected readonly blockLbas: number;
  protected readonly startLba: number;
  protected readonly state: Int32Array;

  /** `state` is that of its generator, two words. */
  constructor({ blocks, blockLbas, startLba }: Region, state: Int32Array) {
    this.blocks = blocks;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
    this.state = state;
  }

  fill(slots: Slots, batch: Uint16Array, count: number, base = -1): void {
    if (base >= 0) this.go(records, base, batch, count);
    else this.go(slots, 0, batch, count);
  }

  /** Records begin at `base`. */
  protected abstract go(slots: Slots, base: number, batch: Uint16Array, count: number): void;
}

/** In regions whose starting blocks are all below 2^32. */
export class DrawnNear extends Drawn {
  protected override go(slots: Slots, base: number, batch: Uint16Array, count: number): void {
    const { blocks, state } = this;
    const blockLbas = this.blockLbas | 0;
    const startLba = this.startLba | 0;
    let a0 = state[0];
    let a1 = state[1];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const a = Math.imul(a0, 0x9e3779bb);
      const high = Math.imul((a << 5) | (a >>> 27), 5) >>> 5;
      const low = Math.imul(a1, 0x85ebca6b) >>> 6;
      a1 ^= a0;
      a0 = ((a0 << 26) | (a0 >>> 6)) ^ a1 ^ (a1 << 9);
      a1 = (a1 << 13) | (a1 >>> 19);
      const block = ((high * TWO_MINUS_27 + low * TWO_MINUS_53) * blocks) >>> 0;
      slots[((batch[i] << RECORD_SHIFT) + base) | SLBA_LOW] = (Math.imul(block, blockLbas) + startLba) | 0;
    }
    state[0] = a0;
    state[1] = a1;
  }
}

/** In any region. */
export class DrawnFar extends Drawn {
  protected override go(slots: Slots, base: number, batch: Uint16Array, count: number): void {
    const { blocks, blockLbas, startLba, state } = this;
    let a0 = state[0];
    let a1 = state[1];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const a = Math.imul(a0, 0x9e3779bb);
      const high = Math.imul((a << 5) | (a >>> 27), 5) >>> 5;
      const low = Math.imul(a1, 0x85ebca6b) >>> 6;
      a1 ^= a0;
      a0 = ((a0 << 26) | (a0 >>> 6)) ^ a1 ^ (a1 << 9);
      a1 = (a1 << 13) | (a1 >>> 19);
      const block = Math.floor((high * TWO_MINUS_27 + low * TWO_MINUS_53) * blocks);
      const slba = startLba + block * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = ((batch[i] << RECORD_SHIFT) + base) | 0;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
    }
    state[0] = a0;
    state[1] = a1;
  }
}

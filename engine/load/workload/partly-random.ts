/**
 * HOT: some of a job's I/Os are random, by chance or each so many, and the others go on behind the last of their operation.
 * Addresses are drawn for all; those of what goes on are overwritten.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { STREAMS } from '../../stats/operations.js';
import type { Addresses, Region } from './addresses.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const STREAM_OF = STREAMS;
const { SLBA_LOW, SLBA_HIGH, NEXT_OPERATION } = SLOT;

export class PartlyRandom implements Addresses {
  private readonly random: Addresses;
  private readonly startLba: number;
  private readonly endLba: number;
  private readonly blockLbas: number;
  /** An I/O is random where 32 random bits, unsigned, lie below this. */
  private readonly randomBelow: number;
  private readonly state: Int32Array;
  /** Where the next read would go on, and the next that is none. */
  private readonly next = new Float64Array(2);

  /** One of `runIos` may be random. */
  private readonly runIos: number;
  /** I/Os until the next that may be, that one counted. */
  private left = 1;

  /** Of the first of each `runIos`, `percent` go where `random` says; `state` is that of a generator, two words. */
  constructor(
    { startLba, blocks, blockLbas }: Region,
    random: Addresses,
    { percent, runIos }: { readonly percent: number; readonly runIos: number },
    state: Int32Array,
  ) {
    this.runIos = runIos;
    this.random = random;
    this.startLba = startLba;
    this.endLba = startLba + blocks * blockLbas;
    this.blockLbas = blockLbas;
    this.randomBelow = Math.round((percent / 100) * TWO_32);
    this.state = state;
    this.next.fill(startLba);
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    this.random.fill(slots, batch, count);
    const { startLba, endLba, blockLbas, randomBelow, state, next } = this;
    let c0 = state[0];
    let c1 = state[1];
    const runIos = this.runIos | 0;
    let left = this.left | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const c = Math.imul(c0, 0x9e3779bb);
      const bits = Math.imul((c << 5) | (c >>> 27), 5) >>> 0;
      c1 ^= c0;
      c0 = ((c0 << 26) | (c0 >>> 6)) ^ c1 ^ (c1 << 9);
      c1 = (c1 << 13) | (c1 >>> 19);
      const record = batch[i] << RECORD_SHIFT;
      const stream = STREAM_OF[slots[record | NEXT_OPERATION]];
      const drawn = (slots[record | SLBA_LOW] >>> 0) + slots[record | SLBA_HIGH] * TWO_32;
      left = (left - 1) | 0;
      const slba = left === 0 && bits < randomBelow ? drawn : next[stream];
      if (left === 0) left = runIos;
      const upper = Math.floor(slba / TWO_32);
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      next[stream] = slba + blockLbas === endLba ? startLba : slba + blockLbas;
    }
    state[0] = c0;
    state[1] = c1;
    this.left = left;
  }
}

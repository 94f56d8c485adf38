/**
 * HOT: which block the next I/O goes to, and whether it reads or writes. The state of the generator is two integers,
 * so that a step allocates nothing. xoroshiro64** (Blackman and Vigna), seeded through splitmix32.
 */
import type { Workload } from './job.js';

const TWO_32 = 2 ** 32;
const TWO_MINUS_53 = 2 ** -53;

export class AddressStream {
  /** Low and high word of the starting logical block that `next` chose. */
  slbaLow = 0;
  slbaHigh = 0;
  /** 0 read, 1 write. */
  direction = 0;
  private readonly random: boolean;
  private readonly blocks: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  /** Writes are drawn where 32 random bits lie below this; -1 all reads, 2^32 all writes. */
  private readonly writeBelow: number;
  private s0: number;
  private s1: number;
  /** Next sequential block. */
  private readonly position = new Float64Array(1);

  constructor(workload: Workload) {
    this.random = workload.random;
    this.blocks = workload.blocks;
    this.blockLbas = workload.blockLbas;
    this.startLba = workload.startLba;
    this.writeBelow = Math.round((1 - workload.readPercent / 100) * TWO_32);
    const [s0, s1] = seedState(workload.seed);
    this.s0 = s0;
    this.s1 = s1;
  }

  /** Draws the next I/O. */
  next(): void {
    let block: number;
    if (this.random) {
      const high = this.draw() >>> 5;
      const low = this.draw() >>> 6;
      block = Math.floor((high * 67108864 + low) * TWO_MINUS_53 * this.blocks);
    } else {
      block = this.position[0];
      const following = block + 1;
      this.position[0] = following === this.blocks ? 0 : following;
    }
    const slba = this.startLba + block * this.blockLbas;
    const high = Math.floor(slba / TWO_32);
    this.slbaHigh = high | 0;
    this.slbaLow = (slba - high * TWO_32) | 0;
    if (this.writeBelow === 0) this.direction = 0;
    else if (this.writeBelow === TWO_32) this.direction = 1;
    else this.direction = this.draw() >>> 0 < this.writeBelow ? 1 : 0;
  }

  /** 32 random bits, signed. */
  private draw(): number {
    const s0 = this.s0;
    const scaled = Math.imul(s0, 0x9e3779bb);
    const mixed = this.s1 ^ s0;
    this.s0 = ((s0 << 26) | (s0 >>> 6)) ^ mixed ^ (mixed << 9);
    this.s1 = (mixed << 13) | (mixed >>> 19);
    return Math.imul((scaled << 5) | (scaled >>> 27), 5);
  }
}

function seedState(seed: number): Int32Array {
  const state = new Int32Array(2);
  let x = seed | 0;
  for (let i = 0; i < 2; i++) {
    x = (x + 0x9e3779b9) | 0;
    let z = x ^ (x >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    state[i] = z ^ (z >>> 15);
  }
  return state;
}

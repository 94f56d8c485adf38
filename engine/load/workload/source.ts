/**
 * HOT: what the next I/Os are and where they go. Uniformly random over the blocks of a region, or one after the other; reads,
 * writes, or a mix of both drawn for each I/O.
 *
 * xoroshiro64** (Blackman and Vigna), seeded through splitmix32; one generator of addresses, one of operations. An address takes
 * 53 bits: 27 of the generator's output, and below them 26 of its other word, which only tell neighbours apart.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { NVM } from '../../spec/index.js';
import { READ, WRITE } from '../../stats/operations.js';

/** The addresses that I/O goes to: `blocks` blocks of `blockLbas` logical blocks each. */
export interface Region {
  /** First logical block. */
  readonly startLba: number;
  readonly blockLbas: number;
  readonly blocks: number;
}

export interface SourceOptions extends Region {
  readonly random: boolean;
  /** Percent of reads: 100 reads only, 0 writes only. */
  readonly readPercent: number;
  readonly seed: number;
}

/** Writes into the records of slots what their next I/O is. */
export interface Source {
  /** Index in OPERATIONS of what all its I/Os are; -1 where they differ. */
  readonly operation: number;
  /** What no later `fill` changes: once for the records of each queue, before the first. */
  prepare(slots: Slots): void;
  /**
   * The next I/O of each of the first `count` slots of `batch`: opcode, operation, starting block. Returns how many of them
   * write.
   */
  fill(slots: Slots, batch: Uint16Array, count: number): number;
  /** Those that write, after `fill`: the array that it filled, or `batch`, as far as `fill` says. */
  writing(batch: Uint16Array): Uint16Array;
}

const TWO_32 = 2 ** 32;
const TWO_MINUS_27 = 2 ** -27;
const TWO_MINUS_53 = 2 ** -53;
const RECORD_SHIFT = SLOT_SHIFT;
const { WORDS, OPCODE, SLBA_LOW, SLBA_HIGH, OPERATION, NEXT_OPERATION } = SLOT;

export class RegionSource implements Source {
  private readonly random: boolean;
  readonly operation: number;
  private readonly mixed: boolean;
  private readonly blocks: number;
  private readonly blockLbas: number;
  private readonly startLba: number;
  /** Writes are drawn where 32 random bits, unsigned, lie below this. */
  private readonly writeBelow: number;
  /** All starting blocks are below 2^32: their upper word is 0. */
  private readonly near: boolean;
  /** Two words of each generator: of addresses, of operations. */
  private readonly state: Int32Array;
  /** Slots of the last batch that write. */
  private readonly writers = new Uint16Array(BATCH);
  /** Next sequential block. */
  private readonly position = new Float64Array(1);

  constructor(options: SourceOptions) {
    const { random, readPercent, seed, blocks, blockLbas, startLba } = options;
    this.random = random;
    this.mixed = readPercent > 0 && readPercent < 100;
    this.operation = this.mixed ? -1 : readPercent === 0 ? WRITE : READ;
    this.blocks = blocks;
    this.blockLbas = blockLbas;
    this.startLba = startLba;
    this.writeBelow = Math.round((1 - readPercent / 100) * TWO_32);
    this.near = startLba + blocks * blockLbas <= TWO_32;
    this.state = seedStates(seed, 4);
  }

  prepare(slots: Slots): void {
    for (let record = 0; record < slots.length; record += WORDS) {
      slots[record | OPCODE] = this.operation === WRITE ? NVM.WRITE : NVM.READ;
      slots[record | OPERATION] = this.operation;
      slots[record | NEXT_OPERATION] = this.operation;
      slots[record | SLBA_HIGH] = 0;
    }
  }

  fill(slots: Slots, batch: Uint16Array, count: number): number {
    // `=== true`: V8 compares; without, it asks what kind of value a field holds.
    if (this.random !== true) this.fillInOrder(slots, batch, count);
    else if (this.near === true) this.fillNear(slots, batch, count);
    else this.fillFar(slots, batch, count);
    if (this.mixed === true) return this.choose(slots, batch, count);
    return this.operation === WRITE ? count : 0;
  }

  writing(batch: Uint16Array): Uint16Array {
    return this.mixed === true ? this.writers : batch;
  }

  private fillNear(slots: Slots, batch: Uint16Array, count: number): void {
    const { blocks, state } = this;
    // All addresses are below 2^32: 32 bits of each amount will do.
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
      slots[(batch[i] << RECORD_SHIFT) | SLBA_LOW] = (Math.imul(block, blockLbas) + startLba) | 0;
    }
    state[0] = a0;
    state[1] = a1;
  }

  private fillFar(slots: Slots, batch: Uint16Array, count: number): void {
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
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
    }
    state[0] = a0;
    state[1] = a1;
  }

  private fillInOrder(slots: Slots, batch: Uint16Array, count: number): void {
    const { blocks, blockLbas, startLba } = this;
    let block = this.position[0];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slba = startLba + block * blockLbas;
      const upper = Math.floor(slba / TWO_32);
      const record = batch[i] << RECORD_SHIFT;
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      block = block + 1 === blocks ? 0 : block + 1;
    }
    this.position[0] = block;
  }

  /** Draws reads and writes, without a branch that nobody could foresee. Returns how many write. */
  private choose(slots: Slots, batch: Uint16Array, count: number): number {
    const { writeBelow, state, writers } = this;
    let writing = 0;
    let c0 = state[2];
    let c1 = state[3];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const c = Math.imul(c0, 0x9e3779bb);
      c1 ^= c0;
      c0 = ((c0 << 26) | (c0 >>> 6)) ^ c1 ^ (c1 << 9);
      c1 = (c1 << 13) | (c1 >>> 19);
      const write = Number(Math.imul((c << 5) | (c >>> 27), 5) >>> 0 < writeBelow);
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      // NVM: Write 01h, Read 02h.
      slots[record | OPCODE] = 2 - write;
      slots[record | NEXT_OPERATION] = write;
      writers[writing] = slot;
      writing = (writing + write) | 0;
    }
    state[2] = c0;
    state[3] = c1;
    return writing;
  }
}

/** State words from a seed; none of the pairs is all 0. */
function seedStates(seed: number, words: number): Int32Array {
  const state = new Int32Array(words);
  let x = seed | 0;
  for (let i = 0; i < words; i++) {
    x = (x + 0x9e3779b9) | 0;
    let z = x ^ (x >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    state[i] = z ^ (z >>> 15);
  }
  for (let i = 0; i < words; i += 2) if ((state[i] | state[i + 1]) === 0) state[i] = 1;
  return state;
}

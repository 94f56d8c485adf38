/** Where the I/Os of a job go, one shape of it for each file beside this one. */
import type { Slots } from '../../path/path.js';

/** The addresses that I/O goes to: `blocks` blocks of `blockLbas` logical blocks each. */
export interface Region {
  /** First logical block. */
  readonly startLba: number;
  readonly blockLbas: number;
  readonly blocks: number;
}

/** Writes starting blocks into the records of slots. A worker has one, of one class. */
export interface Addresses {
  /**
   * The next starting block of each of the first `count` slots of `batch`, whose operations are known. `base` is where in RECORDS
   * `slots` begin, -1 where they lie elsewhere: for those that are faster there.
   */
  fill(slots: Slots, batch: Uint16Array, count: number, base?: number): void;
  /** Goes to where a pass ends: for rehearsals, since what first happens in a measurement throws compiled code away. */
  endPass?(): void;
  /** Begins a pass anew, wherever the last was; absent where there are none. */
  beginPass?(): void;
}

/** Whether all starting blocks are below 2^32: their upper word is 0, and 32-bit integers will do. */
export function isNear({ startLba, blocks, blockLbas }: Region): boolean {
  return startLba + blocks * blockLbas <= 2 ** 32;
}

/** Bits of the smallest power of two that is no less than `blocks`. */
export function bitsOf(blocks: number): number {
  let bits = 0;
  while (2 ** bits < blocks) bits++;
  return bits;
}

/**
 * The words that one worker shares with the main thread: state, stop, live counters and two sets of histograms.
 *
 * The worker counts into the active set. On request it switches to the other one, between two batches, so that the
 * main thread can take and clear what was counted without either waiting for the other.
 *
 * Layout of the SharedArrayBuffer:
 *   0    Int32    STOP, START, STATE, SWAP_REQUESTED, SWAP_DONE, STUCK, then a word for each stuck I/O
 *   64   Float64  live counters
 *   256  Uint32   [set 0|1][operation][HISTOGRAM_LENGTH]
 */
import { COUNTS_LENGTH } from '../stats/operations.js';

const COUNTERS_AT = 64;
const HISTOGRAMS_AT = 256;

export const CONTROL_BLOCK_BYTES = HISTOGRAMS_AT + 2 * COUNTS_LENGTH * 4;

export const WORD = {
  STOP: 0,
  START: 1,
  STATE: 2,
  SWAP_REQUESTED: 3,
  SWAP_DONE: 4,
  /** How many I/Os of those that are late are listed; `STUCK_LIST` on, their lanes in the upper half, their slots in the lower. */
  STUCK: 5,
  STUCK_LIST: 6,
} as const;

/** As many as there are words for: of a drive that keeps more, no Abort makes a sound one. */
export const MOST_STUCK = COUNTERS_AT / 4 - WORD.STUCK_LIST;

/** An I/O without a completion past its time: of a lane of its worker, in a slot of the lane. */
export interface StuckIo {
  readonly lane: number;
  readonly slot: number;
}

/** What a worker is doing; ascending in time. */
export const STATE = { STARTING: 0, READY: 1, RAMP: 2, MEASURING: 3, DRAINING: 4, DONE: 5 } as const;

/** Why the main thread asks a worker to stop. */
export const STOP = { NONE: 0, DRAIN: 1, ABANDON: 2, DEVICE_LOST: 3 } as const;

/**
 * `MEASURED_NS` is the measured time so far, by the worker's clock; negative before. From `ERRORS` on there is one counter for
 * each operation.
 */
export const COUNTER = { COMPLETED: 0, MEASURED_NS: 1, ERRORS: 2 } as const;

export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly counters: Float64Array;
  /** Both sets of histograms; each holds a histogram of each operation. */
  readonly sets: readonly [Uint32Array, Uint32Array];

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BLOCK_BYTES)) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, COUNTERS_AT / 4);
    this.counters = new Float64Array(memory, COUNTERS_AT, (HISTOGRAMS_AT - COUNTERS_AT) / 8);
    this.sets = [
      new Uint32Array(memory, HISTOGRAMS_AT, COUNTS_LENGTH),
      new Uint32Array(memory, HISTOGRAMS_AT + COUNTS_LENGTH * 4, COUNTS_LENGTH),
    ];
  }

  get state(): number {
    return Atomics.load(this.words, WORD.STATE);
  }

  setState(state: number): void {
    Atomics.store(this.words, WORD.STATE, state);
    Atomics.notify(this.words, WORD.STATE);
  }

  /** Asks for the other set; false while an earlier request is still open. */
  requestSwap(): boolean {
    const requested = Atomics.load(this.words, WORD.SWAP_REQUESTED);
    if (requested !== Atomics.load(this.words, WORD.SWAP_DONE)) return false;
    Atomics.store(this.words, WORD.SWAP_REQUESTED, requested + 1);
    return true;
  }

  swapPending(): boolean {
    return Atomics.load(this.words, WORD.SWAP_REQUESTED) !== Atomics.load(this.words, WORD.SWAP_DONE);
  }

  /** Told once, by the worker. */
  tellStuck(ios: readonly StuckIo[]): void {
    for (const [i, { lane, slot }] of ios.entries()) this.words[WORD.STUCK_LIST + i] = (lane << 16) | slot;
    Atomics.store(this.words, WORD.STUCK, ios.length);
  }

  /** The I/Os that the worker waits for past their time; MOST_STUCK at most. */
  stuck(): StuckIo[] {
    const count = Atomics.load(this.words, WORD.STUCK);
    return Array.from(this.words.subarray(WORD.STUCK_LIST, WORD.STUCK_LIST + count), (word) => ({
      lane: word >>> 16,
      slot: word & 0xffff,
    }));
  }

  /** The set that the worker counts into. */
  activeSet(): Uint32Array {
    return this.sets[Atomics.load(this.words, WORD.SWAP_DONE) & 1];
  }

  /** The set that the worker left; the main thread's alone until the next request. */
  restingSet(): Uint32Array {
    return this.sets[(Atomics.load(this.words, WORD.SWAP_DONE) + 1) & 1];
  }
}

/** HOT: one doorbell in memory (NVMe base 2.0, B.5), beside whose register the controller need not be told of each value. */
import { viewAt } from '../../sys/mapping.js';

const WORD_BYTES = 4;

/** Native addresses of the doorbells of a pair in memory, and of EventIdx of each. */
export interface ShadowPair {
  readonly sqTail: bigint;
  readonly cqHead: bigint;
  readonly sqEvent: bigint;
  readonly cqEvent: bigint;
}

export class ShadowRing {
  private readonly doorbell: Int32Array;
  private readonly event: Int32Array;

  /** At native addresses. */
  constructor(doorbell: bigint, event: bigint) {
    this.doorbell = new Int32Array(viewAt(doorbell, WORD_BYTES));
    this.event = new Int32Array(viewAt(event, WORD_BYTES));
  }

  /** Writes a new value; whether the register has to be written too: where the way from the value before passes EventIdx. */
  set(value: number): boolean {
    const before = this.doorbell[0];
    // A locked store: the look at EventIdx must not come before it, or both sides may wait for each other.
    Atomics.store(this.doorbell, 0, value);
    return ((value - this.event[0] - 1) & 0xffff) < ((value - before) & 0xffff);
  }
}

/** Those of a queue pair, where it has them. */
export interface ShadowRings {
  readonly tail: ShadowRing | undefined;
  readonly head: ShadowRing | undefined;
}

export function shadowRings(pair: ShadowPair | undefined): ShadowRings {
  if (pair === undefined) return { tail: undefined, head: undefined };
  return {
    tail: new ShadowRing(pair.sqTail, pair.sqEvent),
    head: new ShadowRing(pair.cqHead, pair.cqEvent),
  };
}

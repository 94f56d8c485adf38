import { Random } from '../../engine/device/latency.js';

/** A seed of a part of what another seed is for. */
export function seedOf(seed: number, ...parts: readonly number[]): number {
  let mixed = seed | 0;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (part + 1), 0x846ca68b);
  }
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Choices that a seed makes. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seedOf(seed, 0));
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return (this.#random.next() >>> 0) % limit;
  }

  /** Whether the one of so many cases is here. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  bytes(count: number): Buffer {
    return Buffer.from(Uint8Array.from({ length: count }, () => this.below(256)));
  }
}

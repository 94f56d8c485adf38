/** What the I/Os of a trace come to, while it is read. */
import { OPERATIONS } from '../../engine/stats/operations.js';
import type { TraceOperation } from '../config/trace-ios.js';

const TWO_32 = 2 ** 32;
/** No block is larger. */
const MOST_ALIGN = 2 ** 31;

/** The largest power of two that divides all numbers of which `bits` is the union. */
const alignOf = (bits: number): number => (bits === 0 ? MOST_ALIGN : (bits & -bits) >>> 0);

export class TraceFacts {
  ios = 0;
  spanNs = 0;
  endBytes = 0;
  #offsetBits = 0;
  #lengthBits = 0;
  readonly #ios = new Float64Array(OPERATIONS.length);
  readonly #bytes = new Float64Array(OPERATIONS.length);
  readonly #shortest = new Float64Array(OPERATIONS.length).fill(Number.POSITIVE_INFINITY);
  readonly #longest = new Float64Array(OPERATIONS.length);

  /** I/Os in the order of their times. */
  add(dueNs: number, operation: number, offsetBytes: number, lengthBytes: number): void {
    this.ios++;
    this.spanNs = dueNs;
    this.endBytes = Math.max(this.endBytes, offsetBytes + lengthBytes);
    this.#offsetBits |= offsetBytes % TWO_32;
    this.#lengthBits |= lengthBytes % TWO_32;
    this.#ios[operation]++;
    this.#bytes[operation] += lengthBytes;
    this.#shortest[operation] = Math.min(this.#shortest[operation], lengthBytes);
    this.#longest[operation] = Math.max(this.#longest[operation], lengthBytes);
  }

  get offsetAlignBytes(): number {
    return alignOf(this.#offsetBits);
  }

  get lengthAlignBytes(): number {
    return alignOf(this.#lengthBits);
  }

  /** Those that there are. */
  operations(): TraceOperation[] {
    return OPERATIONS.flatMap((name, i) => {
      if (this.#ios[i] === 0) return [];
      const [shortestBytes, longestBytes] = [this.#shortest[i], this.#longest[i]];
      return [{ name, ios: this.#ios[i], bytes: this.#bytes[i], shortestBytes, longestBytes }];
    });
  }
}

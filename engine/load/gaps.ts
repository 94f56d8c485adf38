/** Times in which the loop of a worker did not look for completions, and what was in flight meanwhile. */
import type { Slots } from '../path/path.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../stats/histogram.js';
import { startNs } from './lane.js';

/** Longer than a slice of empty looks takes, and shorter than what the kernel gives another thread at once. */
export const GAP_NS = 2e6;

/** Of a worker, within its measured time. */
export interface GapReport {
  readonly count: number;
  readonly durationNs: number;
  /** I/Os that were in flight over one. */
  readonly ios: number;
  /** Their latencies, all operations together: index in a histogram, and I/Os there. */
  readonly latencies: readonly (readonly [index: number, ios: number])[];
}

/**
 * An I/O counts as one of a gap where it was submitted before the end of that, and found no longer after it than it lasted:
 * what completed meanwhile, and what the host held up as well. What is found later the device had time to complete before.
 */
export class Gaps {
  private readonly latencies = new Uint32Array(HISTOGRAM_LENGTH);
  /** When the last one ended, and until when what is found counts as one of it. */
  private readonly endNs = new Float64Array(1);
  private readonly untilNs = new Float64Array(1);
  /** Of what was in flight over it, and is still looked for. */
  private left = 0;
  /** Of all: how many, how long, and I/Os. */
  private readonly sums = new Float64Array(3);

  /** The loop looked at both times, and not between them; so many I/Os had no completion before. */
  note(fromNs: Float64Array, toNs: Float64Array, outstanding: number): void {
    const lengthNs = toNs[0] - fromNs[0];
    this.sums[0]++;
    this.sums[1] += lengthNs;
    this.left = outstanding;
    this.endNs[0] = toNs[0];
    this.untilNs[0] = Math.max(this.untilNs[0], toNs[0] + lengthNs);
  }

  /** What is found at that time may have been in flight over one. */
  covers(foundNs: Float64Array): boolean {
    return this.left > 0 && foundNs[0] <= this.untilNs[0];
  }

  /** Counts the I/O whose record it is, where it was. */
  count(slots: Slots, record: number, foundNs: Float64Array): void {
    const submittedNs = startNs(slots, record);
    if (submittedNs >= this.endNs[0]) return;
    this.left--;
    this.latencies[latencyIndex(foundNs[0] - submittedNs)]++;
    this.sums[2]++;
  }

  /** What is found from now on is of none of those so far. */
  close(): void {
    this.left = 0;
  }

  /** Forgets what was counted; what is in flight over one still is. */
  reset(): void {
    this.latencies.fill(0);
    this.sums.fill(0);
  }

  report(): GapReport {
    const latencies: [number, number][] = [];
    for (const [index, ios] of this.latencies.entries()) if (ios > 0) latencies.push([index, ios]);
    return { count: this.sums[0], durationNs: this.sums[1], ios: this.sums[2], latencies };
  }
}

/**
 * Open loop: I/Os arrive at a rate, whatever the device does. Each has an intended time that no backlog moves, and the next
 * arrival never waits for a completion: what the device holds up shows as the time from intention to completion.
 */
import { BATCH } from '../../path/path.js';

/** How arrivals are spaced: evenly, or as independent ones are (exponential gaps). */
export type RateProcess = 'linear' | 'poisson';

export interface ArrivalOptions {
  /** Arrivals a second on average. */
  readonly rateIops: number;
  readonly process: RateProcess;
  readonly seed: number;
  /** Where in the first gap of an even spacing the first arrival lies, 0 to 1: workers of a job do not arrive in step. */
  readonly phase: number;
}

const NS_PER_SECOND = 1e9;
/** Beyond so many, those that are overdue are counted by the rate. */
const MOST_COUNTED = 1_000_000;

export class Arrivals {
  /** Intended times of what `arrive` let go last, ns of the thread's clock. */
  readonly dueNs = new Float64Array(BATCH);
  private readonly gapNs: number;
  private readonly poisson: boolean;
  private readonly phase: number;
  /** When the schedule began; the next arrival; how many came before it. */
  private readonly state = new Float64Array(3);
  private s0: number;
  private s1: number;

  constructor({ rateIops, process, seed, phase }: ArrivalOptions) {
    this.gapNs = NS_PER_SECOND / rateIops;
    this.poisson = process === 'poisson';
    this.phase = phase;
    this.s0 = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1;
    this.s1 = Math.imul(seed ^ 0x27d4eb2f, 0x85ebca6b);
    for (let i = 0; i < 8; i++) this.uniform();
  }

  /** The schedule begins. */
  begin(nowNs: number): void {
    const { state } = this;
    state[0] = nowNs + (this.poisson ? 0 : this.phase * this.gapNs);
    state[1] = state[0];
    state[2] = 0;
    if (this.poisson) this.advance();
  }

  /** Up to `most` (BATCH at most) of what was due by then, in order: how many. Their times are in `dueNs`. */
  arrive(most: number, nowNs: number): number {
    let count = 0;
    while (count < most && this.state[1] <= nowNs) {
      this.dueNs[count++] = this.state[1];
      this.advance();
    }
    return count;
  }

  /** Arrivals that were due by then and were not let go. Ends the schedule. */
  overdue(atNs: number): number {
    const { state } = this;
    let count = 0;
    while (state[1] <= atNs && count < MOST_COUNTED) {
      count++;
      this.advance();
    }
    return state[1] <= atNs ? count + Math.round((atNs - state[1]) / this.gapNs) : count;
  }

  private advance(): void {
    const { state } = this;
    state[2]++;
    // Even gaps are counted from the beginning: no rounding adds up.
    state[1] = this.poisson
      ? state[1] - Math.log(this.uniform()) * this.gapNs
      : state[0] + state[2] * this.gapNs;
  }

  /** In (0, 1], 53 bits of two draws of xoroshiro64** (Blackman and Vigna). */
  private uniform(): number {
    const high = this.draw() >>> 5;
    const low = this.draw() >>> 6;
    return 1 - (high * 2 ** 26 + low) * 2 ** -53;
  }

  private draw(): number {
    const { s0 } = this;
    const x = Math.imul(s0, 0x9e3779bb);
    const s1 = this.s1 ^ s0;
    this.s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
    this.s1 = (s1 << 13) | (s1 >>> 19);
    return Math.imul((x << 5) | (x >>> 27), 5);
  }
}

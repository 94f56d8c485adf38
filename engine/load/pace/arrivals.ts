/**
 * Open loop: I/Os arrive at a rate, whatever the device does. Each has an intended time that no backlog moves, and the next
 * arrival never waits for a completion: what the device holds up shows as the time from intention to completion.
 */
import { BATCH } from '../../path/path.js';
import { drawWord } from '../workload/generator.js';
import type { Schedule } from './schedule.js';

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

export class Arrivals implements Schedule {
  readonly dueNs = new Float64Array(BATCH);
  private readonly gapNs: number;
  private readonly poisson: boolean;
  private readonly phase: number;
  /** When the schedule began; the next arrival; how many came before it. */
  private readonly state = new Float64Array(3);
  /** That of the generator of gaps. */
  private readonly words: Int32Array;

  constructor({ rateIops, process, seed, phase }: ArrivalOptions) {
    this.gapNs = NS_PER_SECOND / rateIops;
    this.poisson = process === 'poisson';
    this.phase = phase;
    this.words = Int32Array.of(
      Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1,
      Math.imul(seed ^ 0x27d4eb2f, 0x85ebca6b),
    );
    for (let i = 0; i < 8; i++) this.uniform();
  }

  begin(nowNs: number): void {
    const { state } = this;
    state[0] = nowNs + (this.poisson ? 0 : this.phase * this.gapNs);
    state[1] = state[0];
    state[2] = 0;
    if (this.poisson) this.advance();
  }

  arrive(most: number, nowNs: number): number {
    let count = 0;
    while (count < most && this.state[1] <= nowNs) {
      this.dueNs[count++] = this.state[1];
      this.advance();
    }
    return count;
  }

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

  /** In (0, 1], 53 bits of two draws. */
  private uniform(): number {
    const high = drawWord(this.words) >>> 5;
    const low = drawWord(this.words) >>> 6;
    return 1 - (high * 2 ** 26 + low) * 2 ** -53;
  }
}

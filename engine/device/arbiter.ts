/**
 * Which submission queue the next commands come from (NVMe base 2.0, 3.4.4): round robin, or weighted round robin with an urgent
 * class, a burst at a time. Its state lasts from pass to pass, so that a controller which takes few commands at once is fair.
 */
import type { SubmissionQueue } from './queues.js';

/** Arbitration Burst: no limit. */
const NO_LIMIT = 7;
/** Commands taken from one queue where there is none: the others have their turn some time. */
export const ARBITRATION_BURST = 64;
/** Of one pass: what has become due is completed in between. */
const MOST_AT_A_TIME = 256;
/** The feature as a reset leaves it: no limit, weights of one. */
const INITIAL = NO_LIMIT;
const URGENT = 0;
/** Shifts of HPW, MPW and LPW in the feature, in the order of QPRIO: high, medium, low. */
const WEIGHT_SHIFTS = [24, 16, 8];

export interface ArbiterParts {
  /** How many commands of a queue may be fetched now. */
  fetchable(queue: SubmissionQueue): number;
  /** Fetches so many; how many it were. */
  fetch(queue: SubmissionQueue, count: number): number;
}

/** Queues that have their turn one after the other. */
class ServiceClass {
  private queues: readonly SubmissionQueue[] = [];
  private at = 0;
  /** What the queue at `at` may still have of its burst. */
  private left = 0;

  setQueues(queues: readonly SubmissionQueue[]): void {
    const current = this.queues[this.at];
    const at = queues.indexOf(current);
    this.queues = queues;
    this.at = Math.max(at, 0);
    if (at < 0) this.left = 0;
  }

  /** Takes up to `most` commands of the queue whose turn it is; 0 where no queue has any. */
  take({ fetchable, fetch }: ArbiterParts, burst: number, most: number): number {
    for (let tried = 0; tried < this.queues.length; tried++) {
      if (this.left <= 0) this.left = burst;
      const queue = this.queues[this.at];
      const waiting = fetchable(queue);
      if (waiting > 0) {
        const taken = fetch(queue, Math.min(waiting, this.left, most));
        this.left -= taken;
        // a fault may have taken the queue out meanwhile, and with it what was left
        if (this.left <= 0) this.advance();
        return taken;
      }
      this.advance();
    }
    return 0;
  }

  private advance(): void {
    this.at = this.at + 1 < this.queues.length ? this.at + 1 : 0;
    this.left = 0;
  }
}

export class Arbiter {
  private readonly parts: ArbiterParts;
  private readonly all = new ServiceClass();
  /** By QPRIO. */
  private readonly classes = Array.from({ length: 4 }, () => new ServiceClass());
  /** What high, medium and low may still have of this round. */
  private readonly credits = [0, 0, 0];
  private weighted = false;
  private word = INITIAL;

  constructor(parts: ArbiterParts) {
    this.parts = parts;
  }

  /** Plain round robin with bursts as the controller likes them is done without it. */
  get hasSay(): boolean {
    return this.weighted || (this.word & NO_LIMIT) !== NO_LIMIT;
  }

  reset(): void {
    this.word = INITIAL;
    this.weighted = false;
    this.credits.fill(0);
  }

  /** CC.AMS. */
  setWeighted(weighted: boolean): void {
    this.weighted = weighted;
  }

  /** Set Features, Arbitration (5.27.1.1). */
  setFeature(word: number): void {
    this.word = word;
    this.credits.fill(0);
  }

  setQueues(queues: readonly SubmissionQueue[]): void {
    this.all.setQueues(queues);
    for (const [qprio, each] of this.classes.entries())
      each.setQueues(queues.filter((queue) => queue.priority === qprio));
  }

  /** Takes commands as they have their turn, `room` at most; how many. */
  serve(room: number): number {
    const most = Math.min(room, MOST_AT_A_TIME);
    const { word } = this;
    const burst = (word & NO_LIMIT) === NO_LIMIT ? ARBITRATION_BURST : 2 ** (word & NO_LIMIT);
    let done = 0;
    while (done < most) {
      const taken = this.weighted
        ? this.takeWeighted(burst, most - done)
        : this.all.take(this.parts, burst, most - done);
      if (taken === 0) break;
      done += taken;
    }
    return done;
  }

  private takeWeighted(burst: number, most: number): number {
    const urgent = this.classes[URGENT].take(this.parts, burst, most);
    return urgent > 0 ? urgent : this.takeOfRound(burst, most) || this.takeOfNextRound(burst, most);
  }

  private takeOfNextRound(burst: number, most: number): number {
    for (const [i, shift] of WEIGHT_SHIFTS.entries()) this.credits[i] = ((this.word >>> shift) & 0xff) + 1;
    return this.takeOfRound(burst, most);
  }

  private takeOfRound(burst: number, most: number): number {
    for (let i = 0; i < WEIGHT_SHIFTS.length; i++) {
      const allowed = Math.min(most, this.credits[i]);
      // a reset meanwhile takes the credits of what it has taken
      if (allowed <= 0) continue;
      const taken = this.classes[i + 1].take(this.parts, burst, allowed);
      this.credits[i] -= taken;
      if (taken > 0) return taken;
    }
    return 0;
  }
}

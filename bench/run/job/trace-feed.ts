/** Keeps the ring of a job that plays a trace filled while it goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TraceRing } from '../../../engine/load/index.js';

/** Between two looks: a ring holds what a quarter of a second brings at a million I/Os per second. */
const PAUSE_MS = 5;

export class TraceFeed {
  readonly #ring: TraceRing;
  #closed = false;
  #problem: unknown;

  /** Begins at once. */
  constructor(ring: TraceRing) {
    this.#ring = ring;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed && !this.#ring.topUp()) await delay(PAUSE_MS);
    } catch (error) {
      this.#problem = error;
    }
  }

  /** Why no more of the trace came. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Returns why no more of the trace came; undefined where all did that was wanted. */
  close(): unknown {
    this.#closed = true;
    return this.#problem;
  }
}

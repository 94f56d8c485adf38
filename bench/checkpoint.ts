/** Keeps the result file current while a run goes on, without spending the machine on it. */
import { type BenchResult, formatJson } from '../reports/index.js';

/** What is written on average at most: a document of 5 MB every 10 seconds, a small one after every interval. */
const CHARACTERS_PER_MS = 512;
/** Time spent on writing is at most one part in so many. */
const SHARE = 50;

export class Checkpoint {
  readonly #write: (text: string) => void;
  readonly #nowMs: () => number;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** `write` replaces the file as a whole. */
  constructor(write: (text: string) => void, nowMs: () => number = () => performance.now()) {
    this.#write = write;
    this.#nowMs = nowMs;
  }

  /**
   * Writes the document that `build` makes, unless the last one is too recent for its size. A failure is left to the
   * last writing of the run, which reports it: it does not stop a run.
   */
  offer(build: () => BenchResult): void {
    const startMs = this.#nowMs();
    if (startMs < this.#dueMs) return;
    const text = formatJson(build());
    try {
      this.#write(text);
    } catch {
      // Full for now, or for good: the next ones tell.
    }
    const endMs = this.#nowMs();
    this.#dueMs = endMs + Math.max(text.length / CHARACTERS_PER_MS, (endMs - startMs) * SHARE);
  }
}

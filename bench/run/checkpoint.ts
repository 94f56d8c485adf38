/** Keeps a file of the result current while a run goes on, without spending the machine on it. */
import { type BenchResult, formatJson } from '../../reports/document/index.js';

/** What is written on average at most: a document of 5 MB every 10 seconds, a small one after every interval. */
const CHARACTERS_PER_MS = 512;
/** Time spent on writing is at most one part in so many. */
const SHARE = 50;

export interface CheckpointOptions {
  /** Told of the first failure. */
  readonly onFailure?: (error: unknown) => void;
  readonly nowMs?: () => number;
  /** The text of a document; its JSON where left out. */
  readonly format?: (result: BenchResult) => string;
}

export class Checkpoint {
  readonly #write: (text: string) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #format: (result: BenchResult) => string;
  #dueMs = Number.NEGATIVE_INFINITY;
  #failed = false;

  /** `write` replaces the file as a whole. */
  constructor(write: (text: string) => void, options: CheckpointOptions = {}) {
    this.#write = write;
    this.#onFailure = options.onFailure ?? (() => undefined);
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#format = options.format ?? formatJson;
  }

  /**
   * Writes the document that `build` makes, unless the last one is too recent for its size. A failure does not stop a
   * run: it is told once, and the last writing of the run reports it again.
   */
  offer(build: () => BenchResult): void {
    if (this.#nowMs() >= this.#dueMs) this.save(build);
  }

  /** As `offer`, however recent the last one is. */
  save(build: () => BenchResult): void {
    const startMs = this.#nowMs();
    let length = 0;
    try {
      const text = this.#format(build());
      length = text.length;
      this.#write(text);
    } catch (error) {
      // Full for now, or for good: the next ones tell.
      if (!this.#failed) this.#onFailure(error);
      this.#failed = true;
    }
    const endMs = this.#nowMs();
    this.#dueMs = endMs + Math.max(length / CHARACTERS_PER_MS, (endMs - startMs) * SHARE);
  }
}

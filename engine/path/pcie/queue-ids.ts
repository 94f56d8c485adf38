import { EngineError } from '../../errors.js';

/** Where a controller's queue identifiers come from. */
export interface QueueIdSource {
  /** Sets an identifier aside. Throws EngineError NO_QUEUE_LEFT. */
  take(): number | Promise<number>;
  /** Gives one back whose queues do not exist any more, or never did. */
  give(qid: number): void | Promise<void>;
}

/** The identifiers that the controller gives to this host: 1 to `granted`, lowest first. */
export class QueueIds implements QueueIdSource {
  readonly #taken = new Set<number>();
  readonly #granted: number;
  readonly #target: string;

  constructor(granted: number, target: string) {
    this.#granted = granted;
    this.#target = target;
  }

  take(): number {
    for (let qid = 1; qid <= this.#granted; qid++) {
      if (this.#taken.has(qid)) continue;
      this.#taken.add(qid);
      return qid;
    }
    throw new EngineError({
      code: 'NO_QUEUE_LEFT',
      op: 'create an I/O queue pair',
      target: this.#target,
      reason: `the controller gives ${this.#granted}, all in use`,
      hint: 'use fewer numjobs or queue_pairs',
      kind: 'input',
    });
  }

  give(qid: number): void {
    this.#taken.delete(qid);
  }
}

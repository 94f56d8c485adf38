import { EngineError } from '../../errors.js';
import { fewerQueues, type QueueGrant } from './queue-grant.js';

/** Where a controller's queue identifiers come from. */
export interface QueueIdSource {
  /** Sets an identifier aside. Throws EngineError NO_QUEUE_LEFT. */
  take(): number | Promise<number>;
  /** Gives one back whose queues do not exist any more, or never did. */
  give(qid: number): void | Promise<void>;
}

/** The identifiers that this host may use, lowest first. */
export class QueueIds implements QueueIdSource {
  readonly #taken = new Set<number>();
  readonly #grant: QueueGrant;
  readonly #target: string;

  constructor(grant: QueueGrant, target: string) {
    this.#grant = grant;
    this.#target = target;
  }

  take(): number {
    for (let qid = 1; qid <= this.#grant.queues; qid++) {
      if (this.#taken.has(qid)) continue;
      this.#taken.add(qid);
      return qid;
    }
    throw new EngineError({
      code: 'NO_QUEUE_LEFT',
      op: 'create an I/O queue pair',
      target: this.#target,
      reason: `${this.#grant.reason}; all are in use`,
      hint: fewerQueues(this.#grant),
      kind: 'input',
    });
  }

  give(qid: number): void {
    this.#taken.delete(qid);
  }
}

import { QueuePair } from '../path/pcie/queue-pair.js';
import type { LaneSpec } from './job.js';

/** `startedMs` of a slot without an outstanding I/O. */
export const IDLE = -1;

/** One queue pair of a worker, with the state of its slots in typed arrays. */
export class Lane {
  readonly pair: QueuePair;
  readonly words: Int32Array;
  readonly commands: number;
  /** When the I/O of each slot was submitted, in ms of this thread's clock; IDLE where there is none. */
  readonly startedMs: Float64Array;
  readonly direction: Uint8Array;
  /** Commands of each slot's I/O that have not completed. */
  readonly pendingParts: Uint16Array;
  /** Commands that have not completed, where an I/O has several. */
  readonly pending: Uint8Array;
  /** First bad status among the commands of each slot's I/O; 0 where there is none. */
  readonly failure: Uint16Array;
  /** Starting block of each slot's I/O, for error reports. */
  readonly slbaLow: Int32Array;
  readonly slbaHigh: Int32Array;
  /** Work space of one turn: the slots whose I/O completed. */
  readonly completed: Uint16Array;
  outstanding = 0;

  constructor(spec: LaneSpec, iodepth: number, parts: number, nsid: number) {
    this.pair = new QueuePair(spec.queue);
    this.pair.prepareTransfers(nsid);
    this.words = spec.words;
    this.commands = iodepth * parts;
    this.startedMs = new Float64Array(iodepth).fill(IDLE);
    this.direction = new Uint8Array(iodepth);
    this.pendingParts = new Uint16Array(iodepth);
    this.pending = new Uint8Array(this.commands);
    this.failure = new Uint16Array(iodepth);
    this.slbaLow = new Int32Array(iodepth);
    this.slbaHigh = new Int32Array(iodepth);
    this.completed = new Uint16Array(iodepth);
  }

  /** Takes one command of a slot's I/O off; true when it was the last. */
  completePart(cid: number, slot: number): boolean {
    this.pending[cid] = 0;
    return --this.pendingParts[slot] === 0;
  }
}

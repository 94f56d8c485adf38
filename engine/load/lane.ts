import { BATCH, IDLE, type IoQueue, type QueueSpec, SLOT, type Slots } from '../path/path.js';
import { queuePath } from '../path/queues.js';
import { baseOf, takeRecords } from '../path/records.js';

/**
 * Slots of the batch in progress, whose lane has its turn: a thread has one at a time. Where a loop has it as a constant of its
 * own file, V8 compiles its length and its place in memory into the code, as long as that is not on V8's heap, where arrays
 * of up to 64 bytes are unless they are given a buffer.
 */
export const BATCH_SLOTS = new Uint16Array(new ArrayBuffer(2 * BATCH));

/** Those of its slots that write, of jobs that read and write. */
export const SENDERS = new Uint16Array(new ArrayBuffer(2 * BATCH));

/** One queue of a worker, with the records of its slots. */
export class Lane {
  readonly queue: IoQueue;
  readonly slots: Slots;
  /** Where in RECORDS they begin; -1 where they lie elsewhere, of threads with more slots than that has room for. */
  readonly base: number;
  readonly batch = BATCH_SLOTS;
  /** Slots that nothing is submitted in, though they are free; the first `parkedCount` of them. */
  readonly parked: Uint16Array;
  parkedCount: number;
  outstanding = 0;
  /** When what is outstanding in each slot was due, ns of the thread's clock; of jobs with a rate. */
  readonly dueNs: Float64Array;
  /** Logical blocks of what is outstanding in each slot; of jobs whose I/Os have several lengths. */
  readonly lbas: Int32Array;
  /** The most completions that the next look takes, BATCH at most. */
  room = BATCH;
  /** I/Os in flight once what is outstanding in each slot was submitted; of jobs that want to know of single I/Os. */
  readonly depths: Int32Array;

  /** All slots are parked at first. `wrap`: what stands between the loop and its queue. */
  constructor(spec: QueueSpec, wrap = (queue: IoQueue, _slots: Slots): IoQueue => queue) {
    const { iodepth } = spec;
    this.slots = takeRecords(iodepth).fill(0);
    this.base = baseOf(this.slots);
    for (let slot = 0; slot < iodepth; slot++) this.slots[slot * SLOT.WORDS + SLOT.START_HIGH] = IDLE;
    this.queue = wrap(queuePath(spec.path).openQueue(spec, this.slots), this.slots);
    this.parked = Uint16Array.from({ length: iodepth }, (_, i) => iodepth - 1 - i);
    this.parkedCount = iodepth;
    this.dueNs = new Float64Array(iodepth);
    this.lbas = new Int32Array(iodepth);
    this.depths = new Int32Array(iodepth);
  }

  /** Parks slots `from` to `to` - 1 of the batch. */
  park(from: number, to: number): void {
    for (let i = from; i < to; i++) this.parked[this.parkedCount++] = this.batch[i];
  }

  /** Takes up to `most` slots, BATCH at most, out of the park into the batch; how many. */
  unpark(most = BATCH): number {
    const count = Math.min(this.parkedCount, most);
    for (let i = 0; i < count; i++) this.batch[i] = this.parked[--this.parkedCount];
    return count;
  }

  /** Submission time of the oldest outstanding I/O; Infinity where there is none. */
  oldestNs(): number {
    const { slots } = this;
    let oldest = Number.POSITIVE_INFINITY;
    for (let record = 0; record < slots.length; record += SLOT.WORDS) {
      if (slots[record + SLOT.START_HIGH] !== IDLE) oldest = Math.min(oldest, startNs(slots, record));
    }
    return oldest;
  }

  /** What is outstanding began some seconds before the thread did: for rehearsals, whose latencies are short. */
  ageOutstanding(): void {
    const { slots } = this;
    for (let record = 0; record < slots.length; record += SLOT.WORDS) {
      if (slots[record + SLOT.START_HIGH] === IDLE) continue;
      slots[record + SLOT.START_LOW] = -1;
      slots[record + SLOT.START_HIGH] = IDLE - 1;
    }
  }

  /** Slots whose I/O was submitted at that time or before, and is outstanding. */
  submittedBy(atNs: number): number[] {
    return Array.from({ length: this.slots.length / SLOT.WORDS }, (_, slot) => slot).filter((slot) => {
      const record = slot * SLOT.WORDS;
      return this.slots[record + SLOT.START_HIGH] !== IDLE && startNs(this.slots, record) <= atNs;
    });
  }
}

/** When what is outstanding in a slot was submitted, ns of the thread's clock. */
export function startNs(slots: Slots, record: number): number {
  return slots[record + SLOT.START_HIGH] * 2 ** 32 + (slots[record + SLOT.START_LOW] >>> 0);
}

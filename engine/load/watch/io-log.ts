/** HOT: writes a record of each I/O into a ring, and never waits for room. */
import { IDLE, SLOT, SLOT_SHIFT } from '../../path/path.js';
import { FLAG_LATE, IO_RECORD } from '../../stats/io-record.js';
import { type Lane, startNs } from '../lane.js';
import { HEAD, RECORDS_AT, TAIL } from './log-ring.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const UNUSED = IDLE;
const { OPERATION, START_LOW, START_HIGH, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { WORDS, AT, LATENCY, SLBA, WAITED, DEPTH_QUEUE, WORKER_STATUS, OPERATION_FLAGS } = IO_RECORD;
const BLOCKS = IO_RECORD.LBAS;
const SIGN = -(2 ** 31) | 0;
const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;

export class IoLog {
  private readonly marks: Int32Array;
  private readonly missed: Float64Array;
  private readonly words: Int32Array;
  private readonly records: number;
  private readonly worker: number;
  private readonly paced: boolean;
  private head = 0;

  /** `paced`: I/Os have times when they are due. */
  constructor(ring: SharedArrayBuffer, worker: number, paced: boolean) {
    this.marks = new Int32Array(ring, 0, 2);
    this.missed = new Float64Array(ring, 8, 1);
    this.words = new Int32Array(ring, RECORDS_AT);
    this.records = this.words.length / WORDS;
    this.worker = worker;
    this.paced = paced;
  }

  /** The first `found` slots of the lane's batch completed, found at `atNs`; the measured time began at `fromNs`. */
  note(
    lane: Lane,
    queueIndex: number,
    found: number,
    atNs: Float64Array,
    fromNs: Float64Array,
    late: boolean,
  ): void {
    const { slots, batch, depths, queue } = lane;
    const { words, worker } = this;
    const mask = (this.records - 1) | 0;
    const room = (this.records - ((this.head - Atomics.load(this.marks, TAIL)) | 0)) | 0;
    const count = Math.min(found, room) | 0;
    const failed = queue.failures !== 0;
    const sinceNs = atNs[0] - fromNs[0];
    const sinceHigh = (sinceNs * TWO_MINUS_32) | 0;
    const sinceLow = (sinceNs - sinceHigh * TWO_32) | 0;
    const nowHigh = (atNs[0] * TWO_MINUS_32) | 0;
    const nowLow = (atNs[0] - nowHigh * TWO_32) | 0;
    const flags = late ? FLAG_LATE << 8 : 0;
    let head = this.head | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const startHigh = slots[record | START_HIGH];
      if (startHigh === UNUSED) continue;
      const startLow = slots[record | START_LOW];
      const to = Math.imul(head & mask, WORDS);
      // The lower words as unsigned ones: what is borrowed from the upper.
      const borrowed = (nowLow ^ SIGN) < (startLow ^ SIGN) ? 1 : 0;
      words[to + AT] = sinceLow;
      words[to + AT + 1] = sinceHigh;
      words[to + LATENCY] = (nowLow - startLow) | 0;
      words[to + LATENCY + 1] = (nowHigh - startHigh - borrowed) | 0;
      words[to + SLBA] = slots[record | SLBA_LOW];
      words[to + SLBA + 1] = slots[record | SLBA_HIGH];
      words[to + BLOCKS] = slots[record | LBAS];
      words[to + DEPTH_QUEUE] = depths[slot] | (queueIndex << 16);
      words[to + WORKER_STATUS] = worker | ((failed ? queue.statuses[i] : 0) << 16);
      words[to + OPERATION_FLAGS] = slots[record | OPERATION] | flags;
      head = (head + 1) | 0;
    }
    if (this.paced) this.noteWaits(lane, count);
    this.head = head;
    Atomics.store(this.marks, HEAD, head);
    if (count < found) this.missed[0] += found - count;
  }

  /** How long each of the batch waited before it was submitted; `head` is still that before the batch. */
  private noteWaits({ slots, batch, dueNs }: Lane, count: number): void {
    let head = this.head;
    for (let i = 0; i < count; i++) {
      const record = batch[i] << RECORD_SHIFT;
      if (slots[record + START_HIGH] === UNUSED) continue;
      const to = Math.imul(head & (this.records - 1), WORDS) + WAITED;
      const waitedNs = Math.max(0, startNs(slots, record) - dueNs[batch[i]]);
      const high = (waitedNs * TWO_MINUS_32) | 0;
      this.words[to] = (waitedNs - high * TWO_32) | 0;
      this.words[to + 1] = high;
      head = (head + 1) | 0;
    }
  }
}

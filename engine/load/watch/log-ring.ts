/**
 * Records of I/Os on their way from a worker to whoever writes them: a ring in memory that both share. The worker never waits:
 * what finds no room is counted.
 *
 * Layout of the SharedArrayBuffer:
 *   0   Int32    HEAD, TAIL: records so far that were written and that were taken, modulo 2^32
 *   8   Float64  records that found no room
 *   64  records (stats/io-record.ts)
 */
import { IO_RECORD } from '../../stats/io-record.js';

export const HEAD = 0;
export const TAIL = 1;
export const RECORDS_AT = 64;

/** Records of all rings of a job together, and of one: as few as a few ms may bring, so many at most. */
const MOST_OF_JOB = 2 ** 20;
const MOST = 2 ** 18;
const LEAST = 2 ** 12;

/** Room for a power of two of records of each of so many workers. */
export function newRing(numjobs: number): SharedArrayBuffer {
  const share = 2 ** Math.floor(Math.log2(MOST_OF_JOB / numjobs));
  return ringOf(Math.max(LEAST, Math.min(MOST, share)));
}

/** `records`: a power of two. */
export const ringOf = (records: number): SharedArrayBuffer =>
  new SharedArrayBuffer(RECORDS_AT + records * IO_RECORD.BYTES);

/** The reader's end. */
export class LogRing {
  private readonly memory: SharedArrayBuffer;
  private readonly marks: Int32Array;
  private readonly missed: Float64Array;
  private readonly records: number;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.marks = new Int32Array(memory, 0, 2);
    this.missed = new Float64Array(memory, 8, 1);
    this.records = (memory.byteLength - RECORDS_AT) / IO_RECORD.BYTES;
  }

  /** Records that found no room so far. */
  get dropped(): number {
    return this.missed[0];
  }

  /** The oldest records, as far as they lie in one piece; they stay until `take`. */
  ready(): Uint8Array {
    const tail = this.marks[TAIL];
    const waiting = (Atomics.load(this.marks, HEAD) - tail) >>> 0;
    const from = (tail >>> 0) % this.records;
    const count = Math.min(waiting, this.records - from);
    return new Uint8Array(this.memory, RECORDS_AT + from * IO_RECORD.BYTES, count * IO_RECORD.BYTES);
  }

  /** Gives the room of that many bytes of `ready` back: whole records. */
  take(bytes: number): void {
    Atomics.add(this.marks, TAIL, bytes / IO_RECORD.BYTES);
  }
}

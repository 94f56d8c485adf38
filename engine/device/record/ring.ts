/**
 * Records of commands on their way from the device thread to the one that writes them: a ring in memory that both share. The
 * device thread never waits: what finds no room is counted.
 *
 * Layout of the SharedArrayBuffer:
 *   0   Int32    HEAD, TAIL: records so far that were left and that were taken, modulo 2^32; ENDING; PROBLEM_BYTES
 *   16  Float64  records that found no room; records that could not be written; records in the file
 *   64  why records could not be written, UTF-8
 *   256 records (spec/command-record.ts)
 */
import { COMMAND_RECORD } from '../../spec/command-record.js';

export const HEAD = 0;
export const TAIL = 1;
const ENDING = 2;
const PROBLEM_BYTES = 3;
const MARKS = 4;
/** Of the numbers. */
export const NO_ROOM = 0;
const UNWRITTEN = 1;
const WRITTEN = 2;
const NUMBERS_AT = 16;
const NUMBERS = 3;
const PROBLEM_AT = 64;
const RECORDS_AT = 256;
const MOST_PROBLEM_BYTES = RECORDS_AT - PROBLEM_AT;

/** 16 MiB: a quarter of a second at a million commands a second. */
const RECORDS = 2 ** 18;

/** The parts of a ring, for either end. */
export function ringParts(ring: SharedArrayBuffer) {
  return {
    marks: new Int32Array(ring, 0, MARKS),
    numbers: new Float64Array(ring, NUMBERS_AT, NUMBERS),
    words: new Int32Array(ring, RECORDS_AT),
  };
}

/** `records`: a power of two. */
export function newRecordRing(records = RECORDS): SharedArrayBuffer {
  return new SharedArrayBuffer(RECORDS_AT + records * COMMAND_RECORD.BYTES);
}

/** What became of a record so far. */
export interface RecordState {
  /** Commands in the file. */
  readonly commands: number;
  /** Commands that are not, since it took them too slowly or not at all. */
  readonly lost: number;
  /** Why it could not be written, where that ever was so. */
  readonly problem?: string;
}

/** The end of those who do not make records. */
export class RecordRing {
  private readonly ring: SharedArrayBuffer;
  private readonly marks: Int32Array;
  private readonly numbers: Float64Array;
  private readonly records: number;

  constructor(ring: SharedArrayBuffer) {
    this.ring = ring;
    const { marks, numbers, words } = ringParts(ring);
    this.marks = marks;
    this.numbers = numbers;
    this.records = words.length / COMMAND_RECORD.WORDS;
  }

  /** The oldest records, as far as they lie in one piece; they stay until `take`. */
  ready(): Uint8Array {
    const tail = this.marks[TAIL];
    const waiting = (Atomics.load(this.marks, HEAD) - tail) >>> 0;
    const from = (tail >>> 0) % this.records;
    const count = Math.min(waiting, this.records - from);
    const { BYTES } = COMMAND_RECORD;
    return new Uint8Array(this.ring, RECORDS_AT + from * BYTES, count * BYTES);
  }

  /** Gives the room of so many of them back, which were written, or could not be. */
  take(count: number, problem?: string): void {
    this.numbers[problem === undefined ? WRITTEN : UNWRITTEN] += count;
    if (problem !== undefined) this.noteProblem(problem);
    Atomics.add(this.marks, TAIL, count);
  }

  /** What is there still will not be written. */
  giveUp(problem: string): void {
    for (let left = this.ready(); left.length > 0; left = this.ready())
      this.take(left.length / COMMAND_RECORD.BYTES, problem);
  }

  state(): RecordState {
    const { numbers } = this;
    const problemBytes = Atomics.load(this.marks, PROBLEM_BYTES);
    const problem = Buffer.from(this.ring, PROBLEM_AT, problemBytes).toString('utf8');
    const lost = numbers[NO_ROOM] + numbers[UNWRITTEN];
    return { commands: numbers[WRITTEN], lost, ...(problem === '' ? {} : { problem }) };
  }

  /** The device thread has ended: what is there is all. */
  end(): void {
    Atomics.store(this.marks, ENDING, 1);
    Atomics.notify(this.marks, ENDING);
  }

  /** Sleeps so long unless it ends; whether it does. */
  ends(withinMs: number): boolean {
    return (
      Atomics.load(this.marks, ENDING) !== 0 || Atomics.wait(this.marks, ENDING, 0, withinMs) !== 'timed-out'
    );
  }

  private noteProblem(problem: string): void {
    const bytes = Buffer.from(problem, 'utf8').subarray(0, MOST_PROBLEM_BYTES);
    new Uint8Array(this.ring, PROBLEM_AT).set(bytes);
    Atomics.store(this.marks, PROBLEM_BYTES, bytes.length);
  }
}

/**
 * I/Os of a trace on their way to a worker: a ring in memory that both share. The main thread fills what is free, ahead of the
 * time at which it is due. A trace that fits is in it as a whole before the job begins.
 *
 * Layout of the SharedArrayBuffer:
 *   0   Int32  HEAD, TAIL: records so far that were written and that were taken, modulo 2^32
 *   64  records of RING_RECORD
 */
import { OPCODE_OF } from '../../path/operations.js';
import { OPERATIONS } from '../../stats/operations.js';
import { TRACE_RECORD, type TraceRecords } from '../../stats/trace-record.js';

export const HEAD = 0;
export const TAIL = 1;
export const RECORDS_AT = 64;

/** Words (Int32) of a record; the first two are a double. */
export const RING_RECORD = {
  WORDS: 8,
  /** log2 of WORDS. */
  SHIFT: 3,
  /** ns since the first I/O, at the speed of the job. */
  DUE: 0,
  SLBA_LOW: 2,
  SLBA_HIGH: 3,
  LBAS: 4,
  /** Index in OPERATIONS. */
  OPERATION: 5,
  OPCODE: 6,
} as const;

/** Records of a ring: what a quarter of a second brings at a million I/Os per second. */
const MOST = 2 ** 18;
/** As many as a worker notes of what it issued, and its rehearsal takes at once. */
const FIRST = 4096;
/** Records that are read at once. */
const PIECE = 4096;
const TWO_32 = 2 ** 32;
const RECORD_BYTES = RING_RECORD.WORDS * 4;

/** A job that plays a trace, as each worker knows it. */
export interface Replay {
  /** I/Os of the trace. */
  readonly ios: number;
  /** Each goes as soon as there is room for it, whenever it was recorded. */
  readonly noStall: boolean;
  /** How many times as fast as recorded; 1 is the speed of the record. */
  readonly speed: number;
  /** When the last I/O is due, ns from the first, at that speed. */
  readonly spanNs: number;
  /** What all of it writes. */
  readonly writtenBytes: number;
}

const ringOf = (records: number): SharedArrayBuffer =>
  new SharedArrayBuffer(RECORDS_AT + records * RECORD_BYTES);

const powerOfTwoFrom = (count: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, count)));

/** Whether I/Os of a job are due at times of their own. */
export const isPaced = ({
  rateIops,
  replay,
}: {
  readonly rateIops?: number;
  readonly replay?: Replay;
}): boolean => rateIops !== undefined || replay?.noStall === false;

/** The main thread's end. */
export class TraceRing {
  readonly memory: SharedArrayBuffer;
  private readonly marks: Int32Array;
  private readonly words: Int32Array;
  private readonly due: Float64Array;
  private readonly records: number;
  private readonly piece = new Float64Array(PIECE * TRACE_RECORD.WORDS);
  private readonly source: TraceRecords;
  private readonly lbaBytes: number;
  private readonly speed: number;
  private next = 0;
  private whole = false;

  /** Lengths that are no whole blocks of `lbaBytes` are rounded up; offsets are of whole ones. */
  constructor(source: TraceRecords, { ios, speed }: Replay, lbaBytes: number, most = MOST) {
    this.records = Math.min(most, powerOfTwoFrom(ios));
    this.memory = ringOf(this.records);
    this.marks = new Int32Array(this.memory, 0, 2);
    this.words = new Int32Array(this.memory, RECORDS_AT);
    this.due = new Float64Array(this.memory, RECORDS_AT);
    this.source = source;
    this.lbaBytes = lbaBytes;
    this.speed = speed;
  }

  /** Fills what is free. Returns whether the end of the trace is in it. Throws EngineError where the trace cannot be read. */
  topUp(): boolean {
    while (!this.whole) {
      const free = this.records - ((this.next - Atomics.load(this.marks, TAIL)) >>> 0);
      // A piece that wraps would be two: as much as lies behind each other.
      const room = Math.min(free, this.records - (this.next % this.records), PIECE);
      if (room === 0) break;
      const read = this.source.read(this.next, this.piece.subarray(0, room * TRACE_RECORD.WORDS));
      for (let i = 0; i < read; i++) this.put((this.next + i) % this.records, i * TRACE_RECORD.WORDS);
      this.next += read;
      this.whole = read < room;
      Atomics.store(this.marks, HEAD, this.next | 0);
    }
    return this.whole;
  }

  private put(record: number, from: number): void {
    const { piece, words, due, lbaBytes } = this;
    const at = record * RING_RECORD.WORDS;
    const slba = piece[from + TRACE_RECORD.OFFSET_BYTES] / lbaBytes;
    const operation = piece[from + TRACE_RECORD.LINE_OPERATION] % TRACE_RECORD.LINE;
    const upper = Math.floor(slba / TWO_32);
    due[at / 2] = piece[from + TRACE_RECORD.DUE_NS] / this.speed;
    words[at + RING_RECORD.SLBA_LOW] = (slba - upper * TWO_32) | 0;
    words[at + RING_RECORD.SLBA_HIGH] = upper;
    words[at + RING_RECORD.LBAS] = Math.ceil(piece[from + TRACE_RECORD.LENGTH_BYTES] / lbaBytes);
    words[at + RING_RECORD.OPERATION] = operation;
    words[at + RING_RECORD.OPCODE] = OPCODE_OF[OPERATIONS[operation]];
  }

  /** The first I/Os, as far as they are in it, in a ring of their own: before a worker takes any. */
  first(): SharedArrayBuffer {
    const count = Math.min(this.next, FIRST);
    const ring = ringOf(powerOfTwoFrom(count));
    new Int32Array(ring, RECORDS_AT).set(this.words.subarray(0, count * RING_RECORD.WORDS));
    new Int32Array(ring)[HEAD] = count;
    return ring;
  }
}

/** A ring for rehearsals, of the same I/Os over and over, all due at once; `refill` makes it full again. */
export function rehearsalRing(first: SharedArrayBuffer): { memory: SharedArrayBuffer; refill: () => void } {
  const memory = ringOf(FIRST);
  const marks = new Int32Array(memory, 0, 2);
  const words = new Int32Array(memory, RECORDS_AT);
  const known = new Int32Array(first, RECORDS_AT).subarray(
    0,
    new Int32Array(first)[HEAD] * RING_RECORD.WORDS,
  );
  for (let at = 0; at < words.length && known.length > 0; at += known.length)
    words.set(known.subarray(0, Math.min(known.length, words.length - at)), at);
  const due = new Float64Array(memory, RECORDS_AT);
  for (let at = 0; at < due.length; at += RING_RECORD.WORDS / 2) due[at] = 0;
  const refill = (): void => {
    Atomics.store(marks, HEAD, (Atomics.load(marks, TAIL) + FIRST) | 0);
  };
  refill();
  return { memory, refill };
}

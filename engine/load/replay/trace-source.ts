/** HOT: the next I/Os of a job that plays a trace, from the ring that the main thread fills. */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { WRITE } from '../../stats/operations.js';
import type { Source } from '../workload/source.js';
import { RECORDS_AT, RING_RECORD, TAIL } from './trace-ring.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const WRITES = WRITE;
const { OPCODE, SLBA_LOW, SLBA_HIGH, NEXT_OPERATION, LBAS } = SLOT;
const RING_SHIFT = RING_RECORD.SHIFT;
const FROM_LOW = RING_RECORD.SLBA_LOW;
const FROM_HIGH = RING_RECORD.SLBA_HIGH;
const FROM_LBAS = RING_RECORD.LBAS;
const FROM_OPERATION = RING_RECORD.OPERATION;
const FROM_OPCODE = RING_RECORD.OPCODE;

export class TraceSource implements Source {
  /** They differ, as far as anybody knows. */
  readonly operation = -1;
  private readonly marks: Int32Array;
  private readonly words: Int32Array;
  private readonly mask: number;
  private tail = 0;
  private readonly writers = new Uint16Array(BATCH);

  /** Takes no more than there is: who asks has looked (`recorded-schedule.ts`). */
  constructor(ring: SharedArrayBuffer) {
    this.marks = new Int32Array(ring, 0, 2);
    this.words = new Int32Array(ring, RECORDS_AT);
    this.mask = this.words.length / RING_RECORD.WORDS - 1;
  }

  prepare(slots: Slots): void {
    for (let record = 0; record < slots.length; record += SLOT.WORDS) {
      slots[record + SLOT.OPERATION] = 0;
      slots[record + NEXT_OPERATION] = 0;
    }
  }

  fill(slots: Slots, batch: Uint16Array, count: number): number {
    const { words, writers, mask } = this;
    let tail = this.tail | 0;
    let writing = 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const from = (tail & mask) << RING_SHIFT;
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const operation = words[from | FROM_OPERATION];
      slots[record | OPCODE] = words[from | FROM_OPCODE];
      slots[record | SLBA_LOW] = words[from | FROM_LOW];
      slots[record | SLBA_HIGH] = words[from | FROM_HIGH];
      slots[record | LBAS] = words[from | FROM_LBAS];
      slots[record | NEXT_OPERATION] = operation;
      writers[writing] = slot;
      writing = (writing + (operation === WRITES ? 1 : 0)) | 0;
      tail = (tail + 1) | 0;
    }
    this.tail = tail;
    Atomics.store(this.marks, TAIL, tail);
    return writing;
  }

  writing(): Uint16Array {
    return this.writers;
  }

  /** A trace has no passes. */
  endPass(): void {}
}

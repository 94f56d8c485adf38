/**
 * HOT: the I/Os of a job with a backlog: its writes, and between them reads of those that have completed. Whenever so many writes
 * are unread, a number of reads is due, which go as soon as there is what they may read, as fio's `verify_backlog` has it.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots, slbaOf } from '../../path/path.js';
import { NVM } from '../../spec/index.js';
import { READ, WRITE } from '../../stats/operations.js';
import type { PlannedSource } from '../workload/planned-source.js';
import type { Source } from '../workload/source.js';
import type { Places } from './places.js';
import type { Backlog } from './report.js';
import { Unread } from './unread.js';

const RECORD_SHIFT = SLOT_SHIFT;
const TWO_32 = 2 ** 32;
const { OPCODE, SLBA_LOW, SLBA_HIGH, OPERATION, NEXT_OPERATION, LBAS } = SLOT;

export class BacklogSource implements PlannedSource {
  readonly operation = -1;
  beside = 0;
  private readonly inner: Source;
  private readonly every: number;
  private readonly batch: number;
  private readonly blockLbas: number;
  private readonly completed = new Unread();
  /** Writes that were planned and not read since, whether they have completed or not. */
  private unread = 0;
  /** Reads that are due. */
  private due = 0;
  /** What may go: of each the length of a read, or 0 of a write. */
  private readonly lengths = new Int32Array(BATCH);
  private readonly slbas = new Float64Array(BATCH);
  private ready = 0;
  private readonly writers = new Uint16Array(BATCH);

  /** `inner`: of the writes, which have `blockLbas` logical blocks each unless it says otherwise. */
  constructor(inner: Source, { every, batch }: Backlog, blockLbas: number) {
    this.inner = inner;
    this.every = every;
    this.batch = batch;
    this.blockLbas = blockLbas;
  }

  prepare(slots: Slots): void {
    this.inner.prepare(slots);
  }

  prepareIos(most: number): number {
    while (this.ready < most) this.plan();
    return this.ready;
  }

  countWith(ios: number): number {
    let left = ios;
    let count = 0;
    while (count < this.ready && (this.lengths[count] > 0 || left-- > 0)) count++;
    return count;
  }

  iosAmong(count: number): number {
    let ios = 0;
    for (let i = 0; i < count; i++) ios += Number(this.lengths[i] === 0);
    return ios;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): number {
    const { lengths, slbas, writers } = this;
    let writing = 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const reads = lengths[i] > 0;
      slots[record | OPCODE] = reads ? NVM.READ : NVM.WRITE;
      slots[record | NEXT_OPERATION] = reads ? READ : WRITE;
      slots[record | LBAS] = reads ? lengths[i] : this.blockLbas;
      if (!reads) {
        writers[writing] = slot;
        writing = (writing + 1) | 0;
        continue;
      }
      const upper = Math.floor(slbas[i] / TWO_32);
      slots[record | SLBA_LOW] = (slbas[i] - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
      this.beside++;
    }
    if (writing > 0) this.inner.fill(slots, writers, writing);
    lengths.copyWithin(0, count, this.ready);
    slbas.copyWithin(0, count, this.ready);
    this.ready -= count;
    return writing;
  }

  writing(): Uint16Array {
    return this.writers;
  }

  endPass(): void {
    this.inner.endPass();
  }

  ended(slots: Slots, record: number, failed: boolean): void {
    if (slots[record | OPERATION] === READ) this.beside--;
    else if (failed) this.unread--;
    else this.completed.add(slbaOf(slots, record), slots[record | LBAS]);
  }

  /** What the job leaves unread, once nothing is in flight any more. */
  rest(): Places {
    for (let i = 0; i < this.ready; i++)
      if (this.lengths[i] > 0) this.completed.add(this.slbas[i], this.lengths[i]);
    this.ready = 0;
    return this.completed;
  }

  private plan(): void {
    const { completed, ready } = this;
    if (this.due > 0 && completed.left) {
      completed.take();
      this.lengths[ready] = completed.lbas;
      this.slbas[ready] = completed.slba;
      this.unread--;
      this.due--;
    } else {
      this.lengths[ready] = 0;
      this.unread++;
      if (this.due === 0 && this.unread % this.every === 0) this.due = this.batch;
    }
    this.ready++;
  }
}

/** HOT: the queue of the most usual jobs: what of a command differs is three words. */
import { SQE } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { baseOf, RECORDS } from '../records.js';
import { hasBoth, type PcieQueueSpec, POINTER, TransferQueue } from './transfer-queue.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const records = RECORDS;
const ENTRY_SHIFT = 4;
const ENTRY_WORDS = SQE.WORDS;
const RECORD_SHIFT = SLOT_SHIFT;
const { OPCODE, SLBA_LOW } = SLOT;
const { PRP1_LOW, CDW10 } = SQE;

/** PRP1's lower words of what the records of the thread are of, two to a record: of its reads, and of its writes. */
const prp1Low = new Int32Array(new ArrayBuffer((2 * RECORDS.byteLength) >> SLOT_SHIFT));
const TO_PRP1 = SLOT_SHIFT - 1;

/**
 * As PageQueue, where PRP1 and SLBA have the same upper words in all commands: buffers within one 4 GiB of IOVA space, a
 * namespace of at most 2^32 blocks. Its records lie in RECORDS.
 */
export class NearQueue extends TransferQueue {
  private readonly base: number;
  /** Its commands are reads and writes. */
  private readonly both: boolean;

  constructor(spec: PcieQueueSpec, slots: Slots) {
    super(spec, slots);
    const { pointers, iodepth } = spec;
    this.base = baseOf(slots);
    this.both = hasBoth(spec);
    for (let slot = 0; slot < iodepth; slot++) {
      const own = slot * POINTER.WORDS + POINTER.PRP1_LOW;
      const at = (slot * SLOT.WORDS + this.base) >> TO_PRP1;
      prp1Low[at] = pointers[own];
      prp1Low[at + 1] = pointers[own + this.toWrite];
    }
    for (let entry = 0; entry < this.entries; entry++)
      this.sq[entry * SQE.WORDS + SQE.PRP1_HIGH] = pointers[POINTER.PRP1_HIGH];
  }

  post(batch: Uint16Array, count: number): void {
    if (this.both === true) this.postMixed(batch, count);
    else this.postAlike(batch, count, this.slots[(batch[0] << RECORD_SHIFT) | OPCODE]);
  }

  private postAlike(batch: Uint16Array, count: number, opcode: number): void {
    const { sq } = this;
    const base = this.base | 0;
    const end = this.entries << ENTRY_SHIFT;
    let at = this.tail << ENTRY_SHIFT;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = ((slot << RECORD_SHIFT) + base) | 0;
      sq[at] = opcode | (slot << 16);
      sq[(at + PRP1_LOW) | 0] = prp1Low[record >>> TO_PRP1];
      sq[(at + CDW10) | 0] = records[(record + SLBA_LOW) | 0];
      at = (at + ENTRY_WORDS) | 0;
      if (at === end) at = 0;
    }
    this.tail = at >>> ENTRY_SHIFT;
  }

  private postMixed(batch: Uint16Array, count: number): void {
    const { sq } = this;
    const base = this.base | 0;
    const end = this.entries << ENTRY_SHIFT;
    let at = this.tail << ENTRY_SHIFT;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = ((slot << RECORD_SHIFT) + base) | 0;
      const opcode = records[(record + OPCODE) | 0];
      sq[at] = opcode | (slot << 16);
      // Bit 0 of an opcode: data goes to the controller.
      sq[(at + PRP1_LOW) | 0] = prp1Low[(record >>> TO_PRP1) | (opcode & 1)];
      sq[(at + CDW10) | 0] = records[(record + SLBA_LOW) | 0];
      at = (at + ENTRY_WORDS) | 0;
      if (at === end) at = 0;
    }
    this.tail = at >>> ENTRY_SHIFT;
  }
}

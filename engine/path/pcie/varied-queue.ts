/**
 * HOT: I/Os of several lengths. The pages of a buffer stand in its PRP list in their order, so that a shorter transfer takes
 * the beginning of the list, or has its second page in PRP2 (NVMe base 2.0, 4.1.1). A list that goes on in a second page would
 * have a pointer to that where a shorter one has its last page: `queue-plan.ts` keeps commands that short.
 */
import { SQE } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { type PcieQueueSpec, POINTER, TransferQueue } from './transfer-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const ENTRY_SHIFT = 4;
const POINTERS = POINTER.WORDS;
const { OPCODE, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { PRP1_LOW, PRP1_HIGH, PRP2_LOW, PRP2_HIGH, CDW10, CDW11, CDW12 } = SQE;

/** Each I/O is one command. */
export class VariedQueue extends TransferQueue {
  private readonly lbaBytes: number;
  private readonly pageBytes: number;

  constructor(spec: PcieQueueSpec, slots: Slots) {
    super(spec, slots);
    this.lbaBytes = spec.lbaBytes;
    this.pageBytes = spec.pageBytes;
  }

  post(batch: Uint16Array, count: number): void {
    const { slots } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const low = slots[record | SLBA_LOW];
      this.postCommand(slot, slots[record | OPCODE], low, slots[record | SLBA_HIGH], slots[record | LBAS]);
    }
  }

  /** One command with the buffer of that identifier. */
  protected postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    const { sq, pointers } = this;
    // Bit 0 of an opcode: data goes to the controller.
    const pointer = (Math.imul(cid, POINTERS) + Math.imul(opcode & 1, this.toWrite)) | 0;
    const pageBytes = this.pageBytes | 0;
    const bytes = Math.imul(lbas, this.lbaBytes);
    const at = this.tail << ENTRY_SHIFT;
    sq[at] = opcode | (cid << 16);
    sq[at | PRP1_LOW] = pointers[pointer];
    sq[at | PRP1_HIGH] = pointers[(pointer + 1) | 0];
    if (bytes <= pageBytes) {
      sq[at | PRP2_LOW] = 0;
      sq[at | PRP2_HIGH] = 0;
    } else if (bytes <= pageBytes << 1) {
      const second = (pointers[pointer] + pageBytes) | 0;
      sq[at | PRP2_LOW] = second;
      // Buffers begin at a page: the sum is 0 where it goes on in the upper word.
      sq[at | PRP2_HIGH] = (pointers[(pointer + 1) | 0] + Number(second === 0)) | 0;
    } else {
      sq[at | PRP2_LOW] = pointers[(pointer + 2) | 0];
      sq[at | PRP2_HIGH] = pointers[(pointer + 3) | 0];
    }
    sq[at | CDW10] = low;
    sq[at | CDW11] = high;
    sq[at | CDW12] = lbas - 1;
    const tail = (this.tail + 1) | 0;
    this.tail = tail === this.entries ? 0 : tail;
  }
}

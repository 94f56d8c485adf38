/**
 * HOT: jobs that have others than reads and writes. Compare has the buffer of a write, the rest none; Dataset Management reads the
 * ranges of its slot (NVM command set 1.0, 3.2.3). What an entry does not need is 0: it may have been of another operation.
 */
import { DSM, NVM, SQE } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { fillRange, NO_RANGES, type Ranges, rangesAt, type SlotRanges } from '../ranges.js';
import type { PcieQueueSpec } from './transfer-queue.js';
import { VariedQueue } from './varied-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const ENTRY_SHIFT = 4;
const { OPCODE, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { PRP1_LOW, PRP1_HIGH, PRP2_LOW, PRP2_HIGH, CDW10, CDW11, CDW12 } = SQE;

export class OperationQueue extends VariedQueue {
  /** Of each slot. */
  readonly ranges: SlotRanges;
  private readonly iovas: Int32Array;

  /** `ranges`: of jobs that deallocate. */
  constructor(spec: PcieQueueSpec, ranges: Ranges | undefined, slots: Slots) {
    super(spec, slots);
    this.iovas = ranges?.iovas ?? new Int32Array(0);
    this.ranges = ranges === undefined ? NO_RANGES : rangesAt(ranges.address, spec.iodepth, ranges.perSlot);
  }

  override post(batch: Uint16Array, count: number): void {
    const { slots } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const low = slots[record | SLBA_LOW];
      const high = slots[record | SLBA_HIGH];
      if (opcode === NVM.READ || opcode === NVM.WRITE || opcode === NVM.COMPARE)
        this.postCommand(slot, opcode, low, high, slots[record | LBAS]);
      else if (opcode === NVM.DATASET_MANAGEMENT) this.postRange(slot, low, high, slots[record | LBAS]);
      else this.postOther(slot, opcode, low, high, slots[record | LBAS]);
    }
  }

  private postRange(slot: number, low: number, high: number, lbas: number): void {
    const { iovas } = this;
    const { words, perSlot, further } = this.ranges;
    fillRange(words, Math.imul(slot, perSlot), low, high, lbas);
    const at = slot << 1;
    this.write(slot, NVM.DATASET_MANAGEMENT, iovas[at], iovas[at | 1], further[slot], DSM.DEALLOCATE, 0);
  }

  /** Flush has neither blocks nor a length; Write Zeroes and Verify have both. */
  protected postOther(slot: number, opcode: number, low: number, high: number, lbas: number): void {
    this.write(slot, opcode, 0, 0, low, high, lbas === 0 ? 0 : lbas - 1);
  }

  protected write(
    slot: number,
    opcode: number,
    prp1Low: number,
    prp1High: number,
    cdw10: number,
    cdw11: number,
    cdw12: number,
  ): void {
    const { sq } = this;
    const at = this.tail << ENTRY_SHIFT;
    sq[at] = opcode | (slot << 16);
    sq[at | PRP1_LOW] = prp1Low;
    sq[at | PRP1_HIGH] = prp1High;
    sq[at | PRP2_LOW] = 0;
    sq[at | PRP2_HIGH] = 0;
    sq[at | CDW10] = cdw10;
    sq[at | CDW11] = cdw11;
    sq[at | CDW12] = cdw12;
    const tail = (this.tail + 1) | 0;
    this.tail = tail === this.entries ? 0 : tail;
  }
}

/**
 * HOT: jobs that have others than reads and writes, through a ring. Each operation has an entry of its own in each slot, found by
 * its opcode; what differs from I/O to I/O is written into it.
 */
import { DSM, NVM } from '../../spec/index.js';
import { COMMAND_AT, URING_SQE } from '../../sys/io-uring-abi.js';
import { viewAt } from '../../sys/mapping.js';
import { NVME_COMMAND } from '../../sys/nvme-ioctl-abi.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { CommandQueue } from './command-queue.js';
import type { OperationEntries, UringQueueSpec } from './uring-queue.js';
import { VariedTransfers } from './varied-queues.js';

const RECORD_SHIFT = SLOT_SHIFT;
const TRANSFER_SHIFT = 4;
const COMMAND_SHIFT = 5;
const { OPCODE, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { OFFSET_LOW, OFFSET_HIGH, ADDRESS_LOW, LENGTH } = URING_SQE;
const COMMAND = {
  DATA_LENGTH: COMMAND_AT + NVME_COMMAND.DATA_LENGTH,
  CDW10: COMMAND_AT + NVME_COMMAND.CDW10,
  CDW11: COMMAND_AT + NVME_COMMAND.CDW11,
  CDW12: COMMAND_AT + NVME_COMMAND.CDW12,
};
const RANGE_WORDS = DSM.RANGE_BYTES / 4;

/** Reads and writes, fsync and fallocate. */
export class OperationTransfers extends VariedTransfers {
  private readonly firsts: Int32Array;

  constructor(spec: UringQueueSpec, { firsts }: OperationEntries, slots: Slots) {
    super(spec, slots);
    this.firsts = firsts;
  }

  override post(batch: Uint16Array, count: number): void {
    const { rings, sqes, slots, lengths, firsts } = this;
    const shift = this.lbaShift | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const entry = (firsts[opcode] + slot) | 0;
      const at = entry << TRANSFER_SHIFT;
      const low = slots[record | SLBA_LOW];
      const bytes = slots[record | LBAS] * 2 ** shift;
      sqes[at | OFFSET_LOW] = low << shift;
      sqes[at | OFFSET_HIGH] = (slots[record | SLBA_HIGH] << shift) | (low >>> (32 - shift));
      const moves = opcode === NVM.READ || opcode === NVM.WRITE;
      if (moves) sqes[at | LENGTH] = bytes;
      else if (opcode !== NVM.FLUSH) {
        // fallocate(2): the length stands where others have their buffer.
        sqes[at | ADDRESS_LOW] = bytes | 0;
        sqes[at | (ADDRESS_LOW + 1)] = Math.floor(bytes / 2 ** 32);
      }
      lengths[slot] = moves ? bytes : 0;
      rings[(this.sqArrayAt + (this.tail & this.sqMask)) | 0] = entry;
      this.tail = (this.tail + 1) | 0;
    }
  }
}

/** Commands of our own. */
export class OperationCommands extends CommandQueue {
  private readonly firsts: Int32Array;
  private readonly ranges: Int32Array;

  constructor(spec: UringQueueSpec, { firsts, rangesAddress }: OperationEntries, slots: Slots) {
    super(spec, slots);
    this.firsts = firsts;
    this.ranges = new Int32Array(viewAt(rangesAddress, spec.iodepth * DSM.RANGE_BYTES));
  }

  override post(batch: Uint16Array, count: number): void {
    const { rings, sqes, slots, firsts, ranges } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const entry = (firsts[opcode] + slot) | 0;
      const at = entry << COMMAND_SHIFT;
      const lbas = slots[record | LBAS];
      if (opcode === NVM.DATASET_MANAGEMENT) {
        const range = slot * RANGE_WORDS;
        ranges[range + DSM.RANGE_LBAS] = lbas;
        ranges[range + DSM.RANGE_SLBA_LOW] = slots[record | SLBA_LOW];
        ranges[range + DSM.RANGE_SLBA_HIGH] = slots[record | SLBA_HIGH];
      } else if (opcode !== NVM.FLUSH) {
        sqes[at + COMMAND.CDW10] = slots[record | SLBA_LOW];
        sqes[at + COMMAND.CDW11] = slots[record | SLBA_HIGH];
        sqes[at + COMMAND.CDW12] = lbas - 1;
        if (opcode === NVM.READ || opcode === NVM.WRITE)
          sqes[at + COMMAND.DATA_LENGTH] = lbas << this.lbaShift;
      }
      rings[(this.sqArrayAt + (this.tail & this.sqMask)) | 0] = entry;
      this.tail = (this.tail + 1) | 0;
    }
  }
}

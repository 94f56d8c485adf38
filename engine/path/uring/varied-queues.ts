/** HOT: I/Os of several lengths through a ring: each entry is told the length of its I/O, and its answer held against that. */
import { COMMAND_AT, URING_SQE } from '../../sys/io-uring-abi.js';
import { NVME_COMMAND } from '../../sys/nvme-ioctl-abi.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { CommandQueue } from './command-queue.js';
import { UringQueue, type UringQueueSpec } from './uring-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const TRANSFER_SHIFT = 4;
const COMMAND_SHIFT = 5;
const { OPCODE, LBAS } = SLOT;
const { LENGTH } = URING_SQE;
const DATA_LENGTH_AT = COMMAND_AT + NVME_COMMAND.DATA_LENGTH;
const CDW12_AT = COMMAND_AT + NVME_COMMAND.CDW12;

/** Reads and writes. */
export class VariedTransfers extends UringQueue {
  /** Bytes of what is outstanding in each slot. */
  protected readonly lengths: Int32Array;
  private readonly rehearsed: boolean;

  constructor(spec: UringQueueSpec, slots: Slots) {
    super(spec, slots);
    this.rehearsed = spec.rehearsed === true;
    this.lengths = new Int32Array(spec.iodepth);
  }

  override post(batch: Uint16Array, count: number): void {
    const { sqes, slots, lengths } = this;
    const writesFrom = this.writesFrom | 0;
    const lbaShift = this.lbaShift | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const entry = (slot + Math.imul(slots[record | OPCODE] & 1, writesFrom)) | 0;
      const bytes = slots[record | LBAS] << lbaShift;
      sqes[((entry << TRANSFER_SHIFT) + LENGTH) | 0] = bytes;
      lengths[slot] = bytes;
    }
    super.post(batch, count);
  }

  protected override statusOf(result: number, slot: number): number {
    if (result === this.lengths[slot] || (this.rehearsed && result === 0)) return 0;
    return this.failureOf(result);
  }
}

/** Commands of our own. */
export class VariedCommands extends CommandQueue {
  override post(batch: Uint16Array, count: number): void {
    const { sqes, slots } = this;
    const writesFrom = this.writesFrom | 0;
    const lbaShift = this.lbaShift | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const entry = (slot + Math.imul(slots[record | OPCODE] & 1, writesFrom)) | 0;
      const at = entry << COMMAND_SHIFT;
      const lbas = slots[record | LBAS];
      sqes[(at + DATA_LENGTH_AT) | 0] = lbas << lbaShift;
      sqes[(at + CDW12_AT) | 0] = lbas - 1;
    }
    super.post(batch, count);
  }
}

/**
 * HOT: reads and writes as NVMe commands of our own, through the generic device of a namespace (IORING_OP_URING_CMD). The
 * kernel's driver queues them as they are and answers with the status of the drive; block layer and file system have no part.
 * An entry has 128 bytes: the command stands in its second half, filled before the job but for the block that it begins at.
 */
import { COMMAND_AT } from '../../sys/io-uring-abi.js';
import { NVME_COMMAND } from '../../sys/nvme-ioctl-abi.js';
import { SLOT, SLOT_SHIFT } from '../path.js';
import { UringQueue } from './uring-queue.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const ENTRY_SHIFT = 5;
const { OPCODE, SLBA_LOW, SLBA_HIGH } = SLOT;
const SLBA_LOW_AT = COMMAND_AT + NVME_COMMAND.CDW10;
const SLBA_HIGH_AT = COMMAND_AT + NVME_COMMAND.CDW11;
const STATUS_BITS = 0x7fff;

export class CommandQueue extends UringQueue {
  override post(batch: Uint16Array, count: number): void {
    const { rings, sqes, slots } = this;
    const writesFrom = this.writesFrom | 0;
    const mask = this.sqMask | 0;
    const array = this.sqArrayAt | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const entry = (slot + Math.imul(slots[record | OPCODE] & 1, writesFrom)) | 0;
      const at = entry << ENTRY_SHIFT;
      sqes[(at + SLBA_LOW_AT) | 0] = slots[record | SLBA_LOW];
      sqes[(at + SLBA_HIGH_AT) | 0] = slots[record | SLBA_HIGH];
      rings[(array + (tail & mask)) | 0] = entry;
      tail = (tail + 1) | 0;
    }
    this.tail = tail;
  }

  /** What is above 0 is the status of the drive. */
  protected override failureOf(result: number): number {
    return result > 0 ? result & STATUS_BITS : super.failureOf(result);
  }
}

/**
 * HOT: jobs whose I/Os have several lengths, or are others than reads and writes, through a ring. Each operation has an entry of
 * its own in each slot, found by its opcode; what differs from I/O to I/O is written into it.
 */
import { DSM, NVM, ZNS } from '../../spec/index.js';
import { COMMAND_AT, URING_SQE } from '../../sys/io-uring-abi.js';
import { NVME_COMMAND } from '../../sys/nvme-ioctl-abi.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { fillRange, NO_RANGES, rangesAt, type SlotRanges } from '../ranges.js';
import { CommandQueue } from './command-queue.js';
import { type OperationEntries, UringQueue, type UringQueueSpec } from './uring-queue.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const TRANSFER_SHIFT = 4;
const COMMAND_SHIFT = 5;
const TWO_32 = 2 ** 32;
const { OPCODE, SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const { READ, WRITE, COMPARE, FLUSH, DATASET_MANAGEMENT: DEALLOCATE } = NVM;
const { OFFSET_LOW, OFFSET_HIGH, ADDRESS_LOW, ADDRESS_HIGH, LENGTH } = URING_SQE;
const DATA_LENGTH = COMMAND_AT + NVME_COMMAND.DATA_LENGTH;
const CDW10 = COMMAND_AT + NVME_COMMAND.CDW10;
const CDW11 = COMMAND_AT + NVME_COMMAND.CDW11;
/** The lower half of CDW12, in half words: what else it has stays as it was filled. */
const NLB = (COMMAND_AT + NVME_COMMAND.CDW12) << 1;
const RANGE_BYTES = DSM.RANGE_BYTES;
const APPEND = ZNS.ZONE_APPEND;
const fill = fillRange;

/** Reads and writes, fsync and fallocate: an answer is held against the length of its I/O. */
export class OperationTransfers extends UringQueue {
  private readonly firsts: Int32Array;
  /** Bytes that what is outstanding in each slot moves. */
  private readonly lengths: Int32Array;
  private readonly rehearsed: boolean;

  constructor(spec: UringQueueSpec, { firsts }: OperationEntries, slots: Slots) {
    super(spec, slots);
    this.firsts = firsts;
    this.lengths = new Int32Array(spec.iodepth);
    this.rehearsed = spec.rehearsed === true;
  }

  override post(batch: Uint16Array, count: number): void {
    const { rings, sqes, slots, lengths, firsts } = this;
    const mask = this.sqMask | 0;
    const array = this.sqArrayAt | 0;
    const shift = this.lbaShift | 0;
    const lbaBytes = 1 << shift;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const entry = (firsts[opcode] + slot) | 0;
      const at = entry << TRANSFER_SHIFT;
      const low = slots[record | SLBA_LOW];
      const bytes = slots[record | LBAS] * lbaBytes;
      sqes[at | OFFSET_LOW] = low << shift;
      sqes[at | OFFSET_HIGH] = (slots[record | SLBA_HIGH] << shift) | (low >>> (32 - shift));
      const moves = opcode === READ || opcode === WRITE;
      if (moves) sqes[at | LENGTH] = bytes;
      else if (opcode !== FLUSH) {
        // fallocate(2): the length stands where others have their buffer.
        sqes[at | ADDRESS_LOW] = bytes | 0;
        sqes[at | ADDRESS_HIGH] = Math.floor(bytes / TWO_32);
      }
      lengths[slot] = moves ? bytes : 0;
      rings[(array + (tail & mask)) | 0] = entry;
      tail = (tail + 1) | 0;
    }
    this.tail = tail;
  }

  protected override statusOf(result: number, slot: number): number {
    if (result === this.lengths[slot] || (this.rehearsed && result === 0)) return 0;
    return this.failureOf(result);
  }
}

/** Commands of our own. */
export class OperationCommands extends CommandQueue {
  private readonly firsts: Int32Array;
  /** Of each slot. */
  readonly ranges: SlotRanges;
  /** Of the entries. */
  private readonly halves: Uint16Array;

  constructor(
    spec: UringQueueSpec,
    { firsts, rangesAddress, rangesPerSlot }: OperationEntries,
    slots: Slots,
  ) {
    super(spec, slots);
    this.firsts = firsts;
    this.halves = new Uint16Array(this.sqes.buffer, this.sqes.byteOffset, 2 * this.sqes.length);
    this.ranges =
      rangesAddress === undefined ? NO_RANGES : rangesAt(rangesAddress, spec.iodepth, rangesPerSlot);
  }

  override post(batch: Uint16Array, count: number): void {
    const { rings, sqes, halves, slots, firsts } = this;
    const { words, perSlot, further } = this.ranges;
    const mask = this.sqMask | 0;
    const array = this.sqArrayAt | 0;
    const lbaShift = this.lbaShift | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const entry = (firsts[opcode] + slot) | 0;
      const at = entry << COMMAND_SHIFT;
      const low = slots[record | SLBA_LOW];
      const high = slots[record | SLBA_HIGH];
      const lbas = slots[record | LBAS];
      if (opcode === DEALLOCATE) {
        fill(words, Math.imul(slot, perSlot), low, high, lbas);
        sqes[(at + CDW10) | 0] = further[slot];
        sqes[(at + DATA_LENGTH) | 0] = Math.imul(further[slot] + 1, RANGE_BYTES);
      } else if (opcode !== FLUSH) {
        sqes[(at + CDW10) | 0] = low;
        sqes[(at + CDW11) | 0] = high;
        // A reset of a zone has no length.
        halves[((at << 1) + NLB) | 0] = lbas - Number(lbas > 0);
        if (opcode === READ || opcode === WRITE || opcode === COMPARE || opcode === APPEND)
          sqes[(at + DATA_LENGTH) | 0] = lbas << lbaShift;
      }
      rings[(array + (tail & mask)) | 0] = entry;
      tail = (tail + 1) | 0;
    }
    this.tail = tail;
  }
}

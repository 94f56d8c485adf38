/** HOT: I/Os beyond what one command transfers. Each is several commands on consecutive blocks and completes with its last. */
import { CQE, PHASE_BIT, SQE, STATUS_SHIFT } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { type PcieQueueSpec, POINTER, TransferQueue } from './transfer-queue.js';

const TWO_32 = 2 ** 32;

export class SplitQueue extends TransferQueue {
  private readonly parts: number;
  private readonly partLbas: number;
  /** 1 for each command that has not completed. */
  private readonly pending: Uint8Array;
  /** Commands of each slot's I/O that have not completed. */
  private readonly pendingParts: Uint16Array;
  /** First bad status among the commands of each slot's I/O; 0 where there is none. */
  private readonly failed: Uint16Array;

  constructor(spec: PcieQueueSpec, slots: Slots) {
    super(spec, slots);
    this.parts = spec.parts;
    this.partLbas = spec.partLbas;
    this.pending = new Uint8Array(this.commands);
    this.pendingParts = new Uint16Array(spec.iodepth);
    this.failed = new Uint16Array(spec.iodepth);
  }

  override reap(into: Uint16Array, most: number): number {
    const { cq, commands, parts, pending, pendingParts, failed } = this;
    let found = 0;
    this.failures = 0;
    while (found < most) {
      const dw3 = cq[this.head * CQE.WORDS + CQE.DW3];
      if ((dw3 & PHASE_BIT) !== this.phase) break;
      this.advanceHead();
      const cid = dw3 & 0xffff;
      if (cid >= commands || pending[cid] === 0) {
        this.unexpected++;
        continue;
      }
      pending[cid] = 0;
      const slot = Math.floor(cid / parts);
      if (failed[slot] === 0) failed[slot] = dw3 >>> STATUS_SHIFT;
      if (--pendingParts[slot] > 0) continue;
      if ((failed[slot] | this.failures) !== 0) this.noteStatus(found, failed[slot]);
      failed[slot] = 0;
      into[found++] = slot;
    }
    return found;
  }

  post(batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i++) this.postParts(batch[i]);
  }

  override retract(batch: Uint16Array, count: number): void {
    super.retract(batch, count * this.parts);
    for (let i = 0; i < count; i++) {
      const first = batch[i] * this.parts;
      this.pending.fill(0, first, first + this.parts);
    }
  }

  private postParts(slot: number): void {
    const { sq, slots, pointers, parts, partLbas, pending } = this;
    const record = slot << SLOT_SHIFT;
    const opcode = slots[record + SLOT.OPCODE];
    let low = slots[record + SLOT.SLBA_LOW] >>> 0;
    let high = slots[record + SLOT.SLBA_HIGH];
    this.pendingParts[slot] = parts;
    for (let part = 0; part < parts; part++) {
      const cid = slot * parts + part;
      const pointer = cid * POINTER.WORDS + (opcode & 1) * this.toWrite;
      const at = this.tail * SQE.WORDS;
      sq[at + SQE.CDW0] = opcode | (cid << 16);
      sq[at + SQE.PRP1_LOW] = pointers[pointer + POINTER.PRP1_LOW];
      sq[at + SQE.PRP1_HIGH] = pointers[pointer + POINTER.PRP1_HIGH];
      sq[at + SQE.PRP2_LOW] = pointers[pointer + POINTER.PRP2_LOW];
      sq[at + SQE.PRP2_HIGH] = pointers[pointer + POINTER.PRP2_HIGH];
      sq[at + SQE.CDW10] = low | 0;
      sq[at + SQE.CDW11] = high;
      sq[at + SQE.CDW12] = pointers[pointer + POINTER.CDW12];
      pending[cid] = 1;
      low += partLbas;
      if (low >= TWO_32) {
        low -= TWO_32;
        high++;
      }
      if (++this.tail === this.entries) this.tail = 0;
    }
  }
}

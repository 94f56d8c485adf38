/** HOT: I/Os beyond what one command transfers. Each is as many commands as its length takes, on consecutive blocks, and completes with its last. */
import { CQE, PHASE_BIT, STATUS_SHIFT } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import type { PcieQueueSpec } from './transfer-queue.js';
import { VariedQueue } from './varied-queue.js';

const TWO_32 = 2 ** 32;

export class SplitQueue extends VariedQueue {
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

  override post(batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i++) this.postParts(batch[i]);
  }

  override retract(batch: Uint16Array, count: number): void {
    let commands = 0;
    for (let i = 0; i < count; i++) {
      const first = batch[i] * this.parts;
      this.pending.fill(0, first, first + this.parts);
      commands += this.pendingParts[batch[i]];
    }
    super.retract(batch, commands);
  }

  private postParts(slot: number): void {
    const { slots, parts, partLbas, pending } = this;
    const record = slot << SLOT_SHIFT;
    const opcode = slots[record + SLOT.OPCODE];
    let low = slots[record + SLOT.SLBA_LOW] >>> 0;
    let high = slots[record + SLOT.SLBA_HIGH];
    let left = slots[record + SLOT.LBAS];
    this.pendingParts[slot] = Math.ceil(left / partLbas);
    for (let cid = slot * parts; left > 0; cid++) {
      const lbas = Math.min(left, partLbas);
      pending[cid] = 1;
      this.postCommand(cid, opcode, low | 0, high, lbas);
      left -= lbas;
      low += lbas;
      if (low >= TWO_32) {
        low -= TWO_32;
        high++;
      }
    }
  }
}

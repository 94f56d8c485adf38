/**
 * HOT: jobs that append to zones (zoned namespace command set 1.1, 3.4.1). An append names its zone by the first block; the completion
 * says in DW0 and DW1 where the drive put it.
 */
import { CQE, PHASE_BIT, ZNS } from '../../spec/index.js';
import type { Slots } from '../path.js';
import type { PcieQueueSpec } from './transfer-queue.js';
import { ZonedQueue } from './zoned-queue.js';

const COMPLETION_SHIFT = 2;
const TWO_32 = 2 ** 32;
const { DW0, DW1, DW3 } = CQE;
const APPEND = ZNS.ZONE_APPEND;

export class AppendQueue extends ZonedQueue {
  readonly assignedLbas: Float64Array;
  /** 1 of each slot whose outstanding command appends: its record may say another by now. */
  private readonly appending: Uint8Array;

  constructor(spec: PcieQueueSpec, slots: Slots) {
    super(spec, spec.ranges, slots);
    this.assignedLbas = new Float64Array(spec.iodepth);
    this.appending = new Uint8Array(spec.iodepth);
  }

  protected override postOther(slot: number, opcode: number, low: number, high: number, lbas: number): void {
    if (opcode === APPEND) {
      this.appending[slot] = 1;
      this.postCommand(slot, opcode, low, high, lbas);
    } else super.postOther(slot, opcode, low, high, lbas);
  }

  override retract(batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i++) this.appending[batch[i]] = 0;
    super.retract(batch, count);
  }

  /** Entries are the host's until their room is given back. */
  override reap(into: Uint16Array, most: number): number {
    let at = this.head | 0;
    const found = super.reap(into, most);
    const { cq, appending, assignedLbas, head, entries } = this;
    while (at !== head) {
      const entry = at << COMPLETION_SHIFT;
      const cid = cq[entry + DW3] & (PHASE_BIT - 1);
      if (cid < appending.length && appending[cid] === 1) {
        appending[cid] = 0;
        assignedLbas[cid] = (cq[entry + DW0] >>> 0) + (cq[entry + DW1] >>> 0) * TWO_32;
      }
      at = (at + 1) | 0;
      if (at === entries) at = 0;
    }
    return found;
  }
}

/** HOT: jobs whose writes say where their data is to be placed, by a directive (NVMe base 2.1, 8.1.8.4). */
import { DATA_PLACEMENT, NVM, SQE } from '../../spec/index.js';
import type { PlacementUse, Slots } from '../path.js';
import { Placements } from '../placements.js';
import { OperationQueue } from './operation-queue.js';
import type { PcieQueueSpec } from './transfer-queue.js';

const ENTRY_SHIFT = 4;
const { CDW12, CDW13 } = SQE;

export class PlacedQueue extends OperationQueue {
  private readonly placements: Placements;

  constructor(spec: PcieQueueSpec, placement: PlacementUse, slots: Slots) {
    super(spec, spec.ranges, slots);
    this.placements = new Placements(placement);
  }

  protected override postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    const at = this.tail << ENTRY_SHIFT;
    super.postCommand(cid, opcode, low, high, lbas);
    if (opcode !== NVM.WRITE) this.sq[at | CDW13] = 0;
    else {
      this.sq[at | CDW12] = (lbas - 1) | DATA_PLACEMENT;
      this.sq[at | CDW13] = this.placements.next();
    }
  }

  protected override write(
    slot: number,
    opcode: number,
    prp1Low: number,
    prp1High: number,
    cdw10: number,
    cdw11: number,
    cdw12: number,
  ): void {
    this.sq[(this.tail << ENTRY_SHIFT) | CDW13] = 0;
    super.write(slot, opcode, prp1Low, prp1High, cdw10, cdw11, cdw12);
  }
}

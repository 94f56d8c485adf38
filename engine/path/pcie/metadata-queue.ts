/**
 * HOT: jobs on namespaces whose blocks have metadata, of whatever lengths and operations. Commands say who makes and checks
 * protection information (NVM command set 1.0, 5.2), and where the metadata is that the controller does not make itself (MPTR).
 */
import type { Slots } from '../path.js';
import type { MetadataUse } from './metadata.js';
import { MetadataStamp } from './metadata-stamp.js';
import { OperationQueue } from './operation-queue.js';
import { SplitQueue } from './split-queue.js';
import type { PcieQueueSpec } from './transfer-queue.js';

const ENTRY_SHIFT = 4;

/** Each I/O is one command. */
export class MetadataQueue extends OperationQueue {
  private readonly stamp: MetadataStamp;

  constructor(spec: PcieQueueSpec, metadata: MetadataUse, slots: Slots) {
    super(spec, spec.ranges, slots);
    this.stamp = new MetadataStamp(metadata, this.commands);
  }

  protected override postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    const at = this.tail << ENTRY_SHIFT;
    super.postCommand(cid, opcode, low, high, lbas);
    this.stamp.transfer(this.sq, at, cid, opcode, low, high, lbas);
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
    const at = this.tail << ENTRY_SHIFT;
    super.write(slot, opcode, prp1Low, prp1High, cdw10, cdw11, cdw12);
    this.stamp.other(this.sq, at, opcode, cdw10, cdw11, cdw12);
  }
}

/** I/Os beyond what one command transfers. */
export class MetadataSplitQueue extends SplitQueue {
  private readonly stamp: MetadataStamp;

  constructor(spec: PcieQueueSpec, metadata: MetadataUse, slots: Slots) {
    super(spec, slots);
    this.stamp = new MetadataStamp(metadata, this.commands);
  }

  protected override postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    const at = this.tail << ENTRY_SHIFT;
    super.postCommand(cid, opcode, low, high, lbas);
    this.stamp.transfer(this.sq, at, cid, opcode, low, high, lbas);
  }
}

/**
 * HOT: jobs that reset zones beside their reads and writes, by Zone Management Send (zoned namespace command set 1.1, 3.4.3). Its
 * action stands in CDW13, where other commands of the entry have 0.
 */
import { SQE, ZNS, ZONE_ACTION } from '../../spec/index.js';
import { OperationQueue } from './operation-queue.js';

const ENTRY_SHIFT = 4;
const { CDW13 } = SQE;
const SEND = ZNS.ZONE_MANAGEMENT_SEND;
const { RESET } = ZONE_ACTION;

export class ZonedQueue extends OperationQueue {
  protected override postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    this.sq[(this.tail << ENTRY_SHIFT) | CDW13] = 0;
    super.postCommand(cid, opcode, low, high, lbas);
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
    this.sq[(this.tail << ENTRY_SHIFT) | CDW13] = opcode === SEND ? RESET : 0;
    super.write(slot, opcode, prp1Low, prp1High, cdw10, cdw11, cdw12);
  }
}

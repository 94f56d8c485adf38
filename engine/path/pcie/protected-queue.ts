/** HOT: jobs whose host makes the protection information of what it writes, and looks at that of what it reads. */
import { NVM } from '../../spec/index.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { HostProtection, type HostProtectionUse } from './host-protection.js';
import type { MetadataUse } from './metadata.js';
import { MetadataQueue } from './metadata-queue.js';
import type { PcieQueueSpec } from './transfer-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, LBAS } = SLOT;

export class ProtectedQueue extends MetadataQueue {
  private readonly protection: HostProtection;
  /** By slot: 1 where what is outstanding is a read. */
  private readonly reading: Uint8Array;

  constructor(spec: PcieQueueSpec, metadata: MetadataUse, protection: HostProtectionUse, slots: Slots) {
    super(spec, metadata, slots);
    this.protection = new HostProtection(protection, spec.lbaBytes, this.commands);
    this.reading = new Uint8Array(this.commands);
  }

  protected override postCommand(cid: number, opcode: number, low: number, high: number, lbas: number): void {
    if (opcode === NVM.WRITE) this.protection.make(cid, this.writeData[cid], low, lbas);
    this.reading[cid] = Number(opcode === NVM.READ);
    super.postCommand(cid, opcode, low, high, lbas);
  }

  /** Addresses and lengths are those of what has completed until the loop makes other commands of the slots. */
  override reap(into: Uint16Array, most: number): number {
    const found = super.reap(into, most);
    const { slots, readData, reading, protection } = this;
    if (!protection.looks) return found;
    const failed = this.failures > 0;
    for (let i = 0; i < found; i = (i + 1) | 0) {
      const slot = into[i];
      const record = slot << RECORD_SHIFT;
      if (reading[slot] === 0 || (failed && this.statuses[i] !== 0)) continue;
      const status = protection.verdict(slot, readData[slot], slots[record | SLBA_LOW], slots[record | LBAS]);
      if (status !== 0) this.noteHosts(i, status);
    }
    return found;
  }

  /** What the drive let through. */
  private noteHosts(at: number, status: number): void {
    if (this.failures === 0) this.statuses.fill(0);
    this.statuses[at] = status;
    this.failures++;
  }
}

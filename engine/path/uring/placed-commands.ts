/** HOT: commands whose writes say where their data is to be placed: the type of the directive stands in their entries already. */
import { NVM } from '../../spec/index.js';
import { COMMAND_AT } from '../../sys/io-uring-abi.js';
import { NVME_COMMAND } from '../../sys/nvme-ioctl-abi.js';
import { type PlacementUse, SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { Placements } from '../placements.js';
import { OperationCommands } from './operation-queues.js';
import type { OperationEntries, UringQueueSpec } from './uring-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const COMMAND_SHIFT = 5;
const { OPCODE } = SLOT;
const CDW13 = COMMAND_AT + NVME_COMMAND.CDW13;

export class PlacedCommands extends OperationCommands {
  private readonly placements: Placements;
  /** The entry of the first slot's write. */
  private readonly firstWrite: number;

  constructor(spec: UringQueueSpec, operations: OperationEntries, placement: PlacementUse, slots: Slots) {
    super(spec, operations, slots);
    this.placements = new Placements(placement);
    this.firstWrite = operations.firsts[NVM.WRITE];
  }

  override post(batch: Uint16Array, count: number): void {
    const { sqes, slots, placements, firstWrite } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      if (slots[(slot << RECORD_SHIFT) | OPCODE] !== NVM.WRITE) continue;
      sqes[(((firstWrite + slot) << COMMAND_SHIFT) + CDW13) | 0] = placements.next();
    }
    super.post(batch, count);
  }
}

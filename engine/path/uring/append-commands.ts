/** HOT: jobs that append to zones, whose completions say where the drive put each (zoned namespace command set 1.1, 3.4.1). */
import { ZNS } from '../../spec/index.js';
import { URING_CQE } from '../../sys/io-uring-abi.js';
import { SLOT, SLOT_SHIFT, type Slots } from '../path.js';
import { OperationCommands } from './operation-queues.js';
import type { OperationEntries, UringQueueSpec } from './uring-queue.js';

const RECORD_SHIFT = SLOT_SHIFT;
const TWO_32 = 2 ** 32;
const { OPCODE } = SLOT;
const { USER_DATA_LOW, COMMAND_RESULT_LOW, COMMAND_RESULT_HIGH } = URING_CQE;
const APPEND = ZNS.ZONE_APPEND;

export class AppendCommands extends OperationCommands {
  readonly assignedLbas: Float64Array;
  /** 1 of each slot whose outstanding command appends: its record may say another by now. */
  private readonly appending: Uint8Array;

  constructor(spec: UringQueueSpec, operations: OperationEntries, slots: Slots) {
    super(spec, operations, slots);
    this.assignedLbas = new Float64Array(spec.iodepth);
    this.appending = new Uint8Array(spec.iodepth);
  }

  override post(batch: Uint16Array, count: number): void {
    const { slots, appending } = this;
    for (let i = 0; i < count; i = (i + 1) | 0)
      if (slots[(batch[i] << RECORD_SHIFT) | OPCODE] === APPEND) appending[batch[i]] = 1;
    super.post(batch, count);
  }

  override retract(batch: Uint16Array, count: number): void {
    for (let i = 0; i < count; i++) this.appending[batch[i]] = 0;
    super.retract(batch, count);
  }

  /** Entries are the host's until their room is given back. */
  override reap(into: Uint16Array, room: number): number {
    let at = this.head | 0;
    const found = super.reap(into, room);
    const { rings, appending, assignedLbas, head, cqMask, cqesAt, cqeShift } = this;
    while (at !== head) {
      const entry = cqesAt + ((at & cqMask) << cqeShift);
      const slot = rings[entry + USER_DATA_LOW];
      if (slot >= 0 && slot < appending.length && appending[slot] === 1) {
        appending[slot] = 0;
        assignedLbas[slot] =
          (rings[entry + COMMAND_RESULT_LOW] >>> 0) + (rings[entry + COMMAND_RESULT_HIGH] >>> 0) * TWO_32;
      }
      at = (at + 1) | 0;
    }
    return found;
  }
}

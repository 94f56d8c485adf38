/** Rings on the thread that enters them, and rings of commands that do nothing, for rehearsals. */
import { OPERATION, SETUP, URING_SQE } from '../../sys/io-uring-abi.js';
import { mapAnonymous, unmap, viewAt } from '../../sys/mapping.js';
import type { IoQueue, PlayedQueue, QueuePath, QueueSpec, Slots } from '../path.js';
import { RangeGroups } from '../range-groups.js';
import { AppendCommands } from './append-commands.js';
import { CommandQueue } from './command-queue.js';
import { OperationCommands, OperationTransfers } from './operation-queues.js';
import { PlacedCommands } from './placed-commands.js';
import { closeRing, createRing } from './ring.js';
import { UringQueue, type UringQueueSpec, WAIT_BYTES } from './uring-queue.js';

/** Commands that do nothing are not to be looked for in a device. */
const PLAYED_FLAGS = ~(SETUP.IOPOLL | SETUP.SQ_AFF);

function openQueue(spec: UringQueueSpec, slots: Slots): IoQueue {
  const { operations } = spec;
  const transfers = (spec.ring.flags & SETUP.SQE128) === 0;
  if (operations === undefined) return new (transfers ? UringQueue : CommandQueue)(spec, slots);
  if (transfers) return new OperationTransfers(spec, operations, slots);
  if (spec.placement !== undefined) return new PlacedCommands(spec, operations, spec.placement, slots);
  if (operations.appends === true) return new AppendCommands(spec, operations, slots);
  const queue = new OperationCommands(spec, operations, slots);
  return operations.grouped === true ? new RangeGroups(queue, slots, queue.ranges) : queue;
}

/**
 * A ring of the kernel all the same, whose commands it completes by itself. What completes with nothing to do is no failure:
 * NOP answers 0.
 */
function playQueue(spec: UringQueueSpec): PlayedQueue {
  const { ring, iodepth } = spec;
  const played = createRing({ entries: ring.entries, flags: ring.flags & PLAYED_FLAGS, target: 'rehearsal' });
  const memory = mapAnonymous(WAIT_BYTES, 'rehearsal');
  const sqes = new Int32Array(viewAt(played.sqesAddress, played.sqesBytes));
  const words = played.sqesBytes / played.entries / 4;
  for (let entry = 0; entry < played.entries; entry++) {
    sqes[entry * words + URING_SQE.OPCODE] = OPERATION.NOP;
    sqes[entry * words + URING_SQE.USER_DATA_LOW] = entry % iodepth;
  }
  const { operations } = spec;
  // Where answers differ none is looked for by its own, here as there: the same code is to be compiled. Whoever plays it completes
  // each slot by itself.
  const answer =
    operations === undefined
      ? { success: 0 }
      : { rehearsed: true, operations: { ...operations, rangesPerSlot: 1 } };
  return {
    spec: { ...spec, ring: played, ...answer, waitAddress: memory.address } as UringQueueSpec,
    complete: () => undefined,
    release() {
      closeRing(played);
      unmap(memory);
    },
  };
}

export const uringQueues: QueuePath = {
  openQueue: (spec: QueueSpec, slots) => openQueue(spec as UringQueueSpec, slots),
  playQueue: (spec: QueueSpec) => playQueue(spec as UringQueueSpec),
};

/** Queue pairs on the thread that drives them: the class that fits a job's I/O, and the same in plain memory. */
import { CQ_ENTRY_BYTES, CQE, PHASE_BIT, SQ_ENTRY_BYTES } from '../../spec/index.js';
import { mapAnonymous, unmap } from '../../sys/mapping.js';
import type { IoQueue, PlayedQueue, QueuePath, QueueSpec, Slots } from '../path.js';
import { RangeGroups } from '../range-groups.js';
import { baseOf } from '../records.js';
import { AppendQueue } from './append-queue.js';
import { MetadataQueue, MetadataSplitQueue } from './metadata-queue.js';
import { NearQueue } from './near-queue.js';
import { OperationQueue } from './operation-queue.js';
import { PlacedQueue } from './placed-queue.js';
import { ProtectedQueue } from './protected-queue.js';
import type { ShadowPair } from './shadow-ring.js';
import { SplitQueue } from './split-queue.js';
import { ListQueue, PageQueue, type PcieQueueSpec, POINTER } from './transfer-queue.js';
import { VariedQueue } from './varied-queue.js';
import { ZonedQueue } from './zoned-queue.js';

const PAGE_BYTES = 4096;
/** Two doorbells, and the same in memory with EventIdx of each. */
const DOORBELLS_BYTES = 6 * 4;

/** Whether a word is the same in the pointers of all commands: `value`, or what the first has. */
function alike({ pointers }: PcieQueueSpec, word: number, value = pointers[word]): boolean {
  for (let at = word; at < pointers.length; at += POINTER.WORDS) if (pointers[at] !== value) return false;
  return true;
}

function openQueue(spec: PcieQueueSpec, slots: Slots): IoQueue {
  const queue = queueOf(spec, slots);
  return spec.grouped === true && queue instanceof OperationQueue
    ? new RangeGroups(queue, slots, queue.ranges)
    : queue;
}

function queueOf(spec: PcieQueueSpec, slots: Slots): IoQueue {
  const { metadata, parts } = spec;
  if (metadata?.byHost !== undefined) return new ProtectedQueue(spec, metadata, metadata.byHost, slots);
  if (metadata !== undefined)
    return new (parts > 1 ? MetadataSplitQueue : MetadataQueue)(spec, metadata, slots);
  if (parts > 1) return new SplitQueue(spec, slots);
  if (spec.placement !== undefined) return new PlacedQueue(spec, spec.placement, slots);
  if (spec.appends) return new AppendQueue(spec, slots);
  if (spec.zoned) return new ZonedQueue(spec, spec.ranges, slots);
  if (spec.ranges !== undefined) return new OperationQueue(spec, spec.ranges, slots);
  if (spec.varied) return new VariedQueue(spec, slots);
  const inPages = alike(spec, POINTER.PRP2_LOW, 0) && alike(spec, POINTER.PRP2_HIGH, 0);
  if (!inPages) return new ListQueue(spec, slots);
  const near = alike(spec, POINTER.PRP1_HIGH) && spec.sizeLbas <= 2 ** 32 && baseOf(slots) >= 0;
  return near ? new NearQueue(spec, slots) : new PageQueue(spec, slots);
}

/** Doorbells in memory and their EventIdx, one after the other. */
const shadowAt = (address: bigint): ShadowPair => ({
  sqTail: address,
  cqHead: address + 4n,
  sqEvent: address + 8n,
  cqEvent: address + 12n,
});

/** What is read of a played queue is nothing that could be right. */
function unchecked({ metadata }: PcieQueueSpec): Pick<PcieQueueSpec, 'metadata'> {
  if (metadata?.byHost === undefined) return {};
  return { metadata: { ...metadata, byHost: { ...metadata.byHost, checks: 0 } } };
}

function playQueue(spec: PcieQueueSpec): PlayedQueue {
  const { entries } = spec.queue;
  const sqBytes = entries * SQ_ENTRY_BYTES;
  const cqBytes = entries * CQ_ENTRY_BYTES;
  const lengthBytes = Math.ceil((sqBytes + cqBytes + DOORBELLS_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  const mapping = mapAnonymous(lengthBytes, 'rehearsal queue pair');
  const { address, buffer } = mapping;
  const doorbells = address + BigInt(sqBytes + cqBytes);
  const cq = new Int32Array(buffer, sqBytes, cqBytes / 4);
  let head = 0;
  let phase = PHASE_BIT;
  const queue = {
    qid: 0,
    entries,
    sqAddress: address,
    cqAddress: address + BigInt(sqBytes),
    sqTailDoorbell: doorbells,
    cqHeadDoorbell: doorbells + 4n,
    ...(spec.queue.shadow === undefined ? {} : { shadow: shadowAt(doorbells + 8n) }),
  };
  // Whoever plays it completes each slot by itself.
  const ranges = spec.ranges && { ...spec.ranges, perSlot: 1 };
  const played: PcieQueueSpec = { ...spec, queue, ranges, ...unchecked(spec) };
  return {
    spec: played,
    complete(count) {
      for (let cid = 0; cid < count * spec.parts; cid++) {
        cq[head * CQE.WORDS + CQE.DW3] = cid | phase;
        if (++head === entries) {
          head = 0;
          phase ^= PHASE_BIT;
        }
      }
    },
    release: () => unmap(mapping),
  };
}

export const pcieQueues: QueuePath = {
  openQueue: (spec: QueueSpec, slots) => openQueue(spec as PcieQueueSpec, slots),
  playQueue: (spec: QueueSpec) => playQueue(spec as PcieQueueSpec),
};

/** The rings of a job: made on the main thread, with the memory of their slots, and filled with all but where the data lies. */
import { closeFd, createEventFd } from '../../sys/fd.js';
import { SETUP } from '../../sys/io-uring-abi.js';
import { type Mapping, mapAnonymous, unmap } from '../../sys/mapping.js';
import { populate } from '../../sys/populate.js';
import { buffersOf, OPCODE_OF, otherOperations, sendsData } from '../operations.js';
import type { OpenQueues, QueueShape } from '../path.js';
import { ofQueue } from '../placements.js';
import { rangesBytes } from '../ranges.js';
import { fillEntries } from './entries.js';
import {
  closeRing,
  createRing,
  type RingSpec,
  registerBuffers,
  registerEventFd,
  registerFile,
} from './ring.js';
import { withSubmitter } from './submitter.js';
import type { OperationEntries, UringQueueSpec } from './uring-queue.js';

const PAGE_BYTES = 4096;
/** What the kernel never answers: what is right differs from I/O to I/O. */
const NO_RESULT = -(2 ** 31);
/** A thread of the kernel that has found nothing to submit for so long sleeps, until it is woken. */
const SQ_THREAD_IDLE_MS = 100;

export interface QueueWay {
  readonly target: string;
  /** Of the open file. */
  readonly fd: number;
  /** SETUP flags of its rings. */
  readonly flags: number;
  /** CPU of the kernel's threads that submit, with SQPOLL. */
  readonly sqThreadCpu?: number | undefined;
}

const strideBytes = (bsBytes: number): number => Math.ceil(bsBytes / PAGE_BYTES) * PAGE_BYTES;

const deallocates = ({ operations }: QueueShape): boolean => operations.includes('deallocate');

/** Data of one queue, the ranges of one that deallocates, and the page of its waits. */
export function memoryBytesOf(shape: QueueShape): number {
  const ranges = deallocates(shape) ? strideBytes(rangesBytes(shape.iodepth, shape.rangesPerCommand)) : 0;
  return shape.iodepth * buffersOf(shape) * strideBytes(shape.bsBytes) + ranges + PAGE_BYTES;
}

export const entriesOf = (shape: QueueShape): number =>
  2 ** Math.ceil(Math.log2(shape.iodepth * shape.operations.length));

/** Opens the rings of a job. Undoes all of it when it throws SystemError. */
export function openRings(way: QueueWay, shape: QueueShape): OpenQueues {
  const undo: (() => void)[] = [];
  const undoAll = (): void => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    const specs = Array.from({ length: shape.queues }, (_, index) => openRing(way, shape, index, undo));
    return { specs, release: async () => undoAll() };
  } catch (error) {
    undoAll();
    throw error;
  }
}

function operationEntries(shape: QueueShape, rangesAddress: bigint): OperationEntries {
  const firsts = new Int32Array(256);
  for (const [index, name] of shape.operations.entries()) firsts[OPCODE_OF[name]] = index * shape.iodepth;
  return {
    firsts,
    ...(deallocates(shape) ? { rangesAddress, rangesPerSlot: shape.rangesPerCommand ?? 1 } : {}),
    ...(shape.rangesPerCommand === undefined ? {} : { grouped: true }),
    ...(shape.operations.includes('zone-append') ? { appends: true } : {}),
  };
}

function openRing(way: QueueWay, shape: QueueShape, index: number, undo: (() => void)[]): UringQueueSpec {
  const { target, fd, flags, sqThreadCpu } = way;
  const { iodepth, bsBytes, looksAtData = false, completion, namespace } = shape;
  const memory: Mapping = mapAnonymous(memoryBytesOf(shape), target);
  undo.push(() => unmap(memory));
  populate(memory, PAGE_BYTES, target);
  const make = (): RingSpec =>
    createRing({
      entries: entriesOf(shape),
      flags,
      target,
      sqThreadIdleMs: SQ_THREAD_IDLE_MS,
      ...(sqThreadCpu === undefined ? {} : { sqThreadCpu }),
    });
  const submitted = (flags & SETUP.SQPOLL) === 0 ? undefined : withSubmitter(make);
  const ring = submitted?.ring ?? make();
  undo.push(() => closeRing(ring));
  registerFile(ring, fd, target);
  const eventFd = completion === 'poll' ? undefined : createEventFd();
  if (eventFd !== undefined) {
    undo.push(() => closeFd(eventFd));
    registerEventFd(ring, eventFd, target);
  }
  const stride = strideBytes(bsBytes);
  const addressOf = (buffer: number): bigint => memory.address + BigInt(buffer * stride);
  const commands = (flags & SETUP.SQE128) !== 0;
  const buffers = iodepth * buffersOf(shape);
  // Linux 6.1 counts the pages of a whole registered buffer against what one command takes: each has a buffer of its own.
  const pieces = commands
    ? Array.from({ length: buffers }, (_, at) => ({ address: addressOf(at), lengthBytes: bsBytes }))
    : [memory];
  if (pieces.length > 0) registerBuffers(ring, pieces, target);
  const rangesAddress = addressOf(buffers);
  const writesFrom = buffersOf(shape) > 1 ? iodepth : 0;
  fillEntries(ring, shape, { addressOf, writesFrom, rangesAddress });
  const differing =
    shape.varied === true || otherOperations(shape).length > 0 || shape.placement !== undefined;
  return {
    path: 'uring',
    iodepth,
    ring,
    lbaShift: Math.log2(namespace.lbaBytes),
    success: commands ? 0 : differing ? NO_RESULT : bsBytes,
    ...(differing ? { operations: operationEntries(shape, rangesAddress) } : {}),
    writesFrom,
    writeBuffers: sendsData(shape)
      ? Array.from({ length: iodepth }, (_, slot) => addressOf(writesFrom + slot))
      : [],
    ...(shape.placement === undefined ? {} : { placement: ofQueue(shape.placement, index) }),
    ...(looksAtData ? { readBuffers: Array.from({ length: iodepth }, (_, slot) => addressOf(slot)) } : {}),
    bsBytes,
    waitAddress: memory.address + BigInt(memory.lengthBytes - PAGE_BYTES),
    ...(eventFd === undefined ? {} : { eventFd }),
    ...(submitted === undefined ? {} : { submitter: { threadId: submitted.threadId } }),
  };
}

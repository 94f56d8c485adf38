/** How a job's I/O becomes commands on a namespace, and what does not fit it. Touches no device. */
import { EngineError } from '../errors.js';
import { MOST_BUFFER_BYTES } from '../memory/arena.js';
import type { Controller } from '../path/pcie/controller.js';
import { type ActiveNamespace, requirePlainFormat } from '../path/pcie/namespace.js';
import { prpListBytes } from '../path/pcie/prp.js';
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../spec/index.js';
import type { CompletionMode } from './job.js';
import { isMixed } from './loop.js';

const MAX_NLB = 65_536;

/** Entries of a queue where the job does not say how many. */
const LEAST_ENTRIES = 256;

/** A job on one namespace, in the device's units. */
export interface JobSpec {
  readonly bsBytes: number;
  readonly iodepth: number;
  readonly numjobs: number;
  /** Queue pairs of each worker. */
  readonly queuePairs: number;
  /** Entries of each submission and completion queue; chosen unless given. */
  readonly queueEntries?: number;
  readonly random: boolean;
  readonly readPercent: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly rampTimeMs: number;
  readonly runtimeMs: number;
  /** I/Os of each worker. */
  readonly numberIos: number;
  readonly ioTimeoutMs: number;
  readonly maxErrors: number;
  readonly seed: number;
  /** Issue an I/O beyond MDTS as several commands instead of refusing it. */
  readonly split: boolean;
  /** CPUs of each worker, by its index. */
  readonly cpus: readonly (readonly number[])[];
  readonly yieldWhenIdle: boolean;
  /** `poll` unless given. */
  readonly completion?: CompletionMode;
  readonly hybridSpinMs?: number;
}

/** How a job's I/O becomes commands. */
export interface Geometry {
  readonly parts: number;
  readonly partBytes: number;
  readonly entries: number;
  readonly blockLbas: number;
  readonly startLba: number;
  readonly blocks: number;
  readonly queuePairs: number;
  /** DMA memory that the job needs. */
  readonly memoryBytes: number;
}

/** What the configuration asks for and the device has not. */
export function refuse(code: string, op: string, target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code, op, target, reason, hint, kind: 'input' });
}

/** Checks a job against controller and namespace, touching neither. Throws EngineError of kind `input`. */
export function planGeometry(controller: Controller, namespace: ActiveNamespace, job: JobSpec): Geometry {
  const { target } = controller.device;
  requirePlainFormat(namespace, target);
  const { lbaBytes, sizeBytes } = namespace;
  const { bsBytes, offsetBytes } = job;
  for (const [key, value] of Object.entries({ bs: bsBytes, offset: offsetBytes })) {
    if (value % lbaBytes !== 0) {
      const reason = `${value} bytes is no multiple of the namespace's block of ${lbaBytes} bytes`;
      throw refuse(
        'NOT_BLOCK_ALIGNED',
        `use ${key} of ${value} bytes`,
        target,
        reason,
        `choose a multiple of ${lbaBytes}`,
      );
    }
  }
  if (offsetBytes + job.sizeBytes > sizeBytes || bsBytes > job.sizeBytes) {
    const reason =
      bsBytes > job.sizeBytes
        ? `one I/O of ${bsBytes} bytes does not fit into a region of ${job.sizeBytes} bytes`
        : `the namespace ends at byte ${sizeBytes}`;
    const op = `use the region from ${offsetBytes} of ${job.sizeBytes} bytes`;
    throw refuse('OUT_OF_NAMESPACE', op, target, reason, 'choose a smaller size or offset');
  }
  const parts = commandsPerIo(controller, lbaBytes, job);
  const entries = entriesFor(controller, job, parts);
  const queuePairs = job.numjobs * job.queuePairs;
  if (queuePairs > controller.maxIoQueues) {
    const reason = `the controller gives ${controller.maxIoQueues} I/O queue pairs`;
    throw refuse(
      'TOO_MANY_QUEUES',
      `use ${queuePairs} queue pairs`,
      target,
      reason,
      'use fewer numjobs or queue_pairs',
    );
  }
  const { pageBytes } = controller;
  const partBytes = Math.min(bsBytes, largestCommandBytes(controller, lbaBytes));
  const buffers = job.iodepth * (isMixed(job.readPercent) ? 2 : 1);
  const slots = buffers * (roundUp(bsBytes, pageBytes) + parts * listBytes(controller, partBytes));
  const rings = roundUp(entries * SQ_ENTRY_BYTES, pageBytes) + roundUp(entries * CQ_ENTRY_BYTES, pageBytes);
  return {
    parts,
    partBytes,
    entries,
    blockLbas: bsBytes / lbaBytes,
    startLba: offsetBytes / lbaBytes,
    blocks: Math.floor(job.sizeBytes / bsBytes),
    queuePairs,
    memoryBytes: queuePairs * (slots + rings),
  };
}

/**
 * Entries of a queue that holds so many commands where the job does not say: enough that neither small rings, which
 * drives are known to be slow with, nor completions that share a cache line come into the figures.
 */
export function chosenEntries(commands: number, maxQueueEntries: number): number {
  return Math.min(maxQueueEntries, Math.max(LEAST_ENTRIES, powerOfTwoFrom(2 * commands)));
}

/** Entries of each queue, one of which stays free. Throws EngineError where the controller does not have them. */
function entriesFor(controller: Controller, { iodepth, queueEntries }: JobSpec, parts: number): number {
  const { target } = controller.device;
  const { maxQueueEntries } = controller.capabilities;
  const commands = iodepth * parts;
  const split = parts > 1 ? ` (an I/O takes ${parts} commands)` : '';
  if (commands + 1 > maxQueueEntries) {
    const most = Math.floor((maxQueueEntries - 1) / parts);
    const reason = `the controller's queues have ${maxQueueEntries} entries (CAP.MQES), one of which stays free`;
    const hint =
      most > 0
        ? `use an iodepth of at most ${most}${split}, or more queue_pairs`
        : `use a smaller bs${split}`;
    throw refuse('QUEUE_TOO_DEEP', `use iodepth ${iodepth}`, target, reason, hint);
  }
  if (queueEntries === undefined) return chosenEntries(commands, maxQueueEntries);
  const op = `use queue_entries ${queueEntries}`;
  if (queueEntries > maxQueueEntries) {
    const reason = `the controller's queues have at most ${maxQueueEntries} entries (CAP.MQES)`;
    throw refuse('BAD_QUEUE_ENTRIES', op, target, reason, `use at most ${powerOfTwoTo(maxQueueEntries)}`);
  }
  if (queueEntries <= commands) {
    const reason = `iodepth ${iodepth} puts ${commands} commands into a queue${split}, of whose entries one stays free`;
    const least = powerOfTwoFrom(commands + 1);
    const hint = `${least > maxQueueEntries ? 'leave it out' : `use at least ${least}`}, or use a smaller iodepth`;
    throw refuse('BAD_QUEUE_ENTRIES', op, target, reason, hint);
  }
  return queueEntries;
}

const powerOfTwoFrom = (count: number): number => 2 ** Math.ceil(Math.log2(count));
const powerOfTwoTo = (count: number): number => 2 ** Math.floor(Math.log2(count));

/** MDTS, and what the 16 bits of NLB can say. */
function largestCommandBytes(controller: Controller, lbaBytes: number): number {
  return Math.min(controller.maxTransferBytes, MAX_NLB * lbaBytes);
}

function commandsPerIo(controller: Controller, lbaBytes: number, job: JobSpec): number {
  const most = largestCommandBytes(controller, lbaBytes);
  if (job.bsBytes <= most) return 1;
  if (job.split && job.bsBytes > MOST_BUFFER_BYTES) {
    const reason = `the buffer of one I/O has at most ${MOST_BUFFER_BYTES} bytes`;
    const op = `use bs of ${job.bsBytes} bytes`;
    throw refuse('BLOCK_TOO_LARGE', op, controller.device.target, reason, 'use a smaller bs');
  }
  if (job.split) return Math.ceil(job.bsBytes / most);
  throw refuse(
    'BEYOND_MDTS',
    `use bs of ${job.bsBytes} bytes`,
    controller.device.target,
    `one command transfers at most ${most} bytes (${most === controller.maxTransferBytes ? 'MDTS' : 'NLB'})`,
    'use a smaller bs, or `split: true` to issue each I/O as several commands',
  );
}

/** Room for the PRP lists of one command of that many bytes. */
export function listBytes(controller: Controller, lengthBytes: number): number {
  const pages = Math.ceil(lengthBytes / controller.pageBytes) + 1;
  const bytes = prpListBytes(pages, controller.pageBytes);
  // A list within one page may not cross a page boundary: a power of two, aligned to itself, never does.
  return bytes <= controller.pageBytes
    ? 2 ** Math.ceil(Math.log2(Math.max(bytes, 8)))
    : roundUp(bytes, controller.pageBytes);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

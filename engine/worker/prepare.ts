/** Sets a job up on a controller: queue pairs, slot memory, PRPs; and takes it down again in the right order. */
import { EngineError } from '../errors.js';
import type { DmaBuffer } from '../memory/arena.js';
import type { Controller } from '../nvme/controller.js';
import { type ActiveNamespace, requirePlainFormat } from '../nvme/namespace.js';
import { buildPrp, prpListBytes, prpPages } from '../nvme/prp.js';
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../nvme/spec/index.js';
import { ControlBlock } from './control-block.js';
import type { CompletionMode, LaneSpec, WorkerSpec, Workload } from './job.js';
import { isMixed, LANE_WORDS } from './loop.js';

const MAX_NLB = 65_536;

/** A job on one namespace, in the device's units. */
export interface JobSpec {
  readonly bsBytes: number;
  readonly iodepth: number;
  readonly numjobs: number;
  /** Queue pairs of each worker. */
  readonly queuePairs: number;
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

function refuse(code: string, op: string, target: string, reason: string, hint: string): EngineError {
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
  const entries = job.iodepth * parts + 1;
  const { maxQueueEntries } = controller.capabilities;
  if (entries > maxQueueEntries) {
    const most = Math.floor((maxQueueEntries - 1) / parts);
    const reason = `the controller's queues have ${maxQueueEntries} entries (CAP.MQES), one of which stays free`;
    const split = parts > 1 ? ` (an I/O takes ${parts} commands)` : '';
    const hint =
      most > 0
        ? `use an iodepth of at most ${most}${split}, or more queue_pairs`
        : `use a smaller bs${split}`;
    throw refuse('QUEUE_TOO_DEEP', `use iodepth ${job.iodepth}`, target, reason, hint);
  }
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
    entries: Math.max(2, entries),
    blockLbas: bsBytes / lbaBytes,
    startLba: offsetBytes / lbaBytes,
    blocks: Math.floor(job.sizeBytes / bsBytes),
    queuePairs,
    memoryBytes: queuePairs * (slots + rings),
  };
}

/** MDTS, and what the 16 bits of NLB can say. */
function largestCommandBytes(controller: Controller, lbaBytes: number): number {
  return Math.min(controller.maxTransferBytes, MAX_NLB * lbaBytes);
}

function commandsPerIo(controller: Controller, lbaBytes: number, job: JobSpec): number {
  const most = largestCommandBytes(controller, lbaBytes);
  if (job.bsBytes <= most) return 1;
  if (job.split) return Math.ceil(job.bsBytes / most);
  throw refuse(
    'BEYOND_MDTS',
    `use bs of ${job.bsBytes} bytes`,
    controller.device.target,
    `one command transfers at most ${most} bytes (${most === controller.maxTransferBytes ? 'MDTS' : 'NLB'})`,
    'use a smaller bs, or `split: true` to issue each I/O as several commands',
  );
}

function listBytes(controller: Controller, lengthBytes: number): number {
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

/** A job that is set up: its workers' specifications, and the way back. */
export interface PreparedJob {
  readonly workers: readonly WorkerSpec[];
  readonly controls: readonly ControlBlock[];
  readonly geometry: Geometry;
  /** Deletes the queue pairs, then frees their slots. Only once the workers have ended. */
  release(): Promise<void>;
}

/** Creates queue pairs and slots of every worker. Undoes all of it when it throws. */
export async function prepareJob(
  controller: Controller,
  namespace: ActiveNamespace,
  job: JobSpec,
): Promise<PreparedJob> {
  const geometry = planGeometry(controller, namespace, job);
  controller.arena.reserve(geometry.memoryBytes);
  const setup = new JobSetup(controller, namespace, job, geometry);
  try {
    setup.armInterrupts();
    const controls = Array.from({ length: job.numjobs }, () => new ControlBlock());
    const workers: WorkerSpec[] = [];
    for (const [index, control] of controls.entries()) workers.push(await setup.worker(index, control));
    return { workers, controls, geometry, release: () => setup.release() };
  } catch (error) {
    await setup.release().catch(() => undefined);
    throw error;
  }
}

class JobSetup {
  private readonly controller: Controller;
  private readonly namespace: ActiveNamespace;
  private readonly job: JobSpec;
  private readonly geometry: Geometry;
  private readonly qids: number[] = [];
  private readonly buffers: DmaBuffer[] = [];
  private vectors: readonly { readonly vector: number; readonly eventFd: number }[] = [];

  constructor(controller: Controller, namespace: ActiveNamespace, job: JobSpec, geometry: Geometry) {
    this.controller = controller;
    this.namespace = namespace;
    this.job = job;
    this.geometry = geometry;
  }

  /** One vector for each queue pair, where the job wants interrupts. Throws EngineError. */
  armInterrupts(): void {
    const { completion = 'poll' } = this.job;
    if (completion === 'poll') return;
    const { interrupts, target } = this.controller.device;
    if (interrupts === undefined) {
      const reason = 'this way to reach the device has no interrupts';
      throw refuse('NO_INTERRUPTS', `use completion: ${completion}`, target, reason, 'use completion: poll');
    }
    this.vectors = interrupts.arm(this.geometry.queuePairs);
  }

  async worker(index: number, control: ControlBlock): Promise<WorkerSpec> {
    const { job, geometry, namespace } = this;
    const lanes: LaneSpec[] = [];
    for (let i = 0; i < job.queuePairs; i++) lanes.push(await this.lane(index * job.queuePairs + i));
    return {
      index,
      cpus: job.cpus[index] ?? [],
      nsid: namespace.nsid,
      iodepth: job.iodepth,
      parts: geometry.parts,
      partLbas: geometry.partBytes / namespace.lbaBytes,
      lanes,
      workload: this.workload(index),
      rampTimeMs: job.rampTimeMs,
      runtimeMs: job.runtimeMs,
      numberIos: job.numberIos,
      ioTimeoutMs: job.ioTimeoutMs,
      maxErrors: job.maxErrors,
      yieldWhenIdle: job.yieldWhenIdle,
      completion: job.completion ?? 'poll',
      hybridSpinMs: job.completion === 'hybrid' ? (job.hybridSpinMs ?? 0) : 0,
      control: control.memory,
    };
  }

  private workload(index: number): Workload {
    const { job, geometry } = this;
    return {
      random: job.random,
      readPercent: job.readPercent,
      blockLbas: geometry.blockLbas,
      startLba: geometry.startLba,
      blocks: geometry.blocks,
      seed: job.seed + index,
    };
  }

  private async lane(index: number): Promise<LaneSpec> {
    const { controller, job, geometry } = this;
    const { vector, eventFd } = this.vectors[index] ?? {};
    const queue = await controller.createQueuePair(geometry.entries, vector);
    this.qids.push(queue.qid);
    const buffers = job.iodepth * (isMixed(job.readPercent) ? 2 : 1);
    const words = new Int32Array(buffers * geometry.parts * LANE_WORDS);
    for (let at = 0; at < buffers; at++) this.buffer(words, at, job.seed + index * buffers + at);
    return { queue, words, ...(eventFd === undefined ? {} : { eventFd }) };
  }

  /** The buffer of a slot; of a mixed job the read buffers of all slots, then the write buffers. */
  private buffer(words: Int32Array, index: number, seed: number): void {
    const { job, geometry } = this;
    const data = this.allocate(job.bsBytes, this.controller.pageBytes);
    if (job.readPercent < 100) fillPattern(data.view, seed);
    for (let part = 0; part < geometry.parts; part++) {
      const offset = part * geometry.partBytes;
      const lengthBytes = Math.min(geometry.partBytes, job.bsBytes - offset);
      this.command(
        words,
        (index * geometry.parts + part) * LANE_WORDS,
        data.iova + BigInt(offset),
        lengthBytes,
      );
    }
  }

  private command(words: Int32Array, at: number, iova: bigint, lengthBytes: number): void {
    const { pageBytes } = this.controller;
    const pages = prpPages(iova, lengthBytes, pageBytes);
    const needed = prpListBytes(pages.length, pageBytes);
    let list: { iova: bigint; entries: BigUint64Array } | undefined;
    if (needed > 0) {
      const bytes = listBytes(this.controller, lengthBytes);
      const memory = this.allocate(bytes, Math.min(bytes, pageBytes));
      list = { iova: memory.iova, entries: new BigUint64Array(memory.view) };
    }
    const { prp1, prp2 } = buildPrp(pages, pageBytes, list);
    words.set(new Int32Array(BigUint64Array.of(prp1, prp2).buffer), at);
    words[at + 4] = lengthBytes / this.namespace.lbaBytes - 1;
  }

  private allocate(lengthBytes: number, alignBytes: number): DmaBuffer {
    const buffer = this.controller.arena.allocate(lengthBytes, alignBytes);
    this.buffers.push(buffer);
    return buffer;
  }

  async release(): Promise<void> {
    // A queue that cannot be deleted may still write to its slots: they stay until the controller is disabled.
    for (const qid of this.qids) await this.controller.deleteQueuePair(qid);
    if (this.vectors.length > 0) this.controller.device.interrupts?.disarm();
    for (const buffer of this.buffers) this.controller.arena.free(buffer);
    this.qids.length = 0;
    this.buffers.length = 0;
  }
}

/** Data that does not compress and differs between slots; a slot writes it again and again. */
function fillPattern(view: ArrayBuffer, seed: number): void {
  const words = new Int32Array(view);
  let x = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
}

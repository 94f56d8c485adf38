/** Sets a job up on a controller: queue pairs, slot memory, PRPs; and takes it down again in the right order. */
import type { DmaBuffer } from '../memory/arena.js';
import type { Controller } from '../path/pcie/controller.js';
import type { ActiveNamespace } from '../path/pcie/namespace.js';
import { buildPrp, prpListBytes, prpPages } from '../path/pcie/prp.js';
import { ControlBlock } from './control-block.js';
import { type Geometry, type JobSpec, listBytes, planGeometry, refuse } from './geometry.js';
import type { LaneSpec, WorkerSpec, Workload } from './job.js';
import { isMixed, LANE_WORDS } from './loop.js';

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

/** The queue pairs of a job on a controller: rings, data buffers, PRPs; and their end in the right order. */
import type { DmaBuffer } from '../../memory/arena.js';
import { buffersOf, otherOperations, sendsData } from '../operations.js';
import type { OpenQueues, QueueShape } from '../path.js';
import { ofQueue } from '../placements.js';
import { type Ranges, rangesBytes } from '../ranges.js';
import type { Controller } from './controller.js';
import type { MetadataPlan, MetadataUse } from './metadata.js';
import { buildPrp, prpListBytes, prpPages } from './prp.js';
import { listBytes, metadataStride, type PciePlan, planQueues } from './queue-plan.js';
import { refuse } from './refusal.js';
import { type PcieQueueSpec, POINTER } from './transfer-queue.js';

/** Creates the queue pairs of a job and the memory of its slots. Undoes all of it when it throws. */
export async function openJobQueues(controller: Controller, shape: QueueShape): Promise<OpenQueues> {
  const plan = planQueues(controller, shape);
  controller.arena.reserve(plan.memoryBytes);
  const queues = new JobQueues(controller, shape, plan);
  try {
    queues.armInterrupts();
    const specs: PcieQueueSpec[] = [];
    for (let index = 0; index < shape.queues; index++) specs.push(await queues.open(index));
    return {
      specs,
      abort: (index, slot) => queues.abort(index, slot),
      release: () => queues.release(),
    };
  } catch (error) {
    await queues.release().catch(() => queues.leave());
    throw error;
  }
}

class JobQueues {
  private readonly controller: Controller;
  private readonly shape: QueueShape;
  private readonly plan: PciePlan;
  private readonly qids: number[] = [];
  private readonly buffers: DmaBuffer[] = [];
  private vectors: readonly { readonly vector: number; readonly eventFd: number }[] = [];

  constructor(controller: Controller, shape: QueueShape, plan: PciePlan) {
    this.controller = controller;
    this.shape = shape;
    this.plan = plan;
  }

  /** One vector for each queue pair, where the job wants interrupts. Throws EngineError. */
  armInterrupts(): void {
    const { completion, queues } = this.shape;
    if (completion === 'poll') return;
    const { interrupts, target } = this.controller.device;
    if (interrupts === undefined) {
      const reason = 'this way to reach the device has no interrupts';
      throw refuse('NO_INTERRUPTS', `use completion: ${completion}`, target, reason, 'use completion: poll');
    }
    this.vectors = interrupts.arm(queues);
  }

  async open(index: number): Promise<PcieQueueSpec> {
    const { controller, shape, plan } = this;
    const { namespace, iodepth, bsBytes, operations, looksAtData = false } = shape;
    const { vector, eventFd } = this.vectors[index] ?? {};
    const queue = await controller.createQueuePair(plan.entries, vector, shape);
    this.qids.push(queue.qid);
    const count = iodepth * buffersOf(shape);
    const pointers = new Int32Array(count * plan.commandsPerIo * POINTER.WORDS);
    const buffers = Array.from({ length: count }, (_, at) => this.buffer(pointers, at));
    return {
      path: 'pcie',
      iodepth,
      queue,
      nsid: namespace.nsid,
      sizeLbas: namespace.sizeBytes / namespace.lbaBytes,
      parts: plan.commandsPerIo,
      partLbas: plan.partBytes / namespace.lbaBytes,
      pointers,
      // Those that are sent from come last.
      writeBuffers: sendsData(shape) ? buffers.slice(-iodepth).map(({ address }) => address) : [],
      ...(looksAtData ? { readBuffers: buffers.slice(0, iodepth).map(({ address }) => address) } : {}),
      bsBytes,
      varied: shape.varied === true,
      lbaBytes: namespace.lbaBytes,
      pageBytes: controller.pageBytes,
      ...(otherOperations(shape).length === 0 ? {} : { ranges: this.ranges() }),
      ...(shape.rangesPerCommand === undefined ? {} : { grouped: true }),
      ...(operations.includes('zone-reset') ? { zoned: true } : {}),
      ...(operations.includes('zone-append') ? { appends: true } : {}),
      ...(plan.metadata === undefined ? {} : { metadata: this.metadata(plan.metadata) }),
      ...(shape.placement === undefined ? {} : { placement: ofQueue(shape.placement, index) }),
      ...(eventFd === undefined ? {} : { eventFd }),
    };
  }

  /** What commands say of metadata, each with a buffer for it where the host has any. */
  private metadata({ hostBytes, byHost, ...words }: MetadataPlan): MetadataUse {
    const { shape, plan } = this;
    const count = hostBytes === 0 ? 0 : shape.iodepth * buffersOf(shape) * plan.commandsPerIo;
    if (count === 0) return { ...words, pointers: new Int32Array(0) };
    const stride = metadataStride(plan.partBytes / shape.namespace.lbaBytes, plan.metadata);
    const { iova, address, view } = this.allocate(count * stride, this.controller.pageBytes);
    // What writes carry of it: memory of the arena may have been another job's.
    new Uint8Array(view).fill(0);
    const pointers = BigUint64Array.from({ length: count }, (_, at) => iova + BigInt(at * stride));
    const addresses = Array.from({ length: count }, (_, at) => address + BigInt(at * stride));
    return {
      ...words,
      pointers: new Int32Array(pointers.buffer),
      ...(byHost === undefined ? {} : { byHost: { ...byHost, addresses, lengthBytes: stride } }),
    };
  }

  /** Of every slot of a queue. */
  private ranges(): Ranges {
    const { iodepth, rangesPerCommand: perSlot = 1 } = this.shape;
    // As many as a power of 2: those of a slot never cross a page.
    const { address, iova } = this.allocate(rangesBytes(iodepth, perSlot), this.controller.pageBytes);
    const iovas = BigUint64Array.from(
      { length: iodepth },
      (_, slot) => iova + BigInt(rangesBytes(slot, perSlot)),
    );
    return { address, perSlot, iovas: new Int32Array(iovas.buffer) };
  }

  /** The buffer of one I/O and the pointers of its commands. */
  private buffer(pointers: Int32Array, index: number): DmaBuffer {
    const { plan, shape } = this;
    const data = this.allocate(shape.bsBytes, this.controller.pageBytes);
    for (let part = 0; part < plan.commandsPerIo; part++) {
      const offset = part * plan.partBytes;
      const lengthBytes = Math.min(plan.partBytes, shape.bsBytes - offset);
      const at = (index * plan.commandsPerIo + part) * POINTER.WORDS;
      this.point(pointers, at, data.iova + BigInt(offset), lengthBytes);
    }
    return data;
  }

  private point(pointers: Int32Array, at: number, iova: bigint, lengthBytes: number): void {
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
    pointers.set(new Int32Array(BigUint64Array.of(prp1, prp2).buffer), at);
    const { cdw12 = 0 } = this.plan;
    pointers[at + POINTER.CDW12] = (lengthBytes / this.shape.namespace.lbaBytes - 1) | cdw12;
  }

  private allocate(lengthBytes: number, alignBytes: number): DmaBuffer {
    const buffer = this.controller.arena.allocate(lengthBytes, alignBytes);
    this.buffers.push(buffer);
    return buffer;
  }

  /** All commands of the I/O: it is aborted where one of them was, as it fails then. */
  async abort(index: number, slot: number): Promise<boolean> {
    const { commandsPerIo } = this.plan;
    let aborted = false;
    for (let part = 0; part < commandsPerIo; part++) {
      const cid = slot * commandsPerIo + part;
      aborted = (await this.controller.admin.abort(this.qids[index], cid)) || aborted;
    }
    return aborted;
  }

  async release(): Promise<void> {
    // A queue that cannot be deleted may still write to its slots: they stay until the controller is disabled.
    for (const qid of this.qids) await this.controller.deleteQueuePair(qid);
    if (this.vectors.length > 0) this.controller.device.interrupts?.disarm();
    for (const buffer of this.buffers) this.controller.arena.free(buffer);
    this.qids.length = 0;
    this.buffers.length = 0;
  }

  /** Where its queues cannot be deleted: until a reset the controller may write to its slots. */
  leave(): void {
    for (const buffer of this.buffers.splice(0)) this.controller.arena.leave(buffer);
    if (this.vectors.length > 0) this.controller.device.interrupts?.disarm();
  }
}

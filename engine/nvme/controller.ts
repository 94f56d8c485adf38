/**
 * An NVMe controller from attached transport to shut-down (NVMe base 2.0, 3.5 initialization, 3.6 shutdown).
 */
import { EngineError, type EngineWarning, NvmeStatusError } from '../errors.js';
import { DmaArena, type DmaBuffer } from '../memory/arena.js';
import type { TransportDevice } from '../transport/transport.js';
import { Admin } from './admin.js';
import { CommandQueue } from './command-queue.js';
import { type ActiveNamespace, identifyNamespace } from './namespace.js';
import { chooseNamespace, type NamespaceChoice } from './namespace-choice.js';
import type { QueuePairMemory } from './queue-pair.js';
import { disable, enable, isDisabled, readCapabilities, shutDown } from './registers.js';
import {
  type Capabilities,
  type ControllerIdentity,
  CQ_ENTRY_BYTES,
  CSTS,
  CSTS_CFS,
  cqHeadDoorbell,
  DOORBELLS,
  decodeVersion,
  SQ_ENTRY_BYTES,
  sqTailDoorbell,
  VS,
} from './spec/index.js';

const ADMIN_ENTRIES = 32;
const MAX_IO_QUEUES = 65_534;

export interface ControllerOptions {
  /** Backing of DMA memory; `prefer` falls back to base pages with a warning. */
  hugepages?: 'prefer' | 'require' | 'never';
  /** Deadline of each admin command; 10 s where not given. */
  adminTimeoutMs?: number;
  /** Deadline of a normal shutdown; 10 s where not given. */
  shutdownTimeoutMs?: number;
}

interface IoQueueMemory {
  readonly sq: DmaBuffer;
  readonly cq: DmaBuffer;
}

export class Controller {
  readonly device: TransportDevice;
  readonly arena: DmaArena;
  readonly capabilities: Capabilities;
  /** The version that the VS register names, for example `1.4.0`. */
  readonly version: string;
  /** Memory page size in force (CC.MPS). */
  readonly pageBytes: number;
  #admin: Admin | undefined;
  #identity: ControllerIdentity | undefined;
  #queuesGranted = 0;
  readonly #queueMemory = new Map<number, IoQueueMemory>();
  readonly #options: ControllerOptions;
  #givenUp: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(device: TransportDevice, capabilities: Capabilities, options: ControllerOptions) {
    this.device = device;
    this.capabilities = capabilities;
    this.#options = options;
    this.version = decodeVersion(device.registers.read32(VS));
    this.pageBytes = Math.max(4096, capabilities.minPageBytes);
    this.arena = DmaArena.create({
      dma: device.dma,
      target: device.target,
      numaNode: device.numaNode,
      hugepages: options.hugepages ?? 'prefer',
    });
  }

  /**
   * Resets and enables the controller and identifies it. Takes the device over: when this throws, the device has
   * been closed. Throws EngineError, NvmeStatusError.
   */
  static async start(device: TransportDevice, options: ControllerOptions = {}): Promise<Controller> {
    let controller: Controller | undefined;
    try {
      const capabilities = readCapabilities(device);
      await disable(device, capabilities);
      controller = new Controller(device, capabilities, options);
      await controller.bringUp();
      return controller;
    } catch (error) {
      await (controller ? controller.close() : device.close()).catch(() => undefined);
      throw error;
    }
  }

  private async bringUp(): Promise<void> {
    const { device, arena, pageBytes } = this;
    const entries = Math.min(ADMIN_ENTRIES, this.capabilities.maxQueueEntries);
    const sq = arena.allocate(entries * SQ_ENTRY_BYTES, pageBytes);
    const cq = arena.allocate(entries * CQ_ENTRY_BYTES, pageBytes);
    await enable(device, this.capabilities, { entries, sqIova: sq.iova, cqIova: cq.iova, pageBytes });
    const queue = new CommandQueue(
      this.queuePair(0, entries, sq, cq),
      device.target,
      () => this.unusable(),
      (reason) => this.giveUp(reason),
    );
    this.#admin = new Admin(queue, arena, this.#options.adminTimeoutMs);
    this.#identity = await this.#admin.identifyController();
    this.#queuesGranted = await this.#admin.setNumberOfQueues(MAX_IO_QUEUES);
  }

  get admin(): Admin {
    if (!this.#admin) throw new Error('controller is not enabled');
    return this.#admin;
  }

  get identity(): ControllerIdentity {
    if (!this.#identity) throw new Error('controller is not identified');
    return this.#identity;
  }

  /** I/O queue pairs that the controller gives to this host. */
  get maxIoQueues(): number {
    return this.#queuesGranted;
  }

  /** Largest data transfer of one command (MDTS); Infinity where the controller names no limit. */
  get maxTransferBytes(): number {
    return this.identity.mdts === 0
      ? Number.POSITIVE_INFINITY
      : this.capabilities.minPageBytes * 2 ** this.identity.mdts;
  }

  get warnings(): readonly EngineWarning[] {
    return [...this.device.warnings, ...this.arena.warnings];
  }

  /** Why the device is to be released soon, though it still works; undefined where nobody asked. */
  askedBack(): string | undefined {
    return this.device.askedBack?.();
  }

  /** Why the controller cannot do I/O any more (gone, fatal status), or undefined. Reads CSTS. */
  dead(): string | undefined {
    const lost = this.device.lost();
    if (lost !== undefined) return lost;
    const csts = this.device.registers.read32(CSTS);
    if (csts === 0xffff_ffff) return 'the device reads as all ones: it is gone';
    if ((csts & CSTS_CFS) !== 0) return 'the controller reports a fatal status (CSTS.CFS)';
    return undefined;
  }

  /**
   * Sends no further admin command: those that wait fail now, and `close` resets the controller without asking.
   * Happens by itself when an admin command times out, because the next one would as well.
   */
  giveUp(reason: string): void {
    this.#givenUp ??= reason;
  }

  private unusable(): string | undefined {
    return this.dead() ?? this.#givenUp;
  }

  /** An active namespace; unless one is named, the first. Throws EngineError NO_SUCH_NAMESPACE, BAD_NAMESPACE. */
  async namespace(choice?: NamespaceChoice): Promise<ActiveNamespace> {
    const chosen = await chooseNamespace(this.admin, this.device.target, choice);
    return identifyNamespace(this.admin, chosen);
  }

  /**
   * Creates an I/O queue pair with the lowest free identifier, with interrupts where a vector is given.
   * Throws EngineError QUEUE_TOO_DEEP, NO_QUEUE_LEFT; NvmeStatusError where the controller refuses.
   */
  async createQueuePair(entries: number, vector?: number): Promise<QueuePairMemory> {
    this.checkEntries(entries);
    const qid = this.freeQueueId();
    const cq = this.arena.allocate(entries * CQ_ENTRY_BYTES, this.pageBytes);
    const sq = this.arena.allocate(entries * SQ_ENTRY_BYTES, this.pageBytes);
    this.#queueMemory.set(qid, { sq, cq });
    try {
      await this.admin.createCompletionQueue(qid, entries, cq.iova, vector);
      await this.createSubmissionQueue(qid, entries, sq.iova);
    } catch (error) {
      // Refused means that the controller does not use the memory. After a time-out it might, until it is reset.
      if (error instanceof NvmeStatusError) this.forgetQueuePair(qid);
      throw error;
    }
    return this.queuePair(qid, entries, sq, cq);
  }

  /** Takes the completion queue back where the controller refuses the submission queue. */
  private async createSubmissionQueue(qid: number, entries: number, iova: bigint): Promise<void> {
    try {
      await this.admin.createSubmissionQueue(qid, entries, iova);
    } catch (error) {
      if (error instanceof NvmeStatusError) await this.admin.deleteCompletionQueue(qid);
      throw error;
    }
  }

  private forgetQueuePair(qid: number): void {
    const memory = this.#queueMemory.get(qid);
    this.#queueMemory.delete(qid);
    if (!memory) return;
    this.arena.free(memory.sq);
    this.arena.free(memory.cq);
  }

  /** Deletes the submission queue, then the completion queue, then frees their memory; in this order. */
  async deleteQueuePair(qid: number): Promise<void> {
    if (!this.#queueMemory.has(qid)) return;
    await this.admin.deleteSubmissionQueue(qid);
    await this.admin.deleteCompletionQueue(qid);
    this.forgetQueuePair(qid);
  }

  /** A queue pair driven from this thread, one command at a time; for checks, not for measuring. */
  commandQueue(memory: QueuePairMemory): CommandQueue {
    return new CommandQueue(memory, this.device.target, () => this.dead());
  }

  private checkEntries(entries: number): void {
    const { maxQueueEntries } = this.capabilities;
    if (entries >= 2 && entries <= maxQueueEntries) return;
    throw new EngineError({
      code: 'QUEUE_TOO_DEEP',
      op: `create a queue of ${entries} entries`,
      target: this.device.target,
      reason: `the controller takes 2 to ${maxQueueEntries} (CAP.MQES), one of which stays free`,
      hint: `use an iodepth of at most ${maxQueueEntries - 1}, or more queue pairs`,
      kind: 'input',
    });
  }

  private freeQueueId(): number {
    for (let qid = 1; qid <= this.#queuesGranted; qid++) if (!this.#queueMemory.has(qid)) return qid;
    throw new EngineError({
      code: 'NO_QUEUE_LEFT',
      op: 'create an I/O queue pair',
      target: this.device.target,
      reason: `the controller gives ${this.#queuesGranted}, all in use`,
      hint: 'use fewer numjobs or queue_pairs',
      kind: 'input',
    });
  }

  private queuePair(qid: number, entries: number, sq: DmaBuffer, cq: DmaBuffer): QueuePairMemory {
    const stride = this.capabilities.doorbellStrideBytes;
    const { address } = this.device.doorbells;
    return {
      qid,
      entries,
      sqAddress: sq.address,
      cqAddress: cq.address,
      sqTailDoorbell: address + BigInt(sqTailDoorbell(qid, stride)),
      cqHeadDoorbell: address + BigInt(cqHeadDoorbell(qid, stride)),
    };
  }

  /**
   * Deletes what queues are left, shuts the controller down, disables it, and only then gives the memory and the
   * device back. Every step runs; the first failure is thrown at the end. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.closeOnce();
    return this.#closing;
  }

  /**
   * Without an IOMMU only a controller that is disabled or reset is known to leave memory alone. The error that
   * says that memory is kept, where neither can be had.
   */
  private async memoryToKeep(): Promise<EngineError | undefined> {
    if (this.device.dma.iovaMode !== 'pa' || isDisabled(this.device)) return undefined;
    await this.device.reset().catch(() => false);
    if (isDisabled(this.device)) return undefined;
    return this.arena.abandon('the controller can be neither disabled nor reset');
  }

  private async closeOnce(): Promise<void> {
    const failures: unknown[] = [];
    const step = async (run: () => unknown): Promise<void> => {
      try {
        await run();
      } catch (error) {
        failures.push(error);
      }
    };
    if (this.unusable() === undefined && this.#admin) {
      for (const qid of [...this.#queueMemory.keys()]) await step(() => this.deleteQueuePair(qid));
      if (this.unusable() === undefined)
        await step(() => shutDown(this.device, this.#options.shutdownTimeoutMs));
    }
    await step(() => disable(this.device, this.capabilities));
    const kept = await this.memoryToKeep();
    if (kept) failures.unshift(kept);
    else await step(() => this.arena.close());
    await step(() => this.device.close());
    if (failures.length > 0) throw failures[0];
  }
}

/** Bytes of BAR0 that doorbells of `queues` queue pairs (admin included) need. */
export function doorbellBytes(queues: number, strideBytes: number): number {
  return DOORBELLS + cqHeadDoorbell(queues, strideBytes) + 4;
}

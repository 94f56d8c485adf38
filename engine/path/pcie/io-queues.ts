/** The I/O queue pairs that this process has created on a controller, and their memory. */
import { EngineError, NvmeStatusError } from '../../errors.js';
import type { DmaArena, DmaBuffer } from '../../memory/arena.js';
import {
  type Capabilities,
  CQ_ENTRY_BYTES,
  cqHeadDoorbell,
  lastDoorbellPair,
  SQ_ENTRY_BYTES,
  sqTailDoorbell,
} from '../../spec/index.js';
import { PRIORITIES, type QueuePriority, type SqMemory } from '../path.js';
import type { Admin } from './admin.js';
import { notOurs } from './controller-memory.js';
import type { ControllerOptions } from './controller-options.js';
import type { GivenMemory } from './given-memory.js';
import type { Manner } from './manner.js';
import type { QueueIdSource } from './queue-ids.js';
import type { QueuePairMemory } from './queue-pair.js';
import { enable, isWeighted } from './registers.js';
import type { TransportDevice } from './transport/transport.js';
import { rest } from './wait.js';

export interface IoQueuesParts {
  readonly admin: Admin;
  readonly ids: QueueIdSource;
  readonly arena: DmaArena;
  readonly capabilities: Capabilities;
  readonly pageBytes: number;
  /** Absent where another process holds the controller: what it gave is its own. */
  readonly given?: GivenMemory | undefined;
  readonly manner: Manner;
  readonly device: TransportDevice;
}

export interface QueueMemory {
  readonly sq: DmaBuffer;
  readonly cq: DmaBuffer;
}

/** Of queues in memory of the controller the completion queue lies in that of the host all the same, which is polled. */
interface PairMemory {
  readonly sq: Pick<DmaBuffer, 'address' | 'iova'>;
  readonly cq: DmaBuffer;
  free(): void;
}

/** How a queue pair is made. */
export interface QueueManner {
  /** Where its submission queue lies: memory of the host, or the Controller Memory Buffer; `host` unless given. */
  readonly sqMemory?: SqMemory | undefined;
  /** Of a controller that goes by weighted round robin: `medium` there unless given. */
  readonly priority?: QueuePriority | undefined;
}

/** Memory of both queues. Throws EngineError; keeps nothing then. */
export function allocateQueues(arena: DmaArena, entries: number, pageBytes: number): QueueMemory {
  const cq = arena.allocate(entries * CQ_ENTRY_BYTES, pageBytes);
  try {
    return { cq, sq: arena.allocate(entries * SQ_ENTRY_BYTES, pageBytes) };
  } catch (error) {
    arena.free(cq);
    throw error;
  }
}

/** Where a queue pair and its doorbells lie. */
export function queuePairMemory(
  qid: number,
  entries: number,
  { sq, cq }: Pick<PairMemory, 'sq' | 'cq'>,
  { capabilities, device, given }: Pick<IoQueuesParts, 'capabilities' | 'device' | 'given'>,
): QueuePairMemory {
  const { doorbells } = device;
  const stride = capabilities.doorbellStrideBytes;
  const inMemory = given?.doorbells.of(qid);
  return {
    qid,
    entries,
    sqAddress: sq.address,
    cqAddress: cq.address,
    sqTailDoorbell: doorbells.address + BigInt(sqTailDoorbell(qid, stride)),
    cqHeadDoorbell: doorbells.address + BigInt(cqHeadDoorbell(qid, stride)),
    ...(inMemory === undefined ? {} : { shadow: inMemory }),
  };
}

/** Enables a controller with an admin queue of its own in this memory. Throws EngineError. */
export async function enableWith(
  parts: Pick<IoQueuesParts, 'capabilities' | 'pageBytes' | 'manner' | 'device'>,
  memory: QueueMemory,
  { weightedRoundRobin: weighted, abandonSignal }: ControllerOptions,
): Promise<QueuePairMemory> {
  const { device, capabilities, pageBytes, manner } = parts;
  const { adminEntries: entries } = manner;
  await enable(device, capabilities, {
    entries,
    sqIova: memory.sq.iova,
    cqIova: memory.cq.iova,
    pageBytes,
    weighted,
    abandonSignal,
  });
  return queuePairMemory(0, entries, memory, { capabilities, device });
}

export class IoQueues {
  readonly ids: QueueIdSource;
  readonly #parts: IoQueuesParts;
  readonly #memory = new Map<number, PairMemory>();

  constructor(parts: IoQueuesParts) {
    this.#parts = parts;
    this.ids = parts.ids;
  }

  /** Identifiers of the queue pairs that there are. */
  get qids(): number[] {
    return [...this.#memory.keys()];
  }

  /**
   * Throws EngineError QUEUE_TOO_DEEP, NO_QUEUE_LEFT, DOORBELLS_OUT_OF_REACH, NO_CONTROLLER_MEMORY; NvmeStatusError where the
   * controller refuses.
   */
  async create(
    entries: number,
    vector?: number,
    { sqMemory = 'host', priority }: QueueManner = {},
  ): Promise<QueuePairMemory> {
    const { admin } = this.#parts;
    this.#checkEntries(entries);
    const qid = await this.ids.take();
    let memory: PairMemory;
    try {
      this.#checkDoorbells(qid);
      memory = sqMemory === 'cmb' ? this.#inController(entries) : this.#inHost(entries);
    } catch (error) {
      await this.ids.give(qid);
      throw error;
    }
    this.#memory.set(qid, memory);
    // Before the controller looks: its doorbells in memory are at 0 from here on.
    const pair = queuePairMemory(qid, entries, memory, this.#parts);
    try {
      await admin.createCompletionQueue(qid, entries, memory.cq.iova, vector);
      await this.#createSubmissionQueue(qid, entries, memory.sq.iova, this.#qprio(priority));
    } catch (error) {
      // Refused means that the controller does not use the memory. After a time-out it might, until it is reset.
      if (error instanceof NvmeStatusError) await this.#forget(qid);
      throw error;
    }
    await rest(this.#parts.manner.restMs.queue);
    return pair;
  }

  #inHost(entries: number): PairMemory {
    const { arena, pageBytes } = this.#parts;
    const { sq, cq } = allocateQueues(arena, entries, pageBytes);
    const free = (): void => {
      for (const buffer of [sq, cq]) arena.free(buffer);
    };
    return { sq, cq, free };
  }

  #inController(entries: number): PairMemory {
    const { arena, pageBytes, given, device } = this.#parts;
    if (given === undefined) throw notOurs(device.target);
    const { controllerMemory } = given;
    const sq = controllerMemory.allocate(entries * SQ_ENTRY_BYTES);
    try {
      const cq = arena.allocate(entries * CQ_ENTRY_BYTES, pageBytes);
      const free = (): void => {
        controllerMemory.free(sq);
        arena.free(cq);
      };
      return { sq, cq, free };
    } catch (error) {
      controllerMemory.free(sq);
      throw error;
    }
  }

  /** Deletes the submission queue, then the completion queue, then frees their memory; in this order. */
  async delete(qid: number): Promise<void> {
    if (!this.#memory.has(qid)) return;
    await this.#parts.admin.deleteSubmissionQueue(qid);
    await this.#parts.admin.deleteCompletionQueue(qid);
    await this.#forget(qid);
  }

  /** Frees the memory of all queues, of which a controller that is disabled knows nothing any more. */
  async forgetAll(): Promise<void> {
    for (const qid of this.qids) await this.#forget(qid);
  }

  /** QPRIO says nothing where the controller goes by round robin. Urgent queues would hold all others up. */
  #qprio(priority: QueuePriority | undefined): number {
    if (priority !== undefined) return PRIORITIES.indexOf(priority);
    const { device, manner } = this.#parts;
    return isWeighted(device) ? PRIORITIES.indexOf('medium') : manner.queuePriority;
  }

  /** Takes the completion queue back where the controller refuses the submission queue. */
  async #createSubmissionQueue(qid: number, entries: number, iova: bigint, qprio: number): Promise<void> {
    try {
      await this.#parts.admin.createSubmissionQueue(qid, entries, iova, qprio);
    } catch (error) {
      if (error instanceof NvmeStatusError) await this.#deleteOrphan(qid, error);
      throw error;
    }
  }

  /** A completion queue that stays keeps its memory and its identifier: then the failure is no plain refusal. */
  async #deleteOrphan(qid: number, refusal: NvmeStatusError): Promise<void> {
    try {
      await this.#parts.admin.deleteCompletionQueue(qid);
    } catch {
      throw new EngineError({
        code: 'COMPLETION_QUEUE_LEFT',
        op: `create I/O queue pair ${qid}`,
        target: this.#parts.device.target,
        reason: `${refusal.message}; and the completion queue made for it cannot be deleted`,
        hint: 'end the run: closing the controller resets it',
        cause: refusal,
      });
    }
  }

  /** The identifier may be another process's choice. */
  #checkDoorbells(qid: number): void {
    const { capabilities, device } = this.#parts;
    const { target } = device;
    const { lengthBytes } = device.doorbells;
    if (qid > 0 && qid <= lastDoorbellPair(lengthBytes, capabilities.doorbellStrideBytes)) return;
    throw new EngineError({
      code: 'DOORBELLS_OUT_OF_REACH',
      op: `create I/O queue pair ${qid}`,
      target,
      reason: `its doorbells are not within the ${lengthBytes} bytes that can be reached`,
      hint: 'use fewer queue_pairs',
    });
  }

  async #forget(qid: number): Promise<void> {
    const memory = this.#memory.get(qid);
    this.#memory.delete(qid);
    if (!memory) return;
    memory.free();
    await this.ids.give(qid);
  }

  #checkEntries(entries: number): void {
    const { maxQueueEntries } = this.#parts.capabilities;
    if (entries >= 2 && entries <= maxQueueEntries) return;
    throw new EngineError({
      code: 'QUEUE_TOO_DEEP',
      op: `create a queue of ${entries} entries`,
      target: this.#parts.device.target,
      reason: `the controller takes 2 to ${maxQueueEntries} (CAP.MQES), one of which stays free`,
      hint: `use an iodepth of at most ${maxQueueEntries - 1}, or more queue pairs`,
      kind: 'input',
    });
  }
}

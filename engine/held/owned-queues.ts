/**
 * The queues of one secondary, and which admin commands it may have executed: those that read, and those on its own
 * queues, in memory of its own. To it the controller looks as if it had no others.
 */
import { NvmeStatusError } from '../errors.js';
import type { Command } from '../path/pcie/command-queue.js';
import { ADMIN, QUEUE_INTERRUPTS_ENABLED, statusName } from '../spec/index.js';
import { reachOf, type Span } from './command-reach.js';

const INVALID_OPCODE = 0x001;
const INVALID_FIELD = 0x002;
const DATA_TRANSFER_ERROR = 0x004;
const INVALID_QUEUE = 0x101;
const INVALID_VECTOR = 0x108;
const READING: readonly number[] = [ADMIN.IDENTIFY, ADMIN.GET_LOG_PAGE, ADMIN.GET_FEATURES];

interface Queues {
  sq: boolean;
  cq: boolean;
  /** That the completion queue raises. */
  vector: number | undefined;
}

interface Existing extends Queues {
  sqMemory: Span | undefined;
  cqMemory: Span | undefined;
}

/** The interrupt vectors that are the secondary's. */
interface Vectors {
  has(vector: number): boolean;
}

/** The memory that the secondary has mapped for the controller. */
export interface ReachableMemory {
  /** Of the controller (CC.MPS). */
  readonly pageBytes: number;
  covers(span: Span): boolean;
}

export class OwnedQueues {
  readonly #queues = new Map<number, Existing>();
  readonly #vectors: Vectors;
  readonly #memory: ReachableMemory;

  constructor(vectors: Vectors, memory: ReachableMemory) {
    this.#vectors = vectors;
    this.#memory = memory;
  }

  /** Identifiers with the queues that exist, or may exist. */
  get entries(): readonly (Readonly<Queues> & { readonly qid: number })[] {
    return [...this.#queues].map(([qid, { sq, cq, vector }]) => ({ qid, sq, cq, vector }));
  }

  add(qid: number): void {
    this.#queues.set(qid, {
      sq: false,
      cq: false,
      vector: undefined,
      sqMemory: undefined,
      cqMemory: undefined,
    });
  }

  /** Whether a completion queue exists, or may exist, that raises the vector. */
  raises(vector: number): boolean {
    return [...this.#queues.values()].some((queue) => queue.cq && queue.vector === vector);
  }

  /** The identifier of a queue that lies in part of that memory, or may. */
  inMemory({ iova, lengthBytes }: Span): number | undefined {
    const meets = (span: Span | undefined): boolean =>
      span !== undefined &&
      span.iova < iova + BigInt(lengthBytes) &&
      iova < span.iova + BigInt(span.lengthBytes);
    for (const [qid, { sq, cq, sqMemory, cqMemory }] of this.#queues)
      if ((sq && meets(sqMemory)) || (cq && meets(cqMemory))) return qid;
    return undefined;
  }

  /** Whether the identifier was this secondary's and none of its queues exists any more; it is forgotten then. */
  remove(qid: number): boolean {
    const existing = this.#queues.get(qid);
    if (existing === undefined || existing.sq || existing.cq) return false;
    return this.#queues.delete(qid);
  }

  /** Executes a command that is allowed, by `execute`. Throws NvmeStatusError for others, or what `execute` throws. */
  async execute<T>(command: Command, execute: () => Promise<T>): Promise<T> {
    const refusal = this.#refusal(command);
    if (refusal !== undefined) throw refused(command, refusal);
    const existing = this.#queues.get((command.cdw10 ?? 0) & 0xffff);
    const before = { ...existing };
    if (existing) noteCreated(existing, command);
    try {
      const result = await execute();
      if (existing) noteDeleted(existing, command);
      return result;
    } catch (error) {
      // Refused, it may have been there before. Without an answer it may be there.
      if (existing && error instanceof NvmeStatusError) Object.assign(existing, before);
      throw error;
    }
  }

  #refusal(command: Command): number | undefined {
    return this.#refusalOfQueue(command) ?? this.#refusalOfMemory(command);
  }

  /** What the controller would have done to it: an address that is not mapped, or another's, may cost all of them theirs. */
  #refusalOfMemory(command: Command): number | undefined {
    const spans = reachOf(command, this.#memory.pageBytes);
    if (spans === undefined) return INVALID_FIELD;
    return spans.every((span) => this.#memory.covers(span)) ? undefined : DATA_TRANSFER_ERROR;
  }

  #refusalOfQueue({ opcode, cdw10 = 0, cdw11 = 0 }: Command): number | undefined {
    if (READING.includes(opcode)) return undefined;
    const own = this.#queues.has(cdw10 & 0xffff);
    switch (opcode) {
      case ADMIN.ABORT:
        return own ? undefined : INVALID_FIELD;
      case ADMIN.CREATE_IO_CQ:
        if (!own) return INVALID_QUEUE;
        return this.#mayRaise(vectorOf(cdw11)) ? undefined : INVALID_VECTOR;
      case ADMIN.CREATE_IO_SQ:
        return own && this.#queues.has(cdw11 >>> 16) ? undefined : INVALID_QUEUE;
      case ADMIN.DELETE_IO_CQ:
      case ADMIN.DELETE_IO_SQ:
        return own ? undefined : INVALID_QUEUE;
      default:
        return INVALID_OPCODE;
    }
  }

  /** Another's vector leads to another's eventfd. */
  #mayRaise(vector: number | undefined): boolean {
    return vector === undefined || this.#vectors.has(vector);
  }
}

function noteCreated(existing: Existing, command: Command): void {
  const [memory] = reachOf(command, 1) ?? [];
  if (command.opcode === ADMIN.CREATE_IO_SQ) Object.assign(existing, { sq: true, sqMemory: memory });
  if (command.opcode === ADMIN.CREATE_IO_CQ)
    Object.assign(existing, { cq: true, cqMemory: memory, vector: vectorOf(command.cdw11 ?? 0) });
}

function noteDeleted(existing: Existing, { opcode }: Command): void {
  if (opcode === ADMIN.DELETE_IO_SQ) existing.sq = false;
  if (opcode === ADMIN.DELETE_IO_CQ) existing.cq = false;
}

/** The vector of a Create I/O Completion Queue (5.4); undefined where its interrupts are off. */
function vectorOf(cdw11: number): number | undefined {
  return (cdw11 & QUEUE_INTERRUPTS_ENABLED) === 0 ? undefined : cdw11 >>> 16;
}

function refused(command: Command, status: number): NvmeStatusError {
  return new NvmeStatusError({
    code: 'NVME_STATUS',
    op: command.name,
    target: 'shared controller',
    reason: `${statusName(status)}, from the process that holds the controller`,
    hint: 'a process that shares it reads, and creates and deletes its own queues; end the others for more',
    statusCodeType: status >>> 8,
    statusCode: status & 0xff,
    doNotRetry: true,
  });
}

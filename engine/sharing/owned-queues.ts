/**
 * The queues of one secondary, and which admin commands it may have executed: those that read, and those on its own
 * queues. To it the controller looks as if it had no others.
 */
import { NvmeStatusError } from '../errors.js';
import type { Command } from '../nvme/command-queue.js';
import { ADMIN, QUEUE_INTERRUPTS_ENABLED, statusName } from '../nvme/spec/index.js';

const INVALID_OPCODE = 0x001;
const INVALID_FIELD = 0x002;
const INVALID_QUEUE = 0x101;
const INVALID_VECTOR = 0x108;
const READING: readonly number[] = [ADMIN.IDENTIFY, ADMIN.GET_LOG_PAGE, ADMIN.GET_FEATURES];

interface Existing {
  sq: boolean;
  cq: boolean;
  /** That the completion queue raises. */
  vector: number | undefined;
}

/** The interrupt vectors that are the secondary's. */
interface Vectors {
  has(vector: number): boolean;
}

export class OwnedQueues {
  readonly #queues = new Map<number, Existing>();
  readonly #vectors: Vectors;

  constructor(vectors: Vectors) {
    this.#vectors = vectors;
  }

  /** Identifiers with the queues that exist, or may exist. */
  get entries(): readonly (Readonly<Existing> & { readonly qid: number })[] {
    return [...this.#queues].map(([qid, existing]) => ({ qid, ...existing }));
  }

  add(qid: number): void {
    this.#queues.set(qid, { sq: false, cq: false, vector: undefined });
  }

  /** Whether a completion queue exists, or may exist, that raises the vector. */
  raises(vector: number): boolean {
    return [...this.#queues.values()].some((queue) => queue.cq && queue.vector === vector);
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
    this.#note(command, [ADMIN.CREATE_IO_CQ, ADMIN.CREATE_IO_SQ], true);
    try {
      const result = await execute();
      this.#note(command, [ADMIN.DELETE_IO_CQ, ADMIN.DELETE_IO_SQ], false);
      return result;
    } catch (error) {
      // Without an answer the queue may be there.
      if (error instanceof NvmeStatusError)
        this.#note(command, [ADMIN.CREATE_IO_CQ, ADMIN.CREATE_IO_SQ], false);
      throw error;
    }
  }

  #refusal({ opcode, cdw10 = 0, cdw11 = 0 }: Command): number | undefined {
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

  #note(
    { opcode, cdw10 = 0, cdw11 = 0 }: Command,
    [cq, sq]: readonly [number, number],
    exists: boolean,
  ): void {
    const existing = this.#queues.get(cdw10 & 0xffff);
    if (existing === undefined) return;
    if (opcode === cq) existing.cq = exists;
    if (opcode === cq && exists) existing.vector = vectorOf(cdw11);
    if (opcode === sq) existing.sq = exists;
  }
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

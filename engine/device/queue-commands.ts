/** Create and Delete I/O queues, with the checks of NVMe base 2.0, 5.4 to 5.7 (NVMe 1.4: 5.3 to 5.6). */
import { QUEUE_INTERRUPTS_ENABLED, QUEUE_PHYSICALLY_CONTIGUOUS, SQE } from '../spec/command.js';
import {
  COMPLETION_QUEUE_INVALID,
  HELD,
  INVALID_FIELD,
  INVALID_INTERRUPT_VECTOR,
  INVALID_QUEUE_DELETION,
  INVALID_QUEUE_IDENTIFIER,
  INVALID_QUEUE_SIZE,
  PRP_OFFSET_INVALID,
  SUCCESS,
} from './answers.js';
import type { SimConfig } from './config.js';
import type { Features } from './features.js';
import type { QueueSet } from './queue-set.js';

export class QueueCommands {
  private readonly config: SimConfig;
  private readonly queues: QueueSet;
  private readonly features: Features;
  private readonly fatal: (reason: string) => void;
  private pageBytes = 4096;

  constructor(config: SimConfig, queues: QueueSet, features: Features, fatal: (reason: string) => void) {
    this.config = config;
    this.queues = queues;
    this.features = features;
    this.fatal = fatal;
  }

  setPage(pageBytes: number): void {
    this.pageBytes = pageBytes;
  }

  createCompletion(command: Uint32Array): number {
    const qid = command[SQE.CDW10] & 0xffff;
    const unusable = qid === 0 || qid > this.features.completionQueues || !this.queues.hasDoorbells(qid);
    if (unusable || this.queues.completion[qid] !== undefined) return INVALID_QUEUE_IDENTIFIER;
    const status = this.checkMemory(command);
    if (status !== SUCCESS) return status;
    if (command[SQE.CDW11] >>> 16 > this.config.maxIoQueues) return INVALID_INTERRUPT_VECTOR;
    const enabled = (command[SQE.CDW11] & QUEUE_INTERRUPTS_ENABLED) !== 0;
    const vector = enabled ? command[SQE.CDW11] >>> 16 : -1;
    const made = this.queues.addCompletion(qid, entriesOf(command), iovaOf(command), vector);
    return made ? SUCCESS : this.unreachable(qid);
  }

  createSubmission(command: Uint32Array): number {
    const qid = command[SQE.CDW10] & 0xffff;
    const unusable = qid === 0 || qid > this.features.submissionQueues || !this.queues.hasDoorbells(qid);
    if (unusable || this.queues.submission[qid] !== undefined) return INVALID_QUEUE_IDENTIFIER;
    const cqid = command[SQE.CDW11] >>> 16;
    if (cqid === 0 || cqid > this.features.completionQueues) return INVALID_QUEUE_IDENTIFIER;
    const completion = this.queues.completion[cqid];
    if (completion === undefined) return COMPLETION_QUEUE_INVALID;
    const status = this.checkMemory(command);
    if (status !== SUCCESS) return status;
    const priority = (command[SQE.CDW11] >>> 1) & 3;
    const made = this.queues.addSubmission(qid, entriesOf(command), iovaOf(command), completion, priority);
    return made ? SUCCESS : this.unreachable(qid);
  }

  deleteCompletion(command: Uint32Array): number {
    const qid = command[SQE.CDW10] & 0xffff;
    const queue = this.queues.completion[qid];
    if (qid === 0 || queue === undefined) return INVALID_QUEUE_IDENTIFIER;
    if (queue.submissionQueues > 0) return INVALID_QUEUE_DELETION;
    this.queues.deleteCompletion(queue);
    return SUCCESS;
  }

  deleteSubmission(command: Uint32Array): number {
    const qid = command[SQE.CDW10] & 0xffff;
    const queue = this.queues.submission[qid];
    if (qid === 0 || queue === undefined) return INVALID_QUEUE_IDENTIFIER;
    this.queues.deleteSubmission(queue);
    return SUCCESS;
  }

  private checkMemory(command: Uint32Array): number {
    const entries = entriesOf(command);
    const { entriesThatWork } = this.config.personality;
    if (entriesThatWork > 0 && entries > entriesThatWork) return this.tooDeep(entries);
    if (entries < 2 || entries > this.config.maxQueueEntries) return INVALID_QUEUE_SIZE;
    // CAP.CQR
    if ((command[SQE.CDW11] & QUEUE_PHYSICALLY_CONTIGUOUS) === 0) return INVALID_FIELD;
    return command[SQE.PRP1_LOW] % this.pageBytes === 0 ? SUCCESS : PRP_OFFSET_INVALID;
  }

  private tooDeep(entries: number): number {
    this.fatal(`a queue of ${entries} entries was created, which its personality does not survive`);
    return HELD;
  }

  /** A controller that cannot reach a queue has no way to say so but CSTS.CFS. */
  private unreachable(qid: number): number {
    this.fatal(`queue ${qid} was created in memory that is not mapped`);
    return HELD;
  }
}

function entriesOf(command: Uint32Array): number {
  return (command[SQE.CDW10] >>> 16) + 1;
}

function iovaOf(command: Uint32Array): number {
  return command[SQE.PRP1_LOW] + command[SQE.PRP1_HIGH] * 2 ** 32;
}

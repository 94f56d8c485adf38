/** Create and Delete I/O queues, with the checks of NVMe base 2.0, 5.4 to 5.7 (NVMe 1.4: 5.3 to 5.6). */
import { QUEUE_INTERRUPTS_ENABLED, QUEUE_PHYSICALLY_CONTIGUOUS, SQE } from '../nvme/spec/command.js';
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
  private readonly fatal: () => void;
  private pageBytes = 4096;

  constructor(config: SimConfig, queues: QueueSet, features: Features, fatal: () => void) {
    this.config = config;
    this.queues = queues;
    this.features = features;
    this.fatal = fatal;
  }

  setPage(pageBytes: number): void {
    this.pageBytes = pageBytes;
  }

  createCompletion(commands: Uint32Array, at: number): number {
    const qid = commands[at + SQE.CDW10] & 0xffff;
    const unusable = qid === 0 || qid > this.features.completionQueues;
    if (unusable || this.queues.completion[qid] !== undefined) return INVALID_QUEUE_IDENTIFIER;
    const status = this.checkMemory(commands, at);
    if (status !== SUCCESS) return status;
    if (commands[at + SQE.CDW11] >>> 16 > this.config.maxIoQueues) return INVALID_INTERRUPT_VECTOR;
    const enabled = (commands[at + SQE.CDW11] & QUEUE_INTERRUPTS_ENABLED) !== 0;
    const vector = enabled ? commands[at + SQE.CDW11] >>> 16 : -1;
    const made = this.queues.addCompletion(qid, entriesOf(commands, at), iovaOf(commands, at), vector);
    return made ? SUCCESS : this.unreachable();
  }

  createSubmission(commands: Uint32Array, at: number): number {
    const qid = commands[at + SQE.CDW10] & 0xffff;
    const unusable = qid === 0 || qid > this.features.submissionQueues;
    if (unusable || this.queues.submission[qid] !== undefined) return INVALID_QUEUE_IDENTIFIER;
    const cqid = commands[at + SQE.CDW11] >>> 16;
    if (cqid === 0 || cqid > this.features.completionQueues) return INVALID_QUEUE_IDENTIFIER;
    const completion = this.queues.completion[cqid];
    if (completion === undefined) return COMPLETION_QUEUE_INVALID;
    const status = this.checkMemory(commands, at);
    if (status !== SUCCESS) return status;
    const made = this.queues.addSubmission(qid, entriesOf(commands, at), iovaOf(commands, at), completion);
    return made ? SUCCESS : this.unreachable();
  }

  deleteCompletion(commands: Uint32Array, at: number): number {
    const qid = commands[at + SQE.CDW10] & 0xffff;
    const queue = this.queues.completion[qid];
    if (qid === 0 || queue === undefined) return INVALID_QUEUE_IDENTIFIER;
    if (queue.submissionQueues > 0) return INVALID_QUEUE_DELETION;
    this.queues.deleteCompletion(queue);
    return SUCCESS;
  }

  deleteSubmission(commands: Uint32Array, at: number): number {
    const qid = commands[at + SQE.CDW10] & 0xffff;
    const queue = this.queues.submission[qid];
    if (qid === 0 || queue === undefined) return INVALID_QUEUE_IDENTIFIER;
    this.queues.deleteSubmission(queue);
    return SUCCESS;
  }

  private checkMemory(commands: Uint32Array, at: number): number {
    const entries = entriesOf(commands, at);
    if (entries < 2 || entries > this.config.maxQueueEntries) return INVALID_QUEUE_SIZE;
    // CAP.CQR
    if ((commands[at + SQE.CDW11] & QUEUE_PHYSICALLY_CONTIGUOUS) === 0) return INVALID_FIELD;
    return commands[at + SQE.PRP1_LOW] % this.pageBytes === 0 ? SUCCESS : PRP_OFFSET_INVALID;
  }

  /** A controller that cannot reach a queue has no way to say so but CSTS.CFS. */
  private unreachable(): number {
    this.fatal();
    return HELD;
  }
}

function entriesOf(commands: Uint32Array, at: number): number {
  return (commands[at + SQE.CDW10] >>> 16) + 1;
}

function iovaOf(commands: Uint32Array, at: number): number {
  return commands[at + SQE.PRP1_LOW] + commands[at + SQE.PRP1_HIGH] * 2 ** 32;
}

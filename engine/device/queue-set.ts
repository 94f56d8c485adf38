/** The controller's queues and doorbells: creating, deleting, and serving them. `serve` is HOT. */
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../spec/registers.js';
import { ABORTED_SQ_DELETION } from './answers.js';
import { ARBITRATION_BURST, Arbiter } from './arbiter.js';
import type { ControllerMemory } from './controller-memory.js';
import { ACCESS_READ, ACCESS_WRITE, type DmaView } from './dma-table.js';
import type { InterruptLines } from './interrupts.js';
import type { IoService } from './io-service.js';
import { CompletionQueue, type Ring, SubmissionQueue } from './queues.js';
import { ShadowDoorbells } from './shadow-doorbells.js';

/** What a doorbell with an impossible value or a queue without memory leads to. */
export interface QueueTrouble {
  invalidDoorbell(): void;
  /** The controller cannot go on: CSTS.CFS. */
  fatal(reason: string): void;
}

export interface QueueSetParts {
  readonly doorbells: Uint32Array;
  /** See Personality. */
  readonly strideShift: number;
  readonly dma: DmaView;
  /** Of the controller's own, which queues may lie in. */
  readonly memory?: ControllerMemory | undefined;
  readonly service: IoService;
  readonly trouble: QueueTrouble;
  readonly interrupts?: InterruptLines | undefined;
}

export class QueueSet {
  /** By queue identifier; 0 is the admin pair. */
  readonly submission: (SubmissionQueue | undefined)[] = [];
  readonly completion: (CompletionQueue | undefined)[] = [];
  /** I/O submission queues in the order they were made. */
  private serving: SubmissionQueue[] = [];
  /** I/O completion queues with interrupts enabled; undefined where there are none. */
  private interrupting: readonly CompletionQueue[] | undefined;
  private readonly parts: QueueSetParts;
  /** Identifiers of queues that complete nothing more, whoever makes them again. */
  private readonly stuck = new Set<number>();
  private readonly doorbells: Uint32Array;
  private readonly shadow: ShadowDoorbells;
  private readonly service: IoService;
  private readonly trouble: QueueTrouble;
  private readonly strideShift: number;
  readonly arbiter: Arbiter;

  constructor(parts: QueueSetParts) {
    this.parts = parts;
    this.strideShift = parts.strideShift;
    this.doorbells = parts.doorbells;
    this.shadow = new ShadowDoorbells(parts.dma);
    this.service = parts.service;
    this.trouble = parts.trouble;
    const { service } = parts;
    this.arbiter = new Arbiter({
      fetchable: (queue) => (service.stopped ? 0 : this.fetchable(queue)),
      fetch: (queue, count) => service.fetch(queue, count),
    });
  }

  reset(): void {
    this.submission.length = 0;
    this.completion.length = 0;
    this.setServing([]);
    this.arbiter.reset();
    this.stuck.clear();
    this.interrupting = undefined;
    this.service.reset();
    this.shadow.reset();
    this.doorbells.fill(0);
  }

  private setServing(queues: SubmissionQueue[]): void {
    this.serving = queues;
    this.arbiter.setQueues(queues);
  }

  ioQueuesExist(): boolean {
    return this.submission.length > 1 || this.completion.length > 1;
  }

  /** How many I/O submission queues there are. */
  ioQueues(): number {
    return this.submission.filter((queue) => queue !== undefined && queue.qid !== 0).length;
  }

  ioHasBegun(): boolean {
    return this.serving.some(({ tail, tailWord, doorbells }) => tail !== 0 || doorbells[tailWord] !== 0);
  }

  /** Whether both doorbells of a pair are among those that there are. */
  hasDoorbells(qid: number): boolean {
    return (2 * qid + 1) << this.strideShift < this.doorbells.length;
  }

  /**
   * False where the memory is not mapped for the device. A doorbell starts at 0. `vector`: -1 for no interrupts; those of the
   * admin queue are always enabled, on vector 0.
   */
  addCompletion(qid: number, entries: number, iova: number, vector = 0): boolean {
    const ring = this.parts.dma.pieces(iova, entries * CQ_ENTRY_BYTES, ACCESS_WRITE);
    if (ring === undefined) return false;
    const headWord = (2 * qid + 1) << this.strideShift;
    this.doorbells[headWord] = 0;
    const doorbells = this.doorbellsOf(qid, headWord);
    const queue = new CompletionQueue(qid, entries, iova, ring, headWord, doorbells, vector);
    this.completion[qid] = queue;
    if (qid !== 0 && vector >= 0) this.interrupting = [...(this.interrupting ?? []), queue];
    return true;
  }

  /** As `addCompletion`; `completion` exists. `priority`: QPRIO. */
  addSubmission(
    qid: number,
    entries: number,
    iova: number,
    completion: CompletionQueue,
    priority = 0,
  ): boolean {
    const ring = this.submissionRing(iova, entries);
    if (ring === undefined) return false;
    const tailWord = (2 * qid) << this.strideShift;
    this.doorbells[tailWord] = 0;
    const doorbells = this.doorbellsOf(qid, tailWord);
    const queue = new SubmissionQueue(qid, entries, iova, ring, tailWord, doorbells, completion, priority);
    this.submission[qid] = queue;
    completion.submissionQueues++;
    if (qid !== 0 && !this.stuck.has(qid)) this.setServing([...this.serving, queue]);
    return true;
  }

  /** Until a reset the queue's commands are not fetched, and those that were are not completed. */
  stall(qid: number): void {
    this.stuck.add(qid);
    this.setServing(this.serving.filter((queue) => queue.qid !== qid));
    this.parts.service.stall(qid);
  }

  /** The controller's own addresses never leave it. */
  private submissionRing(iova: number, entries: number): Ring | undefined {
    const { memory, dma } = this.parts;
    const lengthBytes = entries * SQ_ENTRY_BYTES;
    return memory?.ring(iova, lengthBytes) ?? dma.pieces(iova, lengthBytes, ACCESS_READ);
  }

  /** Commands that still wait are completed as aborted, since their entries were promised (5.7). */
  deleteSubmission(queue: SubmissionQueue): void {
    const { completion } = queue;
    for (;;) {
      const cid = this.service.endOneOf(queue.qid, ABORTED_SQ_DELETION);
      if (cid < 0) break;
      completion.reserved--;
      completion.post(0, queue.head, queue.qid, cid, ABORTED_SQ_DELETION);
    }
    completion.submissionQueues--;
    this.setServing(this.serving.filter((other) => other !== queue));
    this.submission[queue.qid] = undefined;
    trim(this.submission);
  }

  deleteCompletion(queue: CompletionQueue): void {
    this.completion[queue.qid] = undefined;
    const others = this.interrupting?.filter((other) => other !== queue) ?? [];
    this.interrupting = others.length > 0 ? others : undefined;
    trim(this.completion);
  }

  /** Doorbell Buffer Config; its status. */
  shadowDoorbells(command: Uint32Array): number {
    const status = this.shadow.set(command);
    this.findDoorbells();
    return status;
  }

  private doorbellsOf(qid: number, word: number): Uint32Array {
    const { words } = this.shadow;
    return qid !== 0 && word < words.length ? words : this.doorbells;
  }

  private findDoorbells(): void {
    for (const queue of this.submission)
      if (queue !== undefined) queue.doorbells = this.doorbellsOf(queue.qid, queue.tailWord);
    for (const queue of this.completion)
      if (queue !== undefined) queue.doorbells = this.doorbellsOf(queue.qid, queue.headWord);
  }

  /** After the DMA table changed: rings and doorbells may be gone, or elsewhere. */
  rebase(): void {
    if (!this.shadow.rebase()) this.trouble.fatal('the shadow doorbells are not mapped any more');
    this.findDoorbells();
    for (const queue of this.submission) queue?.memory.rebase(this.submissionRing(queue.iova, queue.entries));
    for (const queue of this.completion)
      queue?.memory.rebase(this.parts.dma.pieces(queue.iova, queue.entries * CQ_ENTRY_BYTES, ACCESS_WRITE));
  }

  /** Takes the doorbells of a queue; how many of its commands may be fetched now. */
  fetchable(queue: SubmissionQueue): number {
    const { completion } = queue;
    const tail = queue.doorbells[queue.tailWord];
    if (tail !== queue.tail) this.takeTail(queue, tail);
    const waiting = queue.waiting();
    if (waiting === 0) return 0;
    const head = completion.doorbells[completion.headWord];
    if (head !== completion.head) this.takeHead(completion, head);
    if (!queue.memory.reachable() || !completion.memory.reachable()) {
      this.trouble.fatal(`memory of queue ${queue.qid} is not mapped any more`);
      return 0;
    }
    return Math.min(waiting, completion.room());
  }

  /** One turn for every I/O submission queue, then what has become due; how much there was to do. */
  serve(): number {
    const { serving, service } = this;
    let done = 0;
    if (service.limited || this.arbiter.hasSay) done = this.arbiter.serve(service.room());
    // a command may have the controller reset, which ends them all
    else
      for (let i = 0; i < serving.length && this.serving === serving && !service.stopped; i++) {
        const count = Math.min(this.fetchable(serving[i]), ARBITRATION_BURST);
        if (count > 0) done += service.fetch(serving[i], count);
      }
    if (!service.stopped) done += service.completeDue(this.submission);
    if (done > 0 && this.interrupting !== undefined) this.interrupt(this.interrupting);
    return done;
  }

  /** After admin commands, which may have completed I/O commands too. */
  announceAdmin(): void {
    this.interrupt(this.completion.slice(0, 1) as CompletionQueue[]);
    if (this.interrupting !== undefined) this.interrupt(this.interrupting);
  }

  /** Where INTx was masked meanwhile: an interrupt for what the host has not taken. */
  announceUnmasked(): void {
    const { interrupts } = this.parts;
    if (interrupts === undefined || !interrupts.intxUnmasked()) return;
    const queues = [...this.completion.slice(0, 1), ...(this.interrupting ?? [])];
    for (const queue of queues)
      if (queue !== undefined && queue.tail !== queue.doorbells[queue.headWord])
        interrupts.raise(queue.vector);
  }

  /** One interrupt for each queue that has completions which none told of. */
  private interrupt(queues: readonly CompletionQueue[]): void {
    for (const queue of queues) {
      if (queue.tail === queue.announcedTail) continue;
      queue.announcedTail = queue.tail;
      this.parts.interrupts?.raise(queue.vector);
    }
  }

  /** The CID of a command that waits in a submission queue entry is not known to the controller before fetching. */
  abort(sqid: number, cid: number, status: number): boolean {
    const queue = this.submission[sqid];
    if (queue === undefined || !this.service.endEarly(sqid, cid, status)) return false;
    queue.completion.reserved--;
    queue.completion.post(0, queue.head, sqid, cid, status);
    return true;
  }

  private takeTail(queue: SubmissionQueue, tail: number): void {
    if (tail < queue.entries) queue.tail = tail;
    else if (tail !== queue.refusedTail) {
      queue.refusedTail = tail;
      this.trouble.invalidDoorbell();
    }
  }

  private takeHead(queue: CompletionQueue, head: number): void {
    if (queue.acceptHead(head) || head === queue.refusedHead) return;
    queue.refusedHead = head;
    this.trouble.invalidDoorbell();
  }
}

function trim(queues: unknown[]): void {
  while (queues.length > 0 && queues[queues.length - 1] === undefined) queues.pop();
}

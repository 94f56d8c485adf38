/** Queue state of the controller's side (NVMe base 2.0, 3.3.1), and the posting of completions. */
import { CQE, PHASE_BIT, STATUS_SHIFT } from '../spec/command.js';

const NO_MEMORY = new Uint32Array(0);

/** A completion queue: the controller owns the tail, the host the head. */
export class CompletionQueue {
  readonly qid: number;
  readonly entries: number;
  readonly iova: number;
  ring: Uint32Array;
  tail = 0;
  /** The host's head as its doorbell last gave it. */
  head = 0;
  phase = PHASE_BIT;
  /** Entries promised to commands that were fetched and are not completed. */
  reserved = 0;
  submissionQueues = 0;
  /** A doorbell value that was refused, so that it is reported once. */
  refusedHead = -1;
  /** Interrupt vector; -1 where interrupts are not enabled. */
  readonly vector: number;
  /** The tail that the last interrupt told of. */
  announcedTail = 0;
  /** Index of the head doorbell's word. */
  readonly headWord: number;

  constructor(
    qid: number,
    entries: number,
    iova: number,
    ring: Uint32Array,
    headWord: number,
    vector: number,
  ) {
    this.vector = vector;
    this.headWord = headWord;
    this.qid = qid;
    this.entries = entries;
    this.iova = iova;
    this.ring = ring;
  }

  used(): number {
    const used = this.tail - this.head;
    return used < 0 ? used + this.entries : used;
  }

  /** Completions that may still be promised; one entry always stays empty (3.3.1.4). */
  room(): number {
    return this.entries - 1 - this.used() - this.reserved;
  }

  /** Takes the host's head; false where the value is none that the host can have reached. */
  acceptHead(head: number): boolean {
    if (head >= this.entries) return false;
    const consumed = head - this.head;
    if ((consumed < 0 ? consumed + this.entries : consumed) > this.used()) return false;
    this.head = head;
    return true;
  }

  /** Writes one entry; the word with the phase tag goes last, since the host polls it. */
  post(dw0: number, sqHead: number, sqid: number, cid: number, status: number): void {
    const at = this.tail * CQE.WORDS;
    const ring = this.ring;
    ring[at + CQE.DW0] = dw0;
    ring[at + CQE.DW1] = 0;
    ring[at + CQE.DW2] = sqHead | (sqid << 16);
    ring[at + CQE.DW3] = cid | this.phase | (status << STATUS_SHIFT);
    if (++this.tail === this.entries) {
      this.tail = 0;
      this.phase ^= PHASE_BIT;
    }
  }

  /** False once the host has taken the memory away. */
  reachable(): boolean {
    return this.ring !== NO_MEMORY;
  }

  rebase(ring: Uint32Array | undefined): void {
    this.ring = ring ?? NO_MEMORY;
  }
}

/** A submission queue: the host owns the tail, the controller the head. */
export class SubmissionQueue {
  readonly qid: number;
  readonly entries: number;
  readonly iova: number;
  readonly completion: CompletionQueue;
  ring: Uint32Array;
  head = 0;
  tail = 0;
  refusedTail = -1;
  /** Index of the tail doorbell's word. */
  readonly tailWord: number;

  constructor(
    qid: number,
    entries: number,
    iova: number,
    ring: Uint32Array,
    tailWord: number,
    completion: CompletionQueue,
  ) {
    this.tailWord = tailWord;
    this.qid = qid;
    this.entries = entries;
    this.iova = iova;
    this.ring = ring;
    this.completion = completion;
  }

  /** Commands submitted and not fetched. */
  waiting(): number {
    const waiting = this.tail - this.head;
    return waiting < 0 ? waiting + this.entries : waiting;
  }

  reachable(): boolean {
    return this.ring !== NO_MEMORY;
  }

  rebase(ring: Uint32Array | undefined): void {
    this.ring = ring ?? NO_MEMORY;
  }
}

/** Queue state of the controller's side (NVMe base 2.0, 3.3.1), and the posting of completions. */
import { CQE, PHASE_BIT, SQE, STATUS_SHIFT } from '../spec/command.js';
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../spec/registers.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const { WORDS, DW0, DW1, DW2, DW3 } = CQE;
const STATUS = STATUS_SHIFT;
const PHASE = PHASE_BIT;
const PAGE_BYTES = 4096;
/** Of an entry's index: all of it, where one array holds every entry. */
const WHOLE_SHIFT = 16;

/** Where a queue's entries are: one array, or one for each page where they lie in several mappings. */
export type Ring = readonly Uint32Array[];

/** Not mapped. */
const NO_RING: Ring = [new Uint32Array(0)];

/** Entry `i` is in array `i >>> shift`, in place `i & mask` there. */
class RingMemory {
  arrays: Ring = NO_RING;
  shift = WHOLE_SHIFT;
  mask = (1 << WHOLE_SHIFT) - 1;
  private readonly entryBytes: number;

  constructor(entryBytes: number, ring: Ring | undefined) {
    this.entryBytes = entryBytes;
    this.rebase(ring);
  }

  /** False once the host has taken the memory away. */
  reachable(): boolean {
    return this.arrays !== NO_RING;
  }

  rebase(ring: Ring | undefined): void {
    this.arrays = ring ?? NO_RING;
    this.shift = this.arrays.length === 1 ? WHOLE_SHIFT : Math.log2(PAGE_BYTES / this.entryBytes);
    this.mask = (1 << this.shift) - 1;
  }
}

/** A completion queue: the controller owns the tail, the host the head. */
export class CompletionQueue {
  readonly qid: number;
  readonly entries: number;
  readonly iova: number;
  readonly memory: RingMemory;
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
  /** The head doorbell: its word's index, and where that is. */
  readonly headWord: number;
  doorbells: Uint32Array;

  constructor(
    qid: number,
    entries: number,
    iova: number,
    ring: Ring,
    headWord: number,
    doorbells: Uint32Array,
    vector: number,
  ) {
    this.doorbells = doorbells;
    this.vector = vector;
    this.headWord = headWord;
    this.qid = qid;
    this.entries = entries;
    this.iova = iova;
    this.memory = new RingMemory(CQ_ENTRY_BYTES, ring);
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
  post(dw0: number, sqHead: number, sqid: number, cid: number, status: number, dw1 = 0): void {
    const { arrays, shift, mask } = this.memory;
    const at = (this.tail & mask) * WORDS;
    const ring = arrays[this.tail >>> shift];
    ring[at + DW0] = dw0;
    ring[at + DW1] = dw1;
    ring[at + DW2] = sqHead | (sqid << 16);
    ring[at + DW3] = cid | this.phase | (status << STATUS);
    if (++this.tail === this.entries) {
      this.tail = 0;
      this.phase ^= PHASE;
    }
  }

  /** The same with the phase tag of an entry that is old: no host can know that it is there. */
  postStale(dw0: number, sqHead: number, sqid: number, cid: number, status: number): void {
    this.phase ^= PHASE_BIT;
    this.post(dw0, sqHead, sqid, cid, status);
    this.phase ^= PHASE_BIT;
  }
}

/** A submission queue: the host owns the tail, the controller the head. */
export class SubmissionQueue {
  readonly qid: number;
  readonly entries: number;
  readonly iova: number;
  readonly completion: CompletionQueue;
  readonly memory: RingMemory;
  /** QPRIO. */
  readonly priority: number;
  head = 0;
  tail = 0;
  refusedTail = -1;
  /** The tail doorbell: its word's index, and where that is. */
  readonly tailWord: number;
  doorbells: Uint32Array;

  constructor(
    qid: number,
    entries: number,
    iova: number,
    ring: Ring,
    tailWord: number,
    doorbells: Uint32Array,
    completion: CompletionQueue,
    priority = 0,
  ) {
    this.priority = priority;
    this.doorbells = doorbells;
    this.tailWord = tailWord;
    this.qid = qid;
    this.entries = entries;
    this.iova = iova;
    this.memory = new RingMemory(SQ_ENTRY_BYTES, ring);
    this.completion = completion;
  }

  /** Copies the command at the head, each word once, since the host may change it at any time; the head moves on. */
  take(command: Uint32Array): void {
    const { arrays, shift, mask } = this.memory;
    const ring = arrays[this.head >>> shift];
    const at = (this.head & mask) * SQE.WORDS;
    for (let word = 0; word < SQE.WORDS; word++) command[word] = ring[at + word];
    this.head = this.head + 1 === this.entries ? 0 : this.head + 1;
  }

  /** Commands submitted and not fetched. */
  waiting(): number {
    const waiting = this.tail - this.head;
    return waiting < 0 ? waiting + this.entries : waiting;
  }
}

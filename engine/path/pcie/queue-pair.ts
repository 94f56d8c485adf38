/**
 * One submission queue and one completion queue in memory shared with the controller, one command at a time. Jobs use
 * transfer-queue.ts.
 *
 * Posting writes an entry; ringing makes all posted entries visible with one doorbell store; reaping takes
 * completions; releasing gives their entries back with one doorbell store. Nothing here allocates.
 *
 * Ordering: x86 keeps stores in order and loads in order, so entry before doorbell and phase word before the rest
 * need no fence. docs/architecture.md says what other machines would need. Doorbells are plain stores: an atomic
 * one would be a locked read-modify-write of device memory.
 *
 * NVMe base 2.0, 3.3 (queues), 4.1 (submission entry), 4.2 (completion entry and phase tag).
 */

import { CQE, SQE, STATUS_SHIFT } from '../../spec/index.js';
import { viewAt } from '../../sys/mapping.js';
import { type ShadowPair, type ShadowRings, shadowRings } from './shadow-ring.js';

/** Where a queue pair lies, as plain data: it may be sent to another thread of the process. */
export interface QueuePairMemory {
  readonly qid: number;
  /** Entries of each queue; one submission entry always stays free (3.3.1.3). */
  readonly entries: number;
  /** Native addresses of the queues. */
  readonly sqAddress: bigint;
  readonly cqAddress: bigint;
  /** Native addresses of the 32-bit doorbells. */
  readonly sqTailDoorbell: bigint;
  readonly cqHeadDoorbell: bigint;
  /** Doorbells in memory, where the controller looks at them first. */
  readonly shadow?: ShadowPair;
}

const SQE_SHIFT = 4; // 16 words an entry
const CQE_SHIFT = 2; // 4 words an entry

export class QueuePair {
  readonly entries: number;
  private readonly sq: Int32Array;
  private readonly cq: Int32Array;
  private readonly sqTailDoorbell: Int32Array;
  private readonly cqHeadDoorbell: Int32Array;
  private readonly shadow: ShadowRings;
  private tail = 0;
  private head = 0;
  private phase = 1;
  private sqHead = 0;
  /** It answers what was never posted, or was overrun: somebody else rings this queue, or the controller is lost in it. */
  astray = false;
  /** Status field (15 bits) of the completion that `reap` took last; 0 is success. */
  status = 0;
  /** Command-specific result (DW0) of the completion that `reap` took last. */
  result = 0;

  constructor(memory: QueuePairMemory) {
    const { entries } = memory;
    this.entries = entries;
    this.sq = new Int32Array(viewAt(memory.sqAddress, entries * SQE.WORDS * 4));
    this.cq = new Int32Array(viewAt(memory.cqAddress, entries * CQE.WORDS * 4));
    this.sqTailDoorbell = new Int32Array(viewAt(memory.sqTailDoorbell, 4));
    this.cqHeadDoorbell = new Int32Array(viewAt(memory.cqHeadDoorbell, 4));
    this.shadow = shadowRings(memory.shadow);
  }

  /** Entries that may still be posted before the controller fetches more (3.3.1.2: SQ head flow control). */
  room(): number {
    const used = this.tail - this.sqHead;
    return this.entries - 1 - (used < 0 ? used + this.entries : used);
  }

  /** Writes the words of a whole command at the tail. The caller has checked `room`. */
  post(words: Int32Array): void {
    const base = this.tail << SQE_SHIFT;
    for (let i = 0; i < SQE.WORDS; i++) this.sq[base + i] = words[i];
    this.advanceTail();
  }

  private advanceTail(): void {
    const next = this.tail + 1;
    this.tail = next === this.entries ? 0 : next;
  }

  /** Tells the controller of everything posted: one doorbell store. */
  ring(): void {
    if (this.shadow.tail?.set(this.tail) !== false) this.sqTailDoorbell[0] = this.tail;
  }

  /** Takes one completion: its command identifier, or -1 where there is none. Sets `status` and `result`. */
  reap(): number {
    const base = this.head << CQE_SHIFT;
    const dw3 = this.cq[base + CQE.DW3];
    if (((dw3 >>> 16) & 1) !== this.phase) return -1;
    this.status = dw3 >>> STATUS_SHIFT;
    this.result = this.cq[base + CQE.DW0];
    this.takeSqHead(this.cq[base + CQE.DW2] & 0xffff);
    const next = this.head + 1;
    if (next === this.entries) {
      this.head = 0;
      this.phase ^= 1;
    } else {
      this.head = next;
    }
    return dw3 & 0xffff;
  }

  /**
   * Where `reap` found nothing: whether all entries are of the turn that they must be of. A controller that was told of room
   * that there is not has posted over entries that nobody took, and the next one may look as if it were none.
   */
  inStep(): boolean {
    for (let entry = 0; entry < this.entries; entry++)
      // what is posted meanwhile begins with the next one
      if (this.phaseOf(entry) !== (entry < this.head ? this.phase : this.phase ^ 1))
        return this.phaseOf(this.head) === this.phase;
    return true;
  }

  private phaseOf(entry: number): number {
    return (this.cq[(entry << CQE_SHIFT) + CQE.DW3] >>> 16) & 1;
  }

  /** 3.3.1.2: it moves from entry to entry, and never past the tail. */
  private takeSqHead(sqHead: number): void {
    const moved = sqHead - this.sqHead;
    const posted = this.tail - this.sqHead;
    const { entries } = this;
    if ((moved < 0 ? moved + entries : moved) > (posted < 0 ? posted + entries : posted)) this.astray = true;
    this.sqHead = sqHead;
  }

  /** Gives all reaped completion entries back: one doorbell store. */
  release(): void {
    if (this.shadow.head?.set(this.head) !== false) this.cqHeadDoorbell[0] = this.head;
  }
}

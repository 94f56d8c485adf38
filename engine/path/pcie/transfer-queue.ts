/**
 * HOT: reads and writes over one submission queue and one completion queue, a batch of slots at a time. The identifier of a
 * command is its slot. Entries are filled once with what all commands share, so that a command is five to seven stores.
 *
 * A completion doorbell is written when a quarter of the ring waits for it: each is a store to the device. Submission entries need no
 * count of their own: a controller fetches them in order. None is read back: they may lie in the controller (controller-memory.ts).
 *
 * Ordering is that of queue-pair.ts. NVMe base 2.0, 3.3 (queues), 4.1 (submission entry), 4.2 (completion entry).
 */
import { CQE, PHASE_BIT, SQE, STATUS_SHIFT } from '../../spec/index.js';
import { viewAt } from '../../sys/mapping.js';
import type { IoQueue, PlacementUse, QueueSpec, Slots } from '../path.js';
import { BATCH, SLOT, SLOT_SHIFT } from '../path.js';
import type { Ranges } from '../ranges.js';
import type { MetadataUse } from './metadata.js';
import type { QueuePairMemory } from './queue-pair.js';
import { type ShadowRings, shadowRings } from './shadow-ring.js';

/** A queue pair of a job, as plain data for the thread that drives it. */
export interface PcieQueueSpec extends QueueSpec {
  readonly queue: QueuePairMemory;
  readonly nsid: number;
  /** Blocks of the namespace. */
  readonly sizeLbas: number;
  /** Commands of one I/O. */
  readonly parts: number;
  /** Logical blocks of all parts but the last. */
  readonly partLbas: number;
  /** POINTER.WORDS words for each command (slot * parts + part): those of reads, then of writes; of one where a job has but one. */
  readonly pointers: Int32Array;
  /** Native addresses of the buffers that slots send from; empty where the job neither writes nor compares. */
  readonly writeBuffers: readonly bigint[];
  /** Those that they read into, where what comes is looked at. */
  readonly readBuffers?: readonly bigint[];
  /** Bytes of each. */
  readonly bsBytes: number;
  /** I/Os have several lengths. */
  readonly varied?: boolean;
  readonly lbaBytes: number;
  /** Of jobs that have others than reads and writes. */
  readonly ranges?: Ranges;
  /** Deallocates go several to a command. */
  readonly grouped?: boolean;
  /** Zones are reset on it. */
  readonly zoned?: boolean;
  /** Zones are appended to. */
  readonly appends?: boolean;
  /** Of namespaces whose blocks have metadata. */
  readonly metadata?: MetadataUse;
  /** Of jobs whose writes say where their data goes. */
  readonly placement?: PlacementUse;
  /** Of the controller's memory pages. */
  readonly pageBytes: number;
}

/** Words of a command in `pointers`: PRP1 low, PRP1 high, PRP2 low, PRP2 high, CDW12 (NLB, FUA). */
export const POINTER = { WORDS: 5, PRP1_LOW: 0, PRP1_HIGH: 1, PRP2_LOW: 2, PRP2_HIGH: 3, CDW12: 4 } as const;

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const PHASE = PHASE_BIT;
const STATUS = STATUS_SHIFT;
const DW3 = CQE.DW3;
const ENTRY_SHIFT = 4;
const COMPLETION_SHIFT = 2;
const RECORD_SHIFT = SLOT_SHIFT;
const { OPCODE, SLBA_LOW, SLBA_HIGH } = SLOT;
const { PRP1_LOW, PRP1_HIGH, PRP2_LOW, PRP2_HIGH, CDW10, CDW11 } = SQE;
const POINTERS = POINTER.WORDS;

/** Whether the job's slots have a buffer for reads and one for writes: what a read brought must not be written. */
export const hasBoth = ({ pointers, iodepth, parts }: PcieQueueSpec): boolean =>
  pointers.length > iodepth * parts * POINTER.WORDS;

/** The rings and what a slot is; how an I/O is posted is its subclass's. */
export abstract class TransferQueue implements IoQueue {
  failures = 0;
  unexpected = 0;
  readonly statuses = new Uint16Array(BATCH);
  readonly writeData: readonly Int32Array[];
  protected readonly slots: Slots;
  protected readonly pointers: Int32Array;
  /** From a read's pointers to those of the same slot's write, in words. */
  protected readonly toWrite: number;
  protected readonly entries: number;
  protected readonly commands: number;
  protected readonly sq: Int32Array;
  protected readonly cq: Int32Array;
  protected tail = 0;
  protected head = 0;
  /** The phase bit that a new completion has, in its place in DW3. */
  protected phase = PHASE_BIT;
  private released = 0;
  private readonly lazyEntries: number;
  private readonly sqTailDoorbell: Int32Array;
  private readonly cqHeadDoorbell: Int32Array;
  private readonly shadow: ShadowRings;
  // Last, so that it moves none of what the loop uses.
  readonly readData: readonly Int32Array[];

  constructor(spec: PcieQueueSpec, slots: Slots) {
    const { queue, iodepth, parts } = spec;
    this.slots = slots;
    this.pointers = spec.pointers;
    this.entries = queue.entries;
    this.commands = iodepth * parts;
    this.toWrite = hasBoth(spec) ? this.commands * POINTER.WORDS : 0;
    const view = (address: bigint): Int32Array => new Int32Array(viewAt(address, spec.bsBytes));
    this.writeData = spec.writeBuffers.map(view);
    this.readData = (spec.readBuffers ?? []).map(view);
    this.sq = new Int32Array(viewAt(queue.sqAddress, queue.entries * SQE.WORDS * 4));
    this.cq = new Int32Array(viewAt(queue.cqAddress, queue.entries * CQE.WORDS * 4));
    this.sqTailDoorbell = new Int32Array(viewAt(queue.sqTailDoorbell, 4));
    this.cqHeadDoorbell = new Int32Array(viewAt(queue.cqHeadDoorbell, 4));
    this.shadow = shadowRings(queue.shadow);
    // Completions that wait for the doorbell and those to come must fit into the ring, one entry of which stays free.
    this.lazyEntries = Math.max(0, Math.min(queue.entries >> 2, queue.entries - 1 - this.commands));
    // Word by word: where it is memory of a controller that is emulated, wide stores may not be.
    const words = new Int32Array(SQE.WORDS);
    words[SQE.NSID] = spec.nsid;
    words[SQE.CDW12] = spec.pointers[POINTER.CDW12];
    for (let at = 0; at < this.sq.length; at++) this.sq[at] = words[at % SQE.WORDS];
  }

  reap(into: Uint16Array, most: number): number {
    const { cq } = this;
    // `| 0`: V8 takes a field apart once, here, not in each iteration.
    const entries = this.entries | 0;
    const commands = this.commands | 0;
    let head = this.head | 0;
    let phase = this.phase | 0;
    let found = 0;
    let odd = 0;
    while (found < most) {
      const dw3 = cq[((head << COMPLETION_SHIFT) + DW3) | 0];
      if ((dw3 & PHASE) !== phase) break;
      const cid = dw3 & 0xffff;
      odd = dw3 >>> STATUS;
      if (cid >= commands) odd = 1;
      if (odd !== 0) break;
      into[found] = cid;
      found = (found + 1) | 0;
      head = (head + 1) | 0;
      if (head === entries) {
        head = 0;
        phase ^= PHASE;
      }
    }
    this.head = head;
    this.phase = phase;
    this.failures = 0;
    return odd === 0 ? found : this.reapOdd(into, found, most);
  }

  /** Goes on where a completion failed or names no slot: `found` are taken already, none of which failed. */
  private reapOdd(into: Uint16Array, taken: number, most: number): number {
    let found = taken;
    while (found < most) {
      const dw3 = this.cq[this.head * CQE.WORDS + CQE.DW3];
      if ((dw3 & PHASE_BIT) !== this.phase) break;
      this.advanceHead();
      const cid = dw3 & 0xffff;
      if (cid >= this.commands) {
        this.unexpected++;
        continue;
      }
      this.noteStatus(found, dw3 >>> STATUS_SHIFT);
      into[found++] = cid;
    }
    return found;
  }

  protected advanceHead(): void {
    if (++this.head < this.entries) return;
    this.head = 0;
    this.phase ^= PHASE_BIT;
  }

  /** Keeps the status of the `at`th I/O found: the first that failed tells that those before it did not. */
  protected noteStatus(at: number, status: number): void {
    if (this.failures === 0) this.statuses.fill(0, 0, at);
    this.statuses[at] = status;
    if (status !== 0) this.failures++;
  }

  abstract post(batch: Uint16Array, count: number): void;

  retract(_batch: Uint16Array, count: number): void {
    this.tail -= count;
    if (this.tail < 0) this.tail += this.entries;
  }

  ring(): void {
    if (this.shadow.tail?.set(this.tail) !== false) this.sqTailDoorbell[0] = this.tail;
  }

  release(): void {
    const waiting = this.head - this.released;
    if ((waiting < 0 ? waiting + this.entries : waiting) > this.lazyEntries) this.releaseAll();
  }

  releaseAll(): void {
    if (this.released === this.head) return;
    if (this.shadow.head?.set(this.head) !== false) this.cqHeadDoorbell[0] = this.head;
    this.released = this.head;
  }
}

/** I/Os of one command whose data lies within a page: PRP2 is 0. */
export class PageQueue extends TransferQueue {
  post(batch: Uint16Array, count: number): void {
    const { sq, slots, pointers } = this;
    const toWrite = this.toWrite | 0;
    const entries = this.entries | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      // Bit 0 of an opcode: data goes to the controller.
      const pointer = (Math.imul(slot, POINTERS) + Math.imul(opcode & 1, toWrite)) | 0;
      const at = tail << ENTRY_SHIFT;
      sq[at] = opcode | (slot << 16);
      sq[at | PRP1_LOW] = pointers[pointer];
      sq[at | PRP1_HIGH] = pointers[(pointer + 1) | 0];
      sq[at | CDW10] = slots[record | SLBA_LOW];
      sq[at | CDW11] = slots[record | SLBA_HIGH];
      tail = (tail + 1) | 0;
      if (tail === entries) tail = 0;
    }
    this.tail = tail;
  }
}

/** I/Os of one command whose data takes two pages, or a list of them. */
export class ListQueue extends TransferQueue {
  post(batch: Uint16Array, count: number): void {
    const { sq, slots, pointers } = this;
    const toWrite = this.toWrite | 0;
    const entries = this.entries | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const opcode = slots[record | OPCODE];
      const pointer = (Math.imul(slot, POINTERS) + Math.imul(opcode & 1, toWrite)) | 0;
      const at = tail << ENTRY_SHIFT;
      sq[at] = opcode | (slot << 16);
      sq[at | PRP1_LOW] = pointers[pointer];
      sq[at | PRP1_HIGH] = pointers[(pointer + 1) | 0];
      sq[at | PRP2_LOW] = pointers[(pointer + 2) | 0];
      sq[at | PRP2_HIGH] = pointers[(pointer + 3) | 0];
      sq[at | CDW10] = slots[record | SLBA_LOW];
      sq[at | CDW11] = slots[record | SLBA_HIGH];
      tail = (tail + 1) | 0;
      if (tail === entries) tail = 0;
    }
    this.tail = tail;
  }
}

/**
 * HOT: reads and writes through a ring of the kernel. Each slot has a submission entry of its own for each operation, filled
 * before the job but for where its data lies: a post is two stores for that and one for the index of the entry. A batch is
 * one io_uring_enter(2), or none where a thread of the kernel looks for submissions (SQPOLL).
 *
 * x86 keeps stores in order and loads in order, so an entry is seen before the tail that offers it, and a completion after the
 * tail that tells of it. The one fence is SQPOLL's: the tail must be seen before the kernel's wish to be woken is read.
 */
import { SCT_KERNEL } from '../../spec/index.js';
import { ENTER, GETEVENTS_ARG_BYTES, SETUP, SQ_FLAG, SYSCALL, URING_CQE } from '../../sys/io-uring-abi.js';
import { ioUringEnter } from '../../sys/libc.js';
import { viewAt } from '../../sys/mapping.js';
import { ownThreadId } from '../../sys/threads.js';
import type { IoQueue, PlacementUse, QueueSpec, Slots } from '../path.js';
import { BATCH, SLOT, SLOT_SHIFT } from '../path.js';
import { blockedThreads } from './blocked-threads.js';
import { enableRing, forgetEventFd, type RingSpec } from './ring.js';

/** How each I/O finds its entry, where more of that differs than its place. */
export interface OperationEntries {
  /** The first of each opcode. */
  readonly firsts: Int32Array;
  /** Where the ranges that Dataset Management reads lie, so many for each slot; absent where the job has none. */
  readonly rangesAddress?: bigint;
  readonly rangesPerSlot?: number;
  /** Deallocates go several to a command. */
  readonly grouped?: boolean;
  /** Zones are appended to. */
  readonly appends?: boolean;
}

export interface UringQueueSpec extends QueueSpec {
  readonly ring: RingSpec;
  /** log2 of the bytes of a logical block. */
  readonly lbaShift: number;
  /** What the kernel answers to an I/O that did not fail. */
  readonly success: number;
  /** Submission entries of writes follow those of so many reads. */
  readonly writesFrom: number;
  /** Native addresses of the buffers that slots send from; empty where the job neither writes nor compares. */
  readonly writeBuffers: readonly bigint[];
  /** Those that they read into, where what comes is looked at. */
  readonly readBuffers?: readonly bigint[];
  /** Bytes of each. */
  readonly bsBytes: number;
  /** Of jobs whose I/Os have several lengths, or are others than reads and writes. */
  readonly operations?: OperationEntries;
  /** Of jobs whose writes say where their data goes. */
  readonly placement?: PlacementUse;
  /** Commands do nothing, and answer 0. */
  readonly rehearsed?: boolean;
  /** WAIT_BYTES of memory for the time-out of a wait. */
  readonly waitAddress: bigint;
}

export const WAIT_BYTES = 64;
/** Of struct __kernel_timespec, behind struct io_uring_getevents_arg. */
const TIME_AT = 32;
const POINTER_AT = 16;

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const ENTRY_SHIFT = 4;
const ENTER_NUMBER = SYSCALL.ENTER;
const { OPCODE, SLBA_LOW, SLBA_HIGH } = SLOT;
const { GETEVENTS, SQ_WAKEUP, EXT_ARG } = ENTER;
const { NEED_WAKEUP } = SQ_FLAG;
/** There are completions that only a call brings. */
const CALL_FOR_THEM = SQ_FLAG.TASKRUN | SQ_FLAG.CQ_OVERFLOW;
const enter = ioUringEnter;
/**
 * Where the thread sleeps for completions a disk may have nothing left to do by the time that it is awake, and gets the first of a
 * submission only once the kernel has handled the last: so no more than a quarter of all goes out at once, or so many where that
 * is more.
 */
const FEW = 8;

/** Status code of an I/O that the kernel ended early: no errno has this number. */
const SHORT = 0xff;
const MOST_ERRNO = 0xfe;

export class UringQueue implements IoQueue {
  failures = 0;
  unexpected = 0;
  readonly statuses = new Uint16Array(BATCH);
  readonly writeData: readonly Int32Array[];
  protected readonly slots: Slots;
  protected readonly rings: Int32Array;
  protected readonly sqes: Int32Array;
  private readonly wait: Int32Array;
  private readonly waitAddress: bigint;
  private readonly fd: number;
  private readonly atOnce: number;
  private readonly submitterId: number | undefined;
  private readonly iodepth: number;
  protected readonly lbaShift: number;
  private readonly success: number;
  protected readonly writesFrom: number;
  protected readonly sqMask: number;
  protected readonly cqMask: number;
  /** log2 of the words of a completion. */
  protected readonly cqeShift: number;
  private readonly sqHeadAt: number;
  private readonly sqTailAt: number;
  private readonly sqFlagsAt: number;
  protected readonly sqArrayAt: number;
  private readonly cqHeadAt: number;
  private readonly cqTailAt: number;
  protected readonly cqesAt: number;
  /** A thread of the kernel takes what is submitted. */
  private readonly sqPolled: boolean;
  /** Nothing completes but in a call (IOPOLL). */
  private readonly callForAll: boolean;
  /** With submissions: a ring that defers its work does it in calls for completions. */
  private readonly enterFlags: number;
  /** An eventfd is signalled, which costs something at each completion. */
  private signalling: boolean;
  protected tail = 0;
  protected head = 0;
  // Last, so that it moves none of what the loop uses.
  readonly readData: readonly Int32Array[];

  constructor(spec: UringQueueSpec, slots: Slots) {
    const { ring } = spec;
    this.slots = slots;
    this.iodepth = spec.iodepth;
    this.lbaShift = spec.lbaShift;
    this.success = spec.success;
    this.writesFrom = spec.writesFrom;
    const view = (address: bigint): Int32Array => new Int32Array(viewAt(address, spec.bsBytes));
    this.writeData = spec.writeBuffers.map(view);
    this.readData = (spec.readBuffers ?? []).map(view);
    this.rings = new Int32Array(viewAt(ring.ringAddress, ring.ringBytes));
    this.sqes = new Int32Array(viewAt(ring.sqesAddress, ring.sqesBytes));
    this.wait = new Int32Array(viewAt(spec.waitAddress, WAIT_BYTES));
    this.waitAddress = spec.waitAddress;
    this.fd = ring.fd;
    this.atOnce = spec.eventFd === undefined ? BATCH : Math.max(FEW, spec.iodepth >> 2);
    this.sqMask = ring.entries - 1;
    this.cqMask = ring.completionEntries - 1;
    this.cqeShift = (ring.flags & SETUP.CQE32) === 0 ? 2 : 3;
    this.sqHeadAt = ring.sqHead;
    this.sqTailAt = ring.sqTail;
    this.sqFlagsAt = ring.sqFlags;
    this.sqArrayAt = ring.sqArray;
    this.cqHeadAt = ring.cqHead;
    this.cqTailAt = ring.cqTail;
    this.cqesAt = ring.cqes;
    this.sqPolled = (ring.flags & SETUP.SQPOLL) !== 0;
    this.callForAll = (ring.flags & (SETUP.SQPOLL | SETUP.IOPOLL)) === SETUP.IOPOLL;
    this.enterFlags = (ring.flags & SETUP.DEFER_TASKRUN) !== 0 ? GETEVENTS : 0;
    this.signalling = spec.eventFd !== undefined;
    this.submitterId = spec.submitter?.threadId;
    const time = BigUint64Array.of(spec.waitAddress + BigInt(TIME_AT));
    this.wait.fill(0);
    this.wait.set(new Int32Array(time.buffer), POINTER_AT / 4);
    if ((ring.flags & SETUP.R_DISABLED) !== 0) enableRing(ring);
  }

  reap(into: Uint16Array, room: number): number {
    const { rings } = this;
    const most = room < this.atOnce ? room : this.atOnce;
    let head = this.head | 0;
    let tail = rings[this.cqTailAt];
    this.failures = 0;
    if (head === tail) {
      if (!this.callsForCompletions()) return 0;
      this.callForCompletions();
      tail = rings[this.cqTailAt];
    }
    const iodepth = this.iodepth | 0;
    const success = this.success | 0;
    const mask = this.cqMask | 0;
    const cqes = this.cqesAt | 0;
    const cqeShift = this.cqeShift | 0;
    let found = 0;
    while (head !== tail && found < most) {
      const at = (cqes + ((head & mask) << cqeShift)) | 0;
      const slot = rings[at];
      if (rings[(at + 2) | 0] !== success || slot < 0 || slot >= iodepth) break;
      into[found] = slot;
      found = (found + 1) | 0;
      head = (head + 1) | 0;
    }
    this.head = head;
    return head === tail || found === most ? found : this.reapOdd(into, found, most, tail);
  }

  /** Goes on where a completion failed or names no slot: `taken` are taken already, none of which failed. */
  private reapOdd(into: Uint16Array, taken: number, most: number, tail: number): number {
    const { rings } = this;
    let found = taken;
    this.statuses.fill(0, 0, taken);
    while (this.head !== tail && found < most) {
      const at = this.cqesAt + ((this.head & this.cqMask) << this.cqeShift);
      this.head = (this.head + 1) | 0;
      const slot = rings[at + URING_CQE.USER_DATA_LOW];
      if (slot < 0 || slot >= this.iodepth) {
        this.unexpected++;
        continue;
      }
      const status = this.statusOf(rings[at + URING_CQE.RESULT], slot);
      if (status !== 0) this.failures++;
      this.statuses[found] = status;
      into[found++] = slot;
    }
    return found;
  }

  /** The 15-bit status of a result of that slot. */
  protected statusOf(result: number, _slot: number): number {
    return result === this.success ? 0 : this.failureOf(result);
  }

  /** That of one that is no success. */
  protected failureOf(result: number): number {
    const code = result < 0 ? Math.min(-result, MOST_ERRNO) : SHORT;
    return (SCT_KERNEL << 8) | code;
  }

  /** Whether there is something that only a call brings, or takes to the kernel. */
  private callsForCompletions(): boolean {
    const { rings } = this;
    const flags = rings[this.sqFlagsAt];
    if ((flags & CALL_FOR_THEM) !== 0 || this.callForAll === true) return true;
    if (this.sqPolled === true && (flags & NEED_WAKEUP) === 0) return false;
    return rings[this.sqHeadAt] !== this.tail;
  }

  private callForCompletions(): void {
    const submit = this.sqPolled === true ? 0 : (this.tail - this.rings[this.sqHeadAt]) | 0;
    const flags = this.sqPolled === true ? GETEVENTS | SQ_WAKEUP : GETEVENTS;
    enter(ENTER_NUMBER, this.fd, submit, 0, flags, 0, 0);
  }

  post(batch: Uint16Array, count: number): void {
    const { rings, sqes, slots } = this;
    const writesFrom = this.writesFrom | 0;
    const mask = this.sqMask | 0;
    const array = this.sqArrayAt | 0;
    const shift = this.lbaShift | 0;
    const unshift = (32 - shift) | 0;
    let tail = this.tail | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const low = slots[record | SLBA_LOW];
      // Bit 0 of an opcode: data goes to the device.
      const entry = (slot + Math.imul(slots[record | OPCODE] & 1, writesFrom)) | 0;
      const at = entry << ENTRY_SHIFT;
      sqes[at | 2] = low << shift;
      sqes[at | 3] = (slots[record | SLBA_HIGH] << shift) | (low >>> unshift);
      rings[(array + (tail & mask)) | 0] = entry;
      tail = (tail + 1) | 0;
    }
    this.tail = tail;
  }

  retract(_batch: Uint16Array, count: number): void {
    this.tail = (this.tail - count) | 0;
  }

  ring(): void {
    if (this.sqPolled === true) {
      this.ringPolled();
      return;
    }
    const { rings } = this;
    const tail = this.tail | 0;
    rings[this.sqTailAt] = tail;
    // What the kernel does not take now goes along with the next call.
    enter(ENTER_NUMBER, this.fd, (tail - rings[this.sqHeadAt]) | 0, 0, this.enterFlags, 0, 0);
  }

  private ringPolled(): void {
    const { rings } = this;
    Atomics.store(rings, this.sqTailAt, this.tail);
    if ((rings[this.sqFlagsAt] & NEED_WAKEUP) !== 0) enter(ENTER_NUMBER, this.fd, 0, 0, SQ_WAKEUP, 0, 0);
  }

  release(): void {
    this.rings[this.cqHeadAt] = this.head;
  }

  releaseAll(): void {
    this.release();
  }

  blockedThreads(): (number | undefined)[] {
    return blockedThreads(this.submitterId ?? ownThreadId());
  }

  sleep(timeoutMs: number): void {
    if (this.signalling) forgetEventFd(this.fd);
    this.signalling = false;
    const polled = this.sqPolled;
    const submit = polled ? 0 : (this.tail - this.rings[this.sqHeadAt]) | 0;
    const flags = GETEVENTS | EXT_ARG | (polled ? SQ_WAKEUP : 0);
    this.wait[TIME_AT / 4] = Math.floor(timeoutMs / 1000);
    this.wait[TIME_AT / 4 + 2] = (timeoutMs % 1000) * 1e6;
    enter(ENTER_NUMBER, this.fd, submit, 1, flags, this.waitAddress, GETEVENTS_ARG_BYTES);
    // Linux 6.13 brings the one that was waited for and leaves the others: sent out again alone, it would be a call and an
    // interrupt of its own.
    if ((this.rings[this.sqFlagsAt] & CALL_FOR_THEM) !== 0) this.callForCompletions();
  }
}

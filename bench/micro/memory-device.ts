/**
 * The device's side of one queue pair in plain memory, played by the caller on its own thread. It reads each command's
 * identifier from its submission entry, as a device does, and completes in a shuffled order, as a device may.
 */
import { CQE, NVM, SQE } from '../../engine/spec/index.js';
import { mapAnonymous } from '../../engine/sys/mapping.js';

/** Shuffled orders that are played one after the other. */
const ORDERS = 8;
const SQE_SHIFT = 4;
const CQE_SHIFT = 2;
const DOORBELLS_BYTES = 64;
const PAGE_BYTES = 4096;

/** Where the queues and doorbells lie, as `QueuePair` takes it. */
export interface QueueMemory {
  readonly qid: number;
  readonly entries: number;
  readonly sqAddress: bigint;
  readonly cqAddress: bigint;
  readonly sqTailDoorbell: bigint;
  readonly cqHeadDoorbell: bigint;
}

/** What every command of a measurement must be: lengths and addresses in logical blocks. */
export interface ExpectedCommands {
  readonly nsid: number;
  readonly blockLbas: number;
  readonly blocks: number;
}

export class MemoryDevice {
  readonly memory: QueueMemory;
  private readonly depth: number;
  private readonly entries: number;
  private readonly sq: Int32Array;
  private readonly cq: Int32Array;
  private readonly sqTail: Int32Array;
  private readonly orders: Uint16Array;
  private order = 0;
  private head = 0;
  private tail = 0;
  private phase = 1;

  /** A queue pair of `entries` entries each, whose loop keeps `depth` commands outstanding. */
  constructor(entries: number, depth: number) {
    const sqBytes = entries << (SQE_SHIFT + 2);
    const cqBytes = entries << (CQE_SHIFT + 2);
    const doorbells = Math.ceil((sqBytes + cqBytes) / DOORBELLS_BYTES) * DOORBELLS_BYTES;
    const lengthBytes = Math.ceil((doorbells + 2 * DOORBELLS_BYTES) / PAGE_BYTES) * PAGE_BYTES;
    // Never unmapped: the views of the loop reach it as long as the process lives.
    const { address, buffer } = mapAnonymous(lengthBytes, 'queue pair of a memory device');
    this.sq = new Int32Array(buffer, 0, entries << SQE_SHIFT);
    this.cq = new Int32Array(buffer, sqBytes, entries << CQE_SHIFT);
    this.sqTail = new Int32Array(buffer, doorbells, 1);
    this.depth = depth;
    this.entries = entries;
    this.orders = shuffledOrders(depth);
    this.memory = {
      qid: 1,
      entries,
      sqAddress: address,
      cqAddress: address + BigInt(sqBytes),
      sqTailDoorbell: address + BigInt(doorbells),
      cqHeadDoorbell: address + BigInt(doorbells + DOORBELLS_BYTES),
    };
  }

  /** Commands that the doorbell has made visible and that are not completed. */
  posted(): number {
    const posted = this.sqTail[0] - this.head;
    return posted < 0 ? posted + this.entries : posted;
  }

  /** Completes `depth` commands with success. The caller has seen that so many are posted. */
  play(): void {
    const { sq, cq, orders, depth, entries, head } = this;
    let { tail, phase } = this;
    const first = this.order * depth;
    this.order = (this.order + 1) % ORDERS;
    const nextHead = head + depth < entries ? head + depth : head + depth - entries;
    for (let i = 0; i < depth; i++) {
      let entry = head + orders[first + i];
      if (entry >= entries) entry -= entries;
      const cid = sq[entry << SQE_SHIFT] >>> 16;
      const at = tail << CQE_SHIFT;
      cq[at + CQE.DW2] = nextHead;
      cq[at + CQE.DW3] = cid | (phase << 16);
      if (++tail === entries) {
        tail = 0;
        phase ^= 1;
      }
    }
    this.head = nextHead;
    this.tail = tail;
    this.phase = phase;
  }

  /** Rings the doorbell for `depth` commands that lie there from before: for measuring `play` alone. */
  repost(): void {
    const next = this.head + this.depth;
    this.sqTail[0] = next < this.entries ? next : next - this.entries;
  }

  /** Looks at the posted commands word by word. Throws where they are not what a loop must post. */
  check(expected: ExpectedCommands): void {
    if (this.posted() !== this.depth) {
      throw new Error(`${this.posted()} commands are posted where ${this.depth} should be`);
    }
    const cids = new Set<number>();
    for (let i = 0; i < this.depth; i++) {
      const at = ((this.head + i) % this.entries) << SQE_SHIFT;
      const word = (index: number): number => this.sq[at + index] >>> 0;
      const opcode = word(SQE.CDW0) & 0xff;
      cids.add(word(SQE.CDW0) >>> 16);
      const slba = word(SQE.CDW10) + word(SQE.CDW11) * 2 ** 32;
      const wrong =
        (opcode !== NVM.READ && opcode !== NVM.WRITE) ||
        word(SQE.NSID) !== expected.nsid ||
        slba % expected.blockLbas !== 0 ||
        slba / expected.blockLbas >= expected.blocks ||
        (word(SQE.PRP1_LOW) === 0 && word(SQE.PRP1_HIGH) === 0) ||
        (word(SQE.CDW12) & 0xffff) !== expected.blockLbas - 1;
      if (wrong)
        throw new Error(`a posted command is wrong: ${this.sq.subarray(at, at + SQE.WORDS).join(' ')}`);
    }
    if (cids.size !== this.depth) throw new Error('two posted commands have one identifier');
  }
}

/** ORDERS permutations of 0 to `depth` - 1, one after the other. */
function shuffledOrders(depth: number): Uint16Array {
  const orders = new Uint16Array(ORDERS * depth);
  let random = 1;
  for (let first = 0; first < orders.length; first += depth) {
    const order = orders.subarray(first, first + depth);
    for (let i = 0; i < depth; i++) {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      const j = (random >>> 8) % (i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }
  return orders;
}

/**
 * Queues of a host that fills rings by itself, and the commands that go into them. It knows NVMe from the specification, not from
 * this project's driver or constants, so that a shared mistake cannot hide.
 */
import assert from 'node:assert/strict';
import { yieldCpu } from '../../../engine/sys/affinity.js';
import { nowMs } from '../../../engine/sys/clock.js';
import type { ViewedMapping } from '../../../engine/sys/mapping.js';

export const DEADLINE_MS = 20_000;

export interface Dma {
  readonly iova: number;
  readonly memory: ViewedMapping;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface Completion {
  readonly dw0: number;
  readonly sqHead: number;
  readonly sqid: number;
  readonly cid: number;
  readonly phase: number;
  readonly sct: number;
  readonly sc: number;
}

export interface Command {
  opcode: number;
  nsid?: number;
  cdw2?: number;
  cdw3?: number;
  prp1?: number;
  prp2?: number;
  cdw10?: number;
  cdw11?: number;
  cdw12?: number;
  cdw13?: number;
  cdw14?: number;
  cdw15?: number;
  mptr?: number;
  /** CDW0 bits 15:8. */
  flags?: number;
}

/** A queue pair of the host: it owns the tail of the one and the head of the other. */
export class Rings {
  tail = 0;
  head = 0;
  phase = 1;
  nextCid = 0;
  readonly sq: Uint32Array;
  readonly cq: Uint32Array;
  readonly qid: number;
  readonly sqEntries: number;
  readonly cqEntries: number;
  readonly sqDma: Dma;
  readonly cqDma: Dma;
  private readonly doorbells: Uint32Array;

  constructor(qid: number, sqEntries: number, cqEntries: number, sq: Dma, cq: Dma, doorbells: Uint32Array) {
    this.qid = qid;
    this.sqEntries = sqEntries;
    this.cqEntries = cqEntries;
    this.sqDma = sq;
    this.cqDma = cq;
    this.sq = new Uint32Array(sq.memory.buffer);
    this.cq = new Uint32Array(cq.memory.buffer);
    this.doorbells = doorbells;
  }

  /** Places a command without telling the controller; returns its CID. */
  place(command: Command): number {
    const cid = this.nextCid++ & 0xffff;
    const at = this.tail * 16;
    this.sq.fill(0, at, at + 16);
    this.sq[at] = command.opcode | ((command.flags ?? 0) << 8) | (cid << 16);
    this.sq[at + 1] = command.nsid ?? 0;
    this.sq[at + 2] = command.cdw2 ?? 0;
    this.sq[at + 3] = command.cdw3 ?? 0;
    this.sq[at + 6] = (command.prp1 ?? 0) % 2 ** 32;
    this.sq[at + 7] = Math.floor((command.prp1 ?? 0) / 2 ** 32);
    this.sq[at + 8] = (command.prp2 ?? 0) % 2 ** 32;
    this.sq[at + 9] = Math.floor((command.prp2 ?? 0) / 2 ** 32);
    this.sq[at + 10] = command.cdw10 ?? 0;
    this.sq[at + 11] = command.cdw11 ?? 0;
    this.sq[at + 12] = command.cdw12 ?? 0;
    this.sq[at + 13] = command.cdw13 ?? 0;
    this.sq[at + 14] = command.cdw14 ?? 0;
    this.sq[at + 15] = command.cdw15 ?? 0;
    this.sq[at + 4] = (command.mptr ?? 0) % 2 ** 32;
    this.sq[at + 5] = Math.floor((command.mptr ?? 0) / 2 ** 32);
    this.tail = (this.tail + 1) % this.sqEntries;
    return cid;
  }

  ring(): void {
    this.doorbells[2 * this.qid] = this.tail;
  }

  submit(command: Command): number {
    const cid = this.place(command);
    this.ring();
    return cid;
  }

  /** The next completion, or undefined where none is there. The head doorbell is left to `release`. */
  peek(): Completion | undefined {
    const at = this.head * 4;
    const dw3 = this.cq[at + 3];
    if (((dw3 >>> 16) & 1) !== this.phase) return undefined;
    const dw2 = this.cq[at + 2];
    this.head = (this.head + 1) % this.cqEntries;
    if (this.head === 0) this.phase ^= 1;
    return {
      dw0: this.cq[at],
      sqHead: dw2 & 0xffff,
      sqid: dw2 >>> 16,
      cid: dw3 & 0xffff,
      phase: (dw3 >>> 16) & 1,
      sc: (dw3 >>> 17) & 0xff,
      sct: (dw3 >>> 25) & 7,
    };
  }

  release(): void {
    this.doorbells[2 * this.qid + 1] = this.head;
  }

  /** Waits for the next completion and gives its entry back. */
  wait(): Completion {
    const completion = this.waitKeeping();
    this.release();
    return completion;
  }

  waitKeeping(): Completion {
    const deadline = nowMs() + DEADLINE_MS;
    for (;;) {
      const completion = this.peek();
      if (completion !== undefined) return completion;
      if (nowMs() > deadline) assert.fail(`no completion on queue ${this.qid}`);
      yieldCpu();
    }
  }

  run(command: Command): Completion {
    const cid = this.submit(command);
    const completion = this.wait();
    assert.equal(completion.cid, cid);
    return completion;
  }

  /** Whether nothing completes for a while. */
  quiet(ms: number): boolean {
    const until = nowMs() + ms;
    while (nowMs() < until) {
      if (this.peek() !== undefined) return false;
      yieldCpu();
    }
    return true;
  }
}

/** Status code type and status code. */
export function statusOf(completion: Completion): [number, number] {
  return [completion.sct, completion.sc];
}

export interface Transfer {
  slba: number;
  lbas: number;
  prp1: number;
  prp2?: number;
}

const transfer = (opcode: number, { slba, lbas, prp1, prp2 }: Transfer): Command => ({
  opcode,
  nsid: 1,
  prp1,
  prp2,
  cdw10: slba % 2 ** 32,
  cdw11: Math.floor(slba / 2 ** 32),
  cdw12: lbas - 1,
});

export const write = (parts: Transfer): Command => transfer(0x01, parts);
export const read = (parts: Transfer): Command => transfer(0x02, parts);

/**
 * A host that pokes registers and rings by itself. It knows NVMe from the specification, not from this project's
 * driver or constants, so that a shared mistake cannot hide.
 */
import assert from 'node:assert/strict';
import { parseTarget } from '../../../engine/path/open.js';
import { simTransport } from '../../../engine/path/pcie/transport/sim.js';
import type { TransportDevice } from '../../../engine/path/pcie/transport/transport.js';
import { yieldCpu } from '../../../engine/sys/affinity.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { mapAnonymous, type ViewedMapping, viewAt } from '../../../engine/sys/mapping.js';

const DEADLINE_MS = 20_000;
const CC = 0x14;
const CSTS = 0x1c;
const AQA = 0x24;
const ASQ = 0x28;
const ACQ = 0x30;
const CC_ENABLE = 0x0046_0001;
/** IOVAs are handed out from here, far from zero and from each other's mappings. */
const FIRST_IOVA = 0x10_0000_0000n;

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

export class RawDriver {
  admin!: Rings;
  readonly device: TransportDevice;
  readonly doorbells: Uint32Array;
  private readonly mapMemory: (lengthBytes: number, what: string) => ViewedMapping;
  private nextIova = FIRST_IOVA;

  static async attach(options = ''): Promise<RawDriver> {
    const text = options === '' ? 'sim' : `sim:?${options}`;
    return new RawDriver(await simTransport.attach(parseTarget(text), {}));
  }

  /** Attached, enabled, with an admin queue. */
  static async ready(options = ''): Promise<RawDriver> {
    const driver = await RawDriver.attach(options);
    driver.enable();
    return driver;
  }

  /** `mapMemory` where the device takes memory of a certain kind only. */
  constructor(
    device: TransportDevice,
    mapMemory: (lengthBytes: number, what: string) => ViewedMapping = mapAnonymous,
  ) {
    this.mapMemory = mapMemory;
    this.device = device;
    this.doorbells = new Uint32Array(viewAt(device.doorbells.address, device.doorbells.lengthBytes));
  }

  close(): Promise<void> {
    return this.device.close();
  }

  /** Mapped memory of whole pages, zeroed, surrounded by unmapped IOVAs. */
  dma(lengthBytes: number): Dma {
    const memory = this.mapMemory(Math.ceil(lengthBytes / 4096) * 4096, 'test memory');
    const iova = this.nextIova;
    this.nextIova += BigInt(memory.lengthBytes) + 0x10000n - (BigInt(memory.lengthBytes) % 0x10000n);
    this.device.dma.map(memory, iova);
    return {
      iova: Number(iova),
      memory,
      bytes: new Uint8Array(memory.buffer),
      view: new DataView(memory.buffer),
    };
  }

  unmap(dma: Dma): void {
    this.device.dma.unmap(dma.memory, BigInt(dma.iova));
  }

  csts(): number {
    return this.device.registers.read32(CSTS);
  }

  writeCc(value: number): void {
    this.device.registers.write32(CC, value);
  }

  /** Waits until CSTS has `value` in the bits of `mask`. */
  awaitCsts(mask: number, value: number): void {
    const deadline = nowMs() + DEADLINE_MS;
    while ((this.csts() & mask) !== value) {
      if (nowMs() > deadline) assert.fail(`CSTS stays 0x${this.csts().toString(16)}`);
      yieldCpu();
    }
  }

  setAdminQueues(sqEntries: number, cqEntries: number, sqIova: number, cqIova: number): void {
    const { registers } = this.device;
    registers.write32(AQA, (sqEntries - 1) | ((cqEntries - 1) << 16));
    registers.write64(ASQ, BigInt(sqIova));
    registers.write64(ACQ, BigInt(cqIova));
  }

  enable(entries = 32): void {
    const [sq, cq] = [this.dma(entries * 64), this.dma(entries * 16)];
    this.setAdminQueues(entries, entries, sq.iova, cq.iova);
    this.writeCc(CC_ENABLE);
    this.awaitCsts(3, 1);
    this.admin = new Rings(0, entries, entries, sq, cq, this.doorbells);
  }

  disable(): void {
    this.writeCc(CC_ENABLE & ~1);
    this.awaitCsts(1, 0);
  }

  createCq(qid: number, entries: number, iova: number, cdw11 = 1): Completion {
    return this.admin.run({ opcode: 0x05, prp1: iova, cdw10: qid | ((entries - 1) << 16), cdw11 });
  }

  createSq(qid: number, entries: number, iova: number, cqid: number): Completion {
    return this.admin.run({
      opcode: 0x01,
      prp1: iova,
      cdw10: qid | ((entries - 1) << 16),
      cdw11: 1 | (cqid << 16),
    });
  }

  /** An I/O queue pair of its own. */
  ioQueue(qid: number, sqEntries = 64, cqEntries = sqEntries): Rings {
    const [sq, cq] = [this.dma(sqEntries * 64), this.dma(cqEntries * 16)];
    assert.deepEqual(statusOf(this.createCq(qid, cqEntries, cq.iova)), [0, 0]);
    assert.deepEqual(statusOf(this.createSq(qid, sqEntries, sq.iova, qid)), [0, 0]);
    return new Rings(qid, sqEntries, cqEntries, sq, cq, this.doorbells);
  }

  deleteQueue(opcode: 0x00 | 0x04, qid: number): Completion {
    return this.admin.run({ opcode, cdw10: qid });
  }

  /** The bytes of an Identify data structure. */
  identify(cns: number, nsid: number): DataView {
    const page = this.dma(4096);
    assert.deepEqual(statusOf(this.admin.run({ opcode: 0x06, nsid, prp1: page.iova, cdw10: cns })), [0, 0]);
    return page.view;
  }

  logPage(logId: number, lengthBytes: number): DataView {
    const page = this.dma(lengthBytes);
    const cdw10 = logId | ((lengthBytes / 4 - 1) << 16);
    const command = { opcode: 0x02, nsid: 0xffff_ffff, prp1: page.iova, cdw10 };
    assert.deepEqual(statusOf(this.admin.run(command)), [0, 0]);
    return page.view;
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

/** A host that pokes registers by itself, and its queues: as `raw-rings.ts`, without anything of this project's driver. */
import assert from 'node:assert/strict';
import { parseTarget } from '../../../engine/path/open.js';
import { simTransport } from '../../../engine/path/pcie/transport/sim.js';
import type { TransportDevice } from '../../../engine/path/pcie/transport/transport.js';
import { yieldCpu } from '../../../engine/sys/affinity.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { mapAnonymous, type ViewedMapping, viewAt } from '../../../engine/sys/mapping.js';
import { type Completion, DEADLINE_MS, type Dma, Rings, statusOf } from './raw-rings.js';

const CC = 0x14;
const CSTS = 0x1c;
const AQA = 0x24;
const ASQ = 0x28;
const ACQ = 0x30;
const CC_ENABLE = 0x0046_0001;
/** IOVAs are handed out from here, far from zero and from each other's mappings. */
const FIRST_IOVA = 0x10_0000_0000n;

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

/** What a client's memory may be like: in pages, without a descriptor, for one direction alone, far up. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { serveVfioUser, type VfioUserServer } from '../../../../engine/index.js';
import { closeFd } from '../../../../engine/sys/fd.js';
import { RawDriver } from '../raw-driver.js';
import { Rings, read, statusOf, write } from '../raw-rings.js';
import { RawClient } from './raw-client.js';
import { mapPages, READ_ONLY, rawDevice, sharedMemory, WRITE_ONLY } from './raw-device.js';

const PAGE = 4096;
const DATA_TRANSFER_ERROR = [0, 0x04];
const CFS = 2;
const FLUSH = { opcode: 0x00, nsid: 1 };
/** A page of a file of this project's own, at an address that nothing else has. */
const IOVA = 0x7000_0000;

const DEVICE = 'sim:?size=16MiB&latency=none&write_latency=none';

const base = mkdtempSync(join(tmpdir(), 'nvbench-foreign-'));
after(() => rmSync(base, { recursive: true }));

describe('memory of a client', { concurrency: false }, () => {
  let server: VfioUserServer;
  let client: RawClient;
  let driver: RawDriver;
  before(async () => {
    server = await serveVfioUser({ socketDir: join(base, 'one'), device: DEVICE });
  });
  after(() => server.close());
  beforeEach(() => {
    client = RawClient.greeted(server.target);
    driver = new RawDriver(rawDevice(client), sharedMemory);
  });
  afterEach(() => driver.close());

  /** One page at `IOVA`, filled with that byte. */
  function page(flags: number, fill: number): Buffer {
    const memory = sharedMemory(PAGE, 'a page');
    assert.equal(client.map(memory.fd, BigInt(IOVA), BigInt(PAGE), 0n, flags), 0);
    closeFd(memory.fd);
    return Buffer.from(memory.buffer).fill(fill);
  }

  test('queues whose pages lie in mappings of their own work round and round', () => {
    driver.enable(512);
    const queue = driver.ioQueue(1, 1024, 512);
    const data = driver.dma(4 * PAGE);
    for (let round = 0; round < 1100; round++) {
      const slba = (round % 64) * 8;
      data.view.setUint32(0, round, true);
      assert.deepEqual(statusOf(queue.run(write({ slba, lbas: 8, prp1: data.iova }))), [0, 0]);
      assert.deepEqual(statusOf(queue.run(read({ slba, lbas: 8, prp1: data.iova + PAGE }))), [0, 0]);
      assert.equal(data.view.getUint32(PAGE, true), round);
    }
    for (let round = 0; round < 600; round++)
      assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x08, cdw10: 1 | (77 << 16) })), [0, 0]);
  });

  test('many commands and completions at once cross from page to page', () => {
    driver.enable();
    const queue = driver.ioQueue(1, 1024);
    for (let round = 0; round < 3; round++) {
      const cids = Array.from({ length: 1000 }, () => queue.place(FLUSH));
      queue.ring();
      for (const cid of cids) assert.equal(queue.wait().cid, cid);
    }
  });

  test('a queue that loses one page of many ends in CFS at its next doorbell, and the server goes on', () => {
    driver.enable();
    const queue = driver.ioQueue(1, 512);
    queue.run(FLUSH);
    assert.equal(client.unmap(BigInt(queue.sqDma.iova + 5 * PAGE), BigInt(PAGE)).errno, 0);
    queue.submit(FLUSH);
    driver.awaitCsts(CFS, CFS);
    assert.equal(client.call(13, new Uint8Array(0)).errno, 0);
    driver.enable();
    driver.identify(1, 0);
  });

  test('a queue with a hole in its memory cannot be made', () => {
    driver.enable();
    const memory = sharedMemory(4 * PAGE, 'a ring');
    mapPages(client, memory, BigInt(IOVA));
    closeFd(memory.fd);
    assert.equal(client.unmap(BigInt(IOVA + 2 * PAGE), BigInt(PAGE)).errno, 0);
    driver.admin.submit({ opcode: 0x05, prp1: IOVA, cdw10: 1 | (1023 << 16), cdw11: 1 });
    driver.awaitCsts(CFS, CFS);
  });

  test('what came without a descriptor is out of reach: a command that names it fails', () => {
    driver.enable();
    const queue = driver.ioQueue(1);
    assert.equal(client.map(undefined, BigInt(IOVA), BigInt(PAGE)), 0);
    assert.equal(client.map(undefined, 2n ** 64n - 4096n, 4096n, 0n, READ_ONLY), 0);
    for (const command of [read, write])
      assert.deepEqual(statusOf(queue.run(command({ slba: 0, lbas: 8, prp1: IOVA }))), DATA_TRANSFER_ERROR);
    const identify = { opcode: 0x06, prp1: IOVA, cdw10: 1 };
    assert.deepEqual(statusOf(driver.admin.run(identify)), DATA_TRANSFER_ERROR);
    assert.equal(client.unmap(BigInt(IOVA), BigInt(PAGE)).errno, 0);
    assert.equal(client.unmap(2n ** 64n - 4096n, 4096n).errno, 0);
  });

  test('memory for reading alone is written from and never into', () => {
    driver.enable();
    const queue = driver.ioQueue(1);
    const bytes = page(READ_ONLY, 0x5a);
    assert.deepEqual(statusOf(queue.run(write({ slba: 8, lbas: 8, prp1: IOVA }))), [0, 0]);
    assert.deepEqual(statusOf(queue.run(read({ slba: 0, lbas: 8, prp1: IOVA }))), DATA_TRANSFER_ERROR);
    for (const command of [
      { opcode: 0x06, prp1: IOVA, cdw10: 1 },
      { opcode: 0x02, nsid: 0xffff_ffff, prp1: IOVA, cdw10: 2 | (127 << 16) },
    ])
      assert.deepEqual(statusOf(driver.admin.run(command)), DATA_TRANSFER_ERROR);
    assert.ok(bytes.every((byte) => byte === 0x5a));
    const data = driver.dma(PAGE);
    queue.run(read({ slba: 8, lbas: 8, prp1: data.iova }));
    assert.ok(data.bytes.every((byte) => byte === 0x5a));
  });

  test('memory for writing alone is read into and never from', () => {
    driver.enable();
    const queue = driver.ioQueue(1);
    const bytes = page(WRITE_ONLY, 0x77);
    assert.deepEqual(statusOf(queue.run(write({ slba: 0, lbas: 8, prp1: IOVA }))), DATA_TRANSFER_ERROR);
    assert.deepEqual(statusOf(queue.run(read({ slba: 4096, lbas: 8, prp1: IOVA }))), [0, 0]);
    assert.ok(bytes.every((byte) => byte === 0));
  });

  test('a list of pages is read from memory for reading, not from memory for writing alone', () => {
    driver.enable();
    const queue = driver.ioQueue(1);
    const data = driver.dma(3 * PAGE);
    for (const [flags, expected] of [
      [READ_ONLY, [0, 0]],
      [WRITE_ONLY, DATA_TRANSFER_ERROR],
    ] as const) {
      const list = page(flags, 0);
      for (const entry of [0, 1]) list.writeBigUInt64LE(BigInt(data.iova + (entry + 1) * PAGE), entry * 8);
      const command = read({ slba: 0, lbas: 24, prp1: data.iova, prp2: IOVA });
      assert.deepEqual(statusOf(queue.run(command)), expected);
      assert.equal(client.unmap(BigInt(IOVA), BigInt(PAGE)).errno, 0);
    }
  });

  test('a submission queue may lie in memory for reading, a completion queue may not', () => {
    driver.enable();
    const sq = sharedMemory(PAGE, 'a ring');
    assert.equal(client.map(sq.fd, BigInt(IOVA), BigInt(PAGE), 0n, READ_ONLY), 0);
    closeFd(sq.fd);
    const cq = driver.dma(PAGE);
    assert.deepEqual(statusOf(driver.createCq(1, 64, cq.iova)), [0, 0]);
    assert.deepEqual(statusOf(driver.createSq(1, 64, IOVA, 1)), [0, 0]);
    const ring = { iova: IOVA, memory: sq, bytes: new Uint8Array(sq.buffer), view: new DataView(sq.buffer) };
    const queue = new Rings(1, 64, 64, ring, cq, driver.doorbells);
    for (let round = 0; round < 100; round++) assert.deepEqual(statusOf(queue.run(FLUSH)), [0, 0]);
    driver.admin.submit({ opcode: 0x05, prp1: IOVA, cdw10: 2 | (63 << 16), cdw11: 1 });
    driver.awaitCsts(CFS, CFS);
  });

  test('addresses of 48 bits are reached, as those of a process are', () => {
    driver.enable();
    const queue = driver.ioQueue(1);
    for (const iova of [0x2000_0020_0000, 0x7fff_ffff_e000, 2 ** 48 - PAGE]) {
      const memory = sharedMemory(PAGE, 'a page far up');
      assert.equal(client.map(memory.fd, BigInt(iova), BigInt(PAGE)), 0);
      closeFd(memory.fd);
      const bytes = Buffer.from(memory.buffer).fill(iova % 251);
      assert.deepEqual(statusOf(queue.run(write({ slba: 16, lbas: 8, prp1: iova }))), [0, 0]);
      bytes.fill(0);
      assert.deepEqual(statusOf(queue.run(read({ slba: 16, lbas: 8, prp1: iova }))), [0, 0]);
      assert.ok(bytes.every((byte) => byte === iova % 251));
    }
  });
});

test('a controller with latencies and faults reads and writes memory as it may', async () => {
  const device = `${DEVICE}&faults=flip(1,0)`;
  const server = await serveVfioUser({ socketDir: join(base, 'faults'), device });
  const client = RawClient.greeted(server.target);
  const driver = new RawDriver(rawDevice(client), sharedMemory);
  driver.enable(512);
  const queue = driver.ioQueue(1, 1024);
  const memory = sharedMemory(PAGE, 'a page');
  assert.equal(client.map(memory.fd, BigInt(IOVA), BigInt(PAGE), 0n, READ_ONLY), 0);
  closeFd(memory.fd);
  const command = write({ slba: 0, lbas: 8, prp1: IOVA });
  // the data would be another for a while
  assert.deepEqual(statusOf(queue.run(command)), DATA_TRANSFER_ERROR);
  for (let round = 0; round < 1100; round++) assert.deepEqual(statusOf(queue.run(command)), [0, 0]);
  await driver.close();
  await server.close();
});

test('metadata goes where it may be written, and comes from where it may be read', async () => {
  const device = `${DEVICE}&lba=512&metadata=8`;
  const server = await serveVfioUser({ socketDir: join(base, 'metadata'), device });
  const client = RawClient.greeted(server.target);
  const driver = new RawDriver(rawDevice(client), sharedMemory);
  driver.enable();
  const queue = driver.ioQueue(1);
  const data = driver.dma(PAGE);
  const statusBy = (flags: number, command: typeof read): number[] => {
    const memory = sharedMemory(PAGE, 'metadata');
    assert.equal(client.map(memory.fd, BigInt(IOVA), BigInt(PAGE), 0n, flags), 0);
    closeFd(memory.fd);
    const at = queue.tail * 16;
    queue.place(command({ slba: 0, lbas: 8, prp1: data.iova }));
    queue.sq[at + 4] = IOVA;
    queue.ring();
    const status = statusOf(queue.wait());
    assert.equal(client.unmap(BigInt(IOVA), BigInt(PAGE)).errno, 0);
    return status;
  };
  assert.deepEqual(statusBy(READ_ONLY, write), [0, 0]);
  assert.deepEqual(statusBy(WRITE_ONLY, write), DATA_TRANSFER_ERROR);
  assert.deepEqual(statusBy(WRITE_ONLY, read), [0, 0]);
  assert.deepEqual(statusBy(READ_ONLY, read), DATA_TRANSFER_ERROR);
  await driver.close();
  await server.close();
});

test('the ids of the function are those that the target names, also for Identify', async () => {
  for (const [index, [options, id, subsystem]] of (
    [
      ['', 0x0010_1b36, 0x1100_1af4],
      ['&pci=144d:a808:1028:1ff6', 0xa808_144d, 0x1ff6_1028],
      ['&personality=apple-2001', 0x2001_106b, 0x0000_106b],
    ] as const
  ).entries()) {
    const device = `sim:?size=16MiB&latency=none${options}`;
    const server = await serveVfioUser({ socketDir: join(base, `id${index}`), device });
    const client = RawClient.greeted(server.target);
    assert.equal(client.read(7, 0, 4).body.readUInt32LE(16), id);
    assert.equal(client.read(7, 0x2c, 4).body.readUInt32LE(16), subsystem);
    const driver = new RawDriver(rawDevice(client), sharedMemory);
    driver.enable();
    const identify = driver.identify(1, 0);
    assert.equal(identify.getUint16(0, true), id & 0xffff);
    assert.equal(identify.getUint16(2, true), subsystem & 0xffff);
    await driver.close();
    await server.close();
  }
});

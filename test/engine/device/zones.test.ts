/** Zoned namespaces of the software controller, by commands as the specification has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { read, statusOf, write } from './raw-rings.js';

const OK = [0, 0];
const BOUNDARY = [1, 0xb8];
const FULL = [1, 0xb9];
const INVALID = [1, 0xbc];

const ZONED = 'size=4MiB&zone=32KiB&latency=none';

test('a zone is written in order from its first block, and not beyond its last', async () => {
  const driver = await RawDriver.ready(ZONED);
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096 * 2).iova;
  const wrote = (slba: number, lbas: number): number[] =>
    statusOf(queue.run(write({ slba, lbas, prp1, prp2: prp1 + 4096 })));
  const zeroed = (slba: number): number[] =>
    statusOf(queue.run({ opcode: 8, nsid: 1, cdw10: slba, cdw12: 7 }));
  // 64 blocks a zone
  assert.deepEqual([wrote(8, 8), wrote(0, 8), wrote(0, 8), wrote(8, 8)], [INVALID, OK, INVALID, OK]);
  assert.deepEqual([wrote(60, 8), zeroed(16), zeroed(16), wrote(128, 8)], [BOUNDARY, OK, INVALID, OK]);
  for (let slba = 24; slba < 64; slba += 8) assert.deepEqual(wrote(slba, 8), OK);
  assert.deepEqual(wrote(0, 8), FULL);
  assert.deepEqual(statusOf(queue.run(read({ slba: 60, lbas: 8, prp1 }))), OK);
  await driver.close();
});

test('a format empties all zones', async () => {
  const driver = await RawDriver.ready(ZONED);
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  queue.run(write({ slba: 0, lbas: 8, prp1 }));
  assert.deepEqual(statusOf(driver.admin.run({ opcode: 0x80, nsid: 1 })), OK);
  assert.deepEqual(statusOf(queue.run(write({ slba: 0, lbas: 8, prp1 }))), OK);
  await driver.close();
});

test('Identify tells the command set and the size of zones', async () => {
  const driver = await RawDriver.ready(ZONED);
  const list = driver.identify(0x03, 1);
  // Behind EUI64 (12 bytes), NGUID and UUID (20 each): NIDT 4, NIDL 1, CSI 2.
  assert.deepEqual([list.getUint8(52), list.getUint8(53), list.getUint8(56)], [4, 1, 2]);
  const page = driver.dma(4096);
  const command = { opcode: 0x06, nsid: 1, prp1: page.iova, cdw10: 5, cdw11: 0x0200_0000 };
  assert.deepEqual(statusOf(driver.admin.run(command)), OK);
  assert.equal(page.view.getBigUint64(2816, true), 64n);
  await driver.close();
});

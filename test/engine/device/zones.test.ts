/** Zoned namespaces of the software controller, by commands as the specification has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { type Command, read, statusOf, write } from './raw-rings.js';

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

const STATES = { EMPTY: 1, IMPLICIT: 2, EXPLICIT: 3, CLOSED: 4, FULL: 14 };
const RESET = 4;
const send = (slba: number, action: number) => ({ opcode: 0x79, nsid: 1, cdw10: slba, cdw13: action });

test('Zone Management Send moves zones from state to state, and Receive tells of them', async () => {
  const driver = await RawDriver.ready(`${ZONED}&zone_capacity=24KiB`);
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  const page = driver.dma(4096);
  const told = (slba: number): unknown[] => {
    const report = { opcode: 0x7a, nsid: 1, prp1: page.iova, cdw10: slba, cdw12: 1023 };
    assert.deepEqual(statusOf(queue.run(report)), OK);
    const [type, state] = [page.view.getUint8(64), page.view.getUint8(65) >> 4];
    const words = [0, 72, 80, 88].map((at) => Number(page.view.getBigUint64(at, true)));
    return [type, state, ...words];
  };
  const done = (slba: number, action: number): number[] => statusOf(queue.run(send(slba, action)));
  // Zones of 64 blocks, 48 of which can be written; 128 in all.
  assert.deepEqual(told(64), [2, STATES.EMPTY, 127, 48, 64, 64]);
  queue.run(write({ slba: 64, lbas: 8, prp1 }));
  assert.deepEqual(told(64), [2, STATES.IMPLICIT, 127, 48, 64, 72]);
  assert.deepEqual([done(64, 3), told(64)[1]], [OK, STATES.EXPLICIT]);
  assert.deepEqual([done(64, 1), told(64)[1]], [OK, STATES.CLOSED]);
  assert.deepEqual([done(64, 2), told(64)[1]], [OK, STATES.FULL]);
  assert.deepEqual(
    [done(64, 3), done(65, RESET)],
    [
      [1, 0xbf],
      [0, 2],
    ],
  );
  assert.deepEqual(statusOf(queue.run(write({ slba: 72, lbas: 8, prp1 }))), FULL);
  queue.run(read({ slba: 64, lbas: 1, prp1 }));
  assert.deepEqual([done(64, RESET), told(64)[1]], [OK, STATES.EMPTY]);
  assert.deepEqual(statusOf(queue.run(write({ slba: 64, lbas: 8, prp1 }))), OK);
  assert.deepEqual([done(0, RESET | 0x100), told(64)], [OK, [2, STATES.EMPTY, 127, 48, 64, 64]]);
  await driver.close();
});

test('no more zones are active than the drive has room for', async () => {
  const driver = await RawDriver.ready(`${ZONED}&zones_active=2`);
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  const wrote = (slba: number): number[] => statusOf(queue.run(write({ slba, lbas: 8, prp1 })));
  const TOO_MANY = [1, 0xbd];
  assert.deepEqual([wrote(0), wrote(64), wrote(128), wrote(8)], [OK, OK, TOO_MANY, OK]);
  queue.run(send(64, 2));
  assert.deepEqual([wrote(128), wrote(192)], [OK, TOO_MANY]);
  queue.run(send(0, RESET));
  assert.deepEqual(wrote(192), OK);
  await driver.close();
});

test('a controller without zones has no commands of zones', async () => {
  const driver = await RawDriver.ready('size=4MiB&latency=none');
  assert.deepEqual(statusOf(driver.ioQueue(1).run(send(0, RESET))), [0, 1]);
  await driver.close();
});

/** Zoned namespace command set 1.1, 3.4.1: what is assigned stands in dwords 0 and 1 of the completion. */
for (const latency of ['none', '1ms'])
  test(`Zone Append puts blocks where the zone was written to and says where, with latency=${latency}`, async () => {
    const driver = await RawDriver.ready(ZONED.replace('none', latency));
    const queue = driver.ioQueue(1);
    const { iova, bytes } = driver.dma(4096);
    const appended = (zslba: number, fill: number, lbas = 8): number[] => {
      bytes.fill(fill);
      const { dw0, ...rest } = queue.run({ ...write({ slba: zslba, lbas, prp1: iova }), opcode: 0x7d });
      return [...statusOf({ dw0, ...rest }), dw0];
    };
    assert.deepEqual(
      [appended(64, 1), appended(64, 2), appended(0, 3, 1)],
      [
        [0, 0, 64],
        [0, 0, 72],
        [0, 0, 0],
      ],
    );
    const firstOf = (slba: number): number => {
      queue.run(read({ slba, lbas: 8, prp1: iova }));
      return bytes[0];
    };
    assert.deepEqual([firstOf(64), firstOf(72), firstOf(0)], [1, 2, 3]);
    // A write goes on behind, and another command with the identifier of an append has no address in its completion.
    assert.deepEqual(statusOf(queue.run(write({ slba: 80, lbas: 8, prp1: iova }))), OK);
    for (let i = 0; i < 5; i++) assert.equal(appended(64, 4)[2], 88 + 8 * i);
    assert.deepEqual(appended(64, 5).slice(0, 2), FULL);
    assert.equal(queue.run(read({ slba: 64, lbas: 8, prp1: iova })).dw0, 0);
    // Not the first block of a zone; one block more than is left of it; beyond the namespace.
    assert.deepEqual(appended(8, 6).slice(0, 2), [0, 2]);
    for (let i = 0; i < 7; i++) appended(128, 7);
    assert.deepEqual(appended(128, 7, 1).slice(0, 2), OK);
    assert.deepEqual([appended(128, 7).slice(0, 2), appended(8192, 7).slice(0, 2)], [BOUNDARY, [0, 0x80]]);
    await driver.close();
  });

test('appends are of zones, and as long as other transfers', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  const append: Command = { ...write({ slba: 0, lbas: 8, prp1 }), opcode: 0x7d };
  assert.deepEqual(statusOf(queue.run(append)), [0, 1]);
  const identify: Command = { opcode: 0x06, prp1, cdw10: 6, cdw11: 0x0200_0000 };
  assert.deepEqual(statusOf(driver.admin.run(identify)), [0, 2]);
  await driver.close();
  const zoned = await RawDriver.ready(ZONED);
  const page = zoned.dma(4096);
  page.bytes.fill(0xee);
  assert.deepEqual(statusOf(zoned.admin.run({ ...identify, prp1: page.iova })), OK);
  assert.equal(page.bytes[0], 0);
  await zoned.close();
});

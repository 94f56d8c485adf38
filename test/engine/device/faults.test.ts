import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleepMs } from '../../../engine/sys/clock.js';
import { RawDriver } from './raw-driver.js';
import { read, statusOf, write } from './raw-rings.js';
import { settle } from './settle.js';

const FLUSH = { opcode: 0x00, nsid: 1 };

test('an error on an LBA range hits what touches it and nothing else', async () => {
  const driver = await RawDriver.ready('latency=none&faults=error(lba=100-107,sct=2,sc=0x81)');
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  for (const [slba, lbas, expected] of [
    [99, 1, [0, 0]],
    [99, 2, [2, 0x81]],
    [107, 1, [2, 0x81]],
    [108, 1, [0, 0]],
  ] as const)
    assert.deepEqual(statusOf(queue.run(read({ slba, lbas, prp1 }))), expected);
  await driver.close();
});

test('a write that is made to fail changes no block', async () => {
  const driver = await RawDriver.ready('latency=none&faults=error(lba=8-15,sct=2,sc=0x80)');
  const queue = driver.ioQueue(1);
  const data = driver.dma(4096);
  data.bytes.fill(0xee);
  assert.deepEqual(statusOf(queue.run(write({ slba: 8, lbas: 8, prp1: data.iova }))), [2, 0x80]);
  assert.equal(driver.identify(0x00, 1).getBigUint64(16, true), 0n);
  await driver.close();
});

test('the Nth command is dropped, the others complete', async () => {
  const driver = await RawDriver.ready('latency=none&faults=drop(3)');
  const queue = driver.ioQueue(1);
  for (let i = 0; i < 5; i++) queue.submit(FLUSH);
  const cids = [queue.wait().cid, queue.wait().cid, queue.wait().cid, queue.wait().cid];
  assert.deepEqual(cids, [0, 1, 3, 4]);
  assert.ok(queue.quiet(10));
  await driver.close();
});

test('the Nth command is delayed', async () => {
  const driver = await RawDriver.ready('latency=none&faults=delay(1,50ms)');
  const queue = driver.ioQueue(1);
  queue.place(FLUSH);
  queue.submit(FLUSH);
  assert.deepEqual([queue.wait().cid, queue.wait().cid], [1, 0]);
  await driver.close();
});

test('a controller set to CFS stops until a controller reset', async () => {
  const driver = await RawDriver.ready('latency=none&faults=cfs(2)');
  const queue = driver.ioQueue(1);
  queue.run(FLUSH);
  queue.submit(FLUSH);
  driver.awaitCsts(2, 2);
  queue.submit(FLUSH);
  assert.ok(queue.quiet(10));
  driver.disable();
  driver.enable();
  assert.deepEqual(statusOf(driver.ioQueue(1).run(FLUSH)), [0, 0]);
  await driver.close();
});

test('a hung controller ignores CC and recovers by a function-level reset', async () => {
  const driver = await RawDriver.ready('latency=none&faults=hang(1)');
  const queue = driver.ioQueue(1);
  queue.submit(FLUSH);
  settle(driver);
  assert.ok(queue.quiet(10));
  driver.writeCc(0);
  await sleepMs(20);
  assert.equal(driver.csts() & 1, 1);
  driver.unmap(queue.sqDma);
  assert.equal(await driver.device.reset(), true);
  driver.enable();
  assert.deepEqual(statusOf(driver.ioQueue(1).run(FLUSH)), [0, 0]);
  await driver.close();
});

test('a drive that vanishes is lost, reads as all ones, and lets go of its memory', async () => {
  const driver = await RawDriver.ready('latency=none&faults=die(1)');
  const queue = driver.ioQueue(1);
  assert.equal(driver.device.lost(), undefined);
  queue.submit(FLUSH);
  driver.awaitCsts(-1, -1);
  while (driver.device.lost() === undefined) await sleepMs(1);
  assert.match(driver.device.lost()!, /vanished/);
  driver.unmap(queue.sqDma);
  await assert.rejects(driver.device.reset(), { code: 'SIM_RESET_FAILED' });
  await driver.close();
});

test('an error hits commands of its opcode alone, by chance, and not more often than it may', async () => {
  const faults = 'error(lba=0-7,sct=0,sc=6,opcode=2,times=2);error(lba=8-15,sct=0,sc=6,p=50%)';
  const driver = await RawDriver.ready(`latency=none&faults=${faults}`);
  const queue = driver.ioQueue(1);
  const prp1 = driver.dma(4096).iova;
  const fails = (command: Parameters<typeof queue.run>[0]): boolean => statusOf(queue.run(command))[1] === 6;
  const [reads, writes] = [read({ slba: 0, lbas: 1, prp1 }), write({ slba: 0, lbas: 1, prp1 })];
  assert.deepEqual([writes, reads, writes, reads, reads].map(fails), [false, true, false, true, false]);
  const byChance = Array.from({ length: 400 }, () => fails(read({ slba: 8, lbas: 1, prp1 })));
  // six standard deviations
  assert.ok(Math.abs(byChance.filter(Boolean).length - 200) < 60);
  await driver.close();
});

test('a completion comes twice, and the next one under another identifier', async () => {
  const driver = await RawDriver.ready('latency=none&faults=twice(1);cid(2,4711)');
  const queue = driver.ioQueue(1);
  const cids = [queue.submit(FLUSH), queue.submit(FLUSH), queue.submit(FLUSH)];
  const seen = [queue.wait(), queue.wait(), queue.wait(), queue.wait()].map(({ cid }) => cid);
  assert.deepEqual(seen, [cids[0], cids[0], 4711, cids[2]]);
  assert.ok(queue.quiet(10));
  await driver.close();
});

test('a completion that comes twice waits for room for both', async () => {
  const driver = await RawDriver.ready('latency=none&faults=twice(2)');
  const queue = driver.ioQueue(1, 8, 3);
  const cids = [queue.submit(FLUSH), queue.submit(FLUSH)];
  assert.equal(queue.waitKeeping().cid, cids[0]);
  assert.ok(queue.quiet(10));
  queue.release();
  assert.deepEqual([queue.wait().cid, queue.wait().cid], [cids[1], cids[1]]);
  await driver.close();
});

test('a completion with an old phase tag is never seen', async () => {
  const driver = await RawDriver.ready('latency=none&faults=phase(2)');
  const queue = driver.ioQueue(1);
  const cids = [queue.submit(FLUSH), queue.submit(FLUSH), queue.submit(FLUSH)];
  assert.equal(queue.wait().cid, cids[0]);
  settle(driver);
  assert.ok(queue.quiet(10));
  // the entries are there all the same: identifier and phase tag
  const entries = [0, 1, 2].map((at) => queue.cq[at * 4 + 3] & 0x1_ffff);
  assert.deepEqual(entries, [cids[0] | 0x1_0000, cids[1], cids[2] | 0x1_0000]);
  await driver.close();
});

test('a spike delays so many commands from one on', async () => {
  const driver = await RawDriver.ready('latency=none&faults=delay(2,50ms,times=2)');
  const queue = driver.ioQueue(1);
  for (let i = 0; i < 3; i++) queue.place(FLUSH);
  queue.submit(FLUSH);
  assert.deepEqual(
    [0, 1, 2, 3].map(() => queue.wait().cid),
    [0, 3, 1, 2],
  );
  await driver.close();
});

/** Doorbells and rings of the software controller: order, wrapping, phase, what a full queue holds back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const FLUSH = { opcode: 0x00, nsid: 1 };

for (const latency of ['none', '100us']) {
  test(`a full completion queue holds the commands back until its head moves, latency ${latency}`, async () => {
    const driver = await RawDriver.ready(`latency=${latency}`);
    const queue = driver.ioQueue(1, 16, 4);
    for (let i = 0; i < 10; i++) queue.place(FLUSH);
    queue.ring();
    const cids = [];
    for (let i = 0; i < 3; i++) cids.push(queue.waitKeeping().cid);
    assert.ok(queue.quiet(20), 'a fourth entry would overwrite one the host has not released');
    queue.release();
    while (cids.length < 10) cids.push(queue.wait().cid);
    assert.deepEqual(cids, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await driver.close();
  });
}

test('the phase flips on every turn of rings of unlike sizes', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1, 7, 5);
  for (let i = 0; i < 100; i++) {
    const completion = queue.run(FLUSH);
    assert.deepEqual(statusOf(completion), [0, 0]);
    assert.equal(completion.phase, 1 - (Math.floor(i / 5) % 2));
    assert.equal(completion.sqHead, (i + 1) % 7);
  }
  await driver.close();
});

test('the smallest queues of two entries work', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1, 2, 2);
  for (let i = 0; i < 20; i++) assert.deepEqual(statusOf(queue.run(FLUSH)), [0, 0]);
  await driver.close();
});

test('batches that wrap are completed in order and once', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1, 33, 64);
  let expected = 0;
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 31; i++) queue.place(FLUSH);
    queue.ring();
    for (let i = 0; i < 31; i++) assert.equal(queue.wait().cid, expected++);
  }
  assert.ok(queue.quiet(5));
  await driver.close();
});

test('a tail doorbell beyond the queue is reported as an event and fetches nothing', async () => {
  const driver = await RawDriver.ready('latency=none');
  const queue = driver.ioQueue(1, 16, 16);
  const cid = driver.admin.submit({ opcode: 0x0c });
  driver.doorbells[2] = 16;
  const event = driver.admin.wait();
  assert.equal(event.cid, cid);
  // error status, invalid doorbell write value, see the error log
  assert.equal(event.dw0, 0x0001_0100);
  assert.ok(queue.quiet(5));
  await driver.close();
});

test('many queues are all served', async () => {
  const driver = await RawDriver.ready('latency=none&queues=16');
  const queues = Array.from({ length: 16 }, (_, index) => driver.ioQueue(index + 1, 16));
  for (let round = 0; round < 10; round++) {
    for (const queue of queues) queue.submit(FLUSH);
    for (const queue of queues) assert.equal(queue.wait().sqid, queue.qid);
  }
  await driver.close();
});

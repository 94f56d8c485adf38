import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawDriver } from './raw-driver.js';
import { statusOf } from './raw-rings.js';

const COMPLETION_QUEUE_INVALID = [1, 0x00];
const INVALID_QUEUE_IDENTIFIER = [1, 0x01];
const INVALID_QUEUE_SIZE = [1, 0x02];
const INVALID_INTERRUPT_VECTOR = [1, 0x08];
const INVALID_QUEUE_DELETION = [1, 0x0c];
const INVALID_FIELD = [0, 0x02];
const PRP_OFFSET_INVALID = [0, 0x13];

test('a pair is created, and deleted in the right order', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  assert.deepEqual(statusOf(driver.deleteQueue(0x00, 1)), [0, 0]);
  assert.deepEqual(statusOf(driver.deleteQueue(0x04, 1)), [0, 0]);
  driver.ioQueue(1);
  await driver.close();
});

test('a completion queue with submission queues left is not deleted', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  assert.deepEqual(statusOf(driver.deleteQueue(0x04, 1)), INVALID_QUEUE_DELETION);
  await driver.close();
});

test('deleting a queue that is not, or an admin queue, is refused', async () => {
  const driver = await RawDriver.ready();
  for (const opcode of [0x00, 0x04] as const)
    for (const qid of [0, 7])
      assert.deepEqual(statusOf(driver.deleteQueue(opcode, qid)), INVALID_QUEUE_IDENTIFIER);
  await driver.close();
});

for (const [what, qid, entries, offset, cdw11, expected] of [
  ['identifier 0', 0, 16, 0, 1, INVALID_QUEUE_IDENTIFIER],
  ['an identifier above the number of queues', 5, 16, 0, 1, INVALID_QUEUE_IDENTIFIER],
  ['one entry', 1, 1, 0, 1, INVALID_QUEUE_SIZE],
  ['more entries than MQES', 1, 1025, 0, 1, INVALID_QUEUE_SIZE],
  ['an address off its page', 1, 16, 64, 1, PRP_OFFSET_INVALID],
  ['pages that are not contiguous', 1, 16, 0, 0, INVALID_FIELD],
  ['a vector it has not', 1, 16, 0, 3 | (5 << 16), INVALID_INTERRUPT_VECTOR],
] as const) {
  test(`Create I/O Completion Queue with ${what} is refused`, async () => {
    const driver = await RawDriver.ready('queues=4');
    const iova = driver.dma(32768).iova + offset;
    assert.deepEqual(statusOf(driver.createCq(qid, entries, iova, cdw11)), expected);
    await driver.close();
  });
}

for (const [what, qid, entries, offset, cqid, expected] of [
  ['identifier 0', 0, 16, 0, 1, INVALID_QUEUE_IDENTIFIER],
  ['an identifier above the number of queues', 5, 16, 0, 1, INVALID_QUEUE_IDENTIFIER],
  ['one entry', 1, 1, 0, 1, INVALID_QUEUE_SIZE],
  ['more entries than MQES', 1, 1025, 0, 1, INVALID_QUEUE_SIZE],
  ['an address off its page', 1, 16, 64, 1, PRP_OFFSET_INVALID],
  ['the admin completion queue', 1, 16, 0, 0, INVALID_QUEUE_IDENTIFIER],
  ['a completion queue not created', 1, 16, 0, 2, COMPLETION_QUEUE_INVALID],
] as const) {
  test(`Create I/O Submission Queue with ${what} is refused`, async () => {
    const driver = await RawDriver.ready('queues=4');
    driver.createCq(1, 16, driver.dma(4096).iova);
    const iova = driver.dma(131072).iova + offset;
    assert.deepEqual(statusOf(driver.createSq(qid, entries, iova, cqid)), expected);
    await driver.close();
  });
}

test('an identifier in use is refused', async () => {
  const driver = await RawDriver.ready();
  driver.ioQueue(1);
  const iova = driver.dma(4096).iova;
  assert.deepEqual(statusOf(driver.createCq(1, 16, iova)), INVALID_QUEUE_IDENTIFIER);
  assert.deepEqual(statusOf(driver.createSq(1, 16, iova, 1)), INVALID_QUEUE_IDENTIFIER);
  await driver.close();
});

test('two submission queues share a completion queue, which tells them apart', async () => {
  const driver = await RawDriver.ready('latency=none');
  const first = driver.ioQueue(1);
  const sq = driver.dma(4096);
  assert.deepEqual(statusOf(driver.createSq(2, 16, sq.iova, 1)), [0, 0]);
  const words = new Uint32Array(sq.memory.buffer);
  words[0] = 0x00 | (77 << 16);
  words[1] = 1;
  driver.doorbells[4] = 1;
  const completion = first.wait();
  assert.deepEqual([completion.sqid, completion.cid, completion.sqHead], [2, 77, 1]);
  await driver.close();
});

test('a queue in memory that is not mapped ends in CFS', async () => {
  const driver = await RawDriver.ready();
  driver.admin.submit({ opcode: 0x05, prp1: 0x30_0000_0000, cdw10: 1 | (15 << 16), cdw11: 1 });
  driver.awaitCsts(2, 2);
  await driver.close();
});

test('deleting a submission queue completes its waiting commands as aborted', async () => {
  const driver = await RawDriver.ready('latency=none&faults=delay(1,60s)');
  const queue = driver.ioQueue(1);
  const cid = queue.submit({ opcode: 0x00, nsid: 1 });
  // it has been fetched, as the one behind it has
  assert.equal(queue.run({ opcode: 0x00, nsid: 1 }).sqHead, 2);
  assert.deepEqual(statusOf(driver.deleteQueue(0x00, 1)), [0, 0]);
  const completion = queue.wait();
  assert.equal(completion.cid, cid);
  assert.deepEqual(statusOf(completion), [0, 0x08]);
  await driver.close();
});

test('a queue made again starts from doorbell zero', async () => {
  const driver = await RawDriver.ready('latency=none');
  for (let round = 0; round < 3; round++) {
    const queue = driver.ioQueue(1);
    for (let i = 0; i < 5; i++) assert.deepEqual(statusOf(queue.run({ opcode: 0x00, nsid: 1 })), [0, 0]);
    driver.deleteQueue(0x00, 1);
    driver.deleteQueue(0x04, 1);
  }
  await driver.close();
});

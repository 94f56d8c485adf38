import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NullQueue } from '../../../../engine/path/null/null-queue.js';

const BS_BYTES = 512;

function queueOf(iodepth: number, writes = false): NullQueue {
  const writeBuffer = new SharedArrayBuffer(writes ? iodepth * BS_BYTES : 0);
  return new NullQueue({ path: 'null', iodepth, bsBytes: BS_BYTES, writeBuffer });
}

function post(queue: NullQueue, ...slots: number[]): void {
  queue.post(Uint16Array.from(slots), slots.length);
}

function reap(queue: NullQueue, most = 64): number[] {
  const into = new Uint16Array(64);
  return [...into.subarray(0, queue.reap(into, most))];
}

test('what was posted has completed once it was rung, and not before', () => {
  const queue = queueOf(4);
  post(queue, 2, 0);
  assert.deepEqual(reap(queue), []);
  queue.ring();
  post(queue, 3);
  assert.deepEqual(reap(queue), [2, 0]);
  assert.deepEqual(reap(queue), []);
  queue.ring();
  assert.deepEqual(reap(queue), [3]);
});

test('no more is reaped than asked, and the rest in its order', () => {
  const queue = queueOf(5);
  post(queue, 4, 1, 3, 0, 2);
  queue.ring();
  assert.deepEqual([reap(queue, 2), reap(queue, 1), reap(queue, 64)], [[4, 1], [3], [0, 2]]);
});

test('every slot that was posted is reaped once, however often the ring turns', () => {
  const depth = 7;
  const queue = queueOf(depth);
  const times = new Uint32Array(depth);
  post(queue, 0, 1, 2, 3, 4, 5, 6);
  queue.ring();
  for (let round = 0; round < 1000; round++) {
    const slots = reap(queue, 1 + (round % 3));
    for (const slot of slots) times[slot]++;
    post(queue, ...slots);
    queue.ring();
  }
  assert.ok(Math.max(...times) - Math.min(...times) <= 1, String(times));
  assert.deepEqual(reap(queue).sort(), [0, 1, 2, 3, 4, 5, 6]);
});

test('each slot writes from memory of its own', () => {
  const { writeData } = queueOf(3, true);
  for (const [slot, words] of writeData.entries()) words.fill(slot + 1);
  assert.deepEqual(
    writeData.map((words) => [words.length, words[0], words.at(-1)]),
    [1, 2, 3].map((value) => [BS_BYTES / 4, value, value]),
  );
  assert.deepEqual(queueOf(3).writeData, []);
});

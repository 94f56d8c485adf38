import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IoQueue, SLOT } from '../../../engine/path/path.js';
import { pcieQueues } from '../../../engine/path/pcie/queues.js';
import { DSM, NVM, SQE } from '../../../engine/spec/index.js';
import { mapAnonymous, viewAt } from '../../../engine/sys/mapping.js';
import { playedLane } from './pcie/played-lane.js';
import { rangeOf } from './posted.js';

const DEPTH = 32;
const PER_COMMAND = 8;
const IOVA = 0x7_0000_0000n;

/** Deallocates of slot + 1 blocks, eight to a command. */
function groupedQueue() {
  const { spec, pair } = playedLane({ iodepth: DEPTH });
  const { address } = mapAnonymous(DEPTH * PER_COMMAND * DSM.RANGE_BYTES);
  const stride = BigInt(PER_COMMAND * DSM.RANGE_BYTES);
  const iovas = BigUint64Array.from({ length: DEPTH }, (_, slot) => IOVA + BigInt(slot) * stride);
  const ranges = { address, perSlot: PER_COMMAND, iovas: new Int32Array(iovas.buffer) };
  const slots = new Int32Array(DEPTH * SLOT.WORDS);
  for (let slot = 0; slot < DEPTH; slot++) {
    slots.set([NVM.DATASET_MANAGEMENT, 1000 * slot], slot * SLOT.WORDS);
    slots[slot * SLOT.WORDS + SLOT.LBAS] = slot + 1;
  }
  const queue = pcieQueues.openQueue({ ...spec, ranges, grouped: true } as typeof spec, slots);
  const entry = (at: number): Int32Array =>
    new Int32Array(viewAt(spec.queue.sqAddress + BigInt(at * 64), 64));
  const rangesFrom = (slot: number, count: number): string =>
    Buffer.from(viewAt(address + BigInt(slot) * stride, count * DSM.RANGE_BYTES)).toString('hex');
  return { queue, pair, entry, rangesFrom };
}

const batchOf = (...slots: number[]): Uint16Array => Uint16Array.from(slots);

function reaped(queue: IoQueue, most: number): number[] {
  const into = new Uint16Array(32);
  return [...into.subarray(0, queue.reap(into, most))];
}

test('deallocates that are posted together go eight to a command, the last with what is left', () => {
  const { queue, entry, rangesFrom } = groupedQueue();
  const slots = [5, 9, 1, 0, 3, 4, 31, 7, 2, 6, 8];
  queue.post(batchOf(...slots), slots.length);
  for (const [at, [leader, ...others]] of [slots.slice(0, 8), slots.slice(8)].entries()) {
    const words = entry(at);
    assert.deepEqual([words[SQE.CDW0] & 0xff, words[SQE.CDW0] >>> 16], [NVM.DATASET_MANAGEMENT, leader]);
    // One less than the number of ranges, and the attribute Deallocate.
    assert.deepEqual([words[SQE.CDW10], words[SQE.CDW11]], [others.length, 4]);
    const prp1 = BigInt(words[SQE.PRP1_LOW] >>> 0) + (BigInt(words[SQE.PRP1_HIGH]) << 32n);
    assert.equal(prp1, IOVA + BigInt(leader * PER_COMMAND * DSM.RANGE_BYTES));
    const expected = [leader, ...others].map((slot) => rangeOf(1000 * slot, slot + 1)).join('');
    assert.equal(rangesFrom(leader, others.length + 1), expected);
  }
  assert.equal(entry(2)[SQE.CDW0], 0);
});

test('a command completes all of its I/Os, also where there is room for some of them, each with its status', () => {
  const { queue, pair } = groupedQueue();
  const slots = Array.from({ length: 20 }, (_, i) => 31 - i);
  queue.post(batchOf(...slots), slots.length);
  pair.complete(slots[8], { status: 0x4080 });
  pair.complete(slots[0]);
  assert.deepEqual(reaped(queue, 5), slots.slice(8, 13));
  assert.deepEqual([queue.failures, [...queue.statuses.subarray(0, 5)]], [5, new Array(5).fill(0x4080)]);
  assert.deepEqual(reaped(queue, 5), [...slots.slice(13, 16), ...slots.slice(0, 2)]);
  assert.deepEqual([queue.failures, [...queue.statuses.subarray(0, 5)]], [3, [0x4080, 0x4080, 0x4080, 0, 0]]);
  assert.deepEqual([reaped(queue, 32), queue.failures], [slots.slice(2, 8), 0]);
  assert.deepEqual(reaped(queue, 32), []);
  pair.complete(slots[16]);
  assert.deepEqual([reaped(queue, 32), queue.unexpected], [slots.slice(16), 0]);
});

test('what is taken back leaves no entry behind', () => {
  const { queue, entry } = groupedQueue();
  const slots = Array.from({ length: 16 }, (_, i) => i);
  queue.post(batchOf(...slots), 16);
  queue.retract(batchOf(...slots), 16);
  queue.post(batchOf(20, 21), 2);
  assert.deepEqual([entry(0)[SQE.CDW0] >>> 16, entry(0)[SQE.CDW10]], [20, 1]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH } from '../../../../engine/path/path.js';
import { NearQueue } from '../../../../engine/path/pcie/near-queue.js';
import { pcieQueues } from '../../../../engine/path/pcie/queues.js';
import { SplitQueue } from '../../../../engine/path/pcie/split-queue.js';
import { ListQueue, PageQueue, POINTER } from '../../../../engine/path/pcie/transfer-queue.js';
import { VariedQueue } from '../../../../engine/path/pcie/varied-queue.js';
import { queuePath } from '../../../../engine/path/queues.js';
import { takeRecords } from '../../../../engine/path/records.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { type LaneShape, playedLane } from './played-lane.js';

const open = (
  { varied = false, ...change }: Partial<LaneShape> & { readonly varied?: boolean },
  edit: (pointers: Int32Array) => void = () => undefined,
) => {
  const spec = { ...playedLane(change).spec, varied };
  edit(spec.pointers);
  return pcieQueues.openQueue(spec, takeRecords(spec.iodepth));
};

test('the path is found by the name that its specifications carry', () => {
  assert.equal(queuePath(playedLane().spec.path), pcieQueues);
  assert.throws(() => queuePath('kernel'), /no path is called kernel/);
});

test('the queue of a job is the least that its data and its namespace need', () => {
  assert.ok(open({}) instanceof NearQueue);
  assert.ok(open({ sizeLbas: 2 ** 32 + 1 }) instanceof PageQueue);
  assert.ok(open({ readPercent: 50, secondPages: true }) instanceof ListQueue);
  assert.ok(open({ parts: 2, secondPages: true }) instanceof SplitQueue);
  assert.ok(open({ varied: true }) instanceof VariedQueue);
});

test('one command with other upper words, or with a second page, is enough', () => {
  const last = (word: number) => (pointers: Int32Array) => {
    pointers[pointers.length - POINTER.WORDS + word] = 0x1000;
  };
  assert.ok(open({ readPercent: 50 }, last(POINTER.PRP1_HIGH)) instanceof PageQueue);
  for (const word of [POINTER.PRP2_LOW, POINTER.PRP2_HIGH])
    assert.ok(open({ readPercent: 50 }, last(word)) instanceof ListQueue);
  const all = (pointers: Int32Array): void => {
    for (let at = 0; at < pointers.length; at += POINTER.WORDS) pointers[at + POINTER.PRP1_HIGH] = 0x12;
  };
  assert.ok(open({ readPercent: 50 }, all) instanceof NearQueue);
});

for (const [name, change] of Object.entries({
  near: { iodepth: 3 },
  pages: { iodepth: 3, sizeLbas: 2 ** 33 },
  lists: { iodepth: 3, secondPages: true },
  parts: { iodepth: 3, parts: 2 },
} as Record<string, Partial<LaneShape>>)) {
  test(`a played queue completes what is posted, turn for turn, and is of the same kind: ${name}`, () => {
    const { spec } = playedLane(change);
    const slots = takeRecords(spec.iodepth).fill(spec.parts * spec.partLbas);
    const played = pcieQueues.playQueue(spec);
    const queue = pcieQueues.openQueue(played.spec, slots);
    assert.equal(queue.constructor, pcieQueues.openQueue(spec, slots).constructor);
    const batch = new Uint16Array(BATCH);
    for (let round = 0; round < 50; round++) {
      const count = 1 + (round % 3);
      for (let slot = 0; slot < count; slot++) batch[slot] = slot;
      queue.post(batch, count);
      queue.ring();
      assert.equal(queue.reap(batch, BATCH), 0);
      played.complete(count);
      assert.equal(queue.reap(batch, BATCH), count);
      assert.deepEqual([...batch.subarray(0, count)], [0, 1, 2].slice(0, count));
      assert.deepEqual([queue.failures, queue.unexpected], [0, 0]);
      queue.release();
    }
    played.release();
  });
}

test('a played queue touches neither the rings nor the doorbells of the one that it was made after', () => {
  const { spec, pair } = playedLane({ iodepth: 3 });
  const played = pcieQueues.playQueue(spec);
  const queue = pcieQueues.openQueue(played.spec, takeRecords(3));
  queue.post(Uint16Array.of(0, 1, 2), 3);
  queue.ring();
  played.complete(3);
  queue.reap(new Uint16Array(BATCH), BATCH);
  queue.releaseAll();
  const rings = new Uint8Array(viewAt(spec.queue.sqAddress, 4 * (64 + 16)));
  assert.ok(rings.every((byte) => byte === 0));
  assert.deepEqual(pair.doorbellValues(), { sqTail: 0, cqHead: 0 });
  played.release();
});

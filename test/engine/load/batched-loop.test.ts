/** How I/Os go together, on a queue that the test completes. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { BatchedLoop, isBatched } from '../../../engine/load/batched-loop.js';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { loopOf } from '../../../engine/load/loops.js';
import { rehearse } from '../../../engine/load/rehearsal.js';
import { TALLY } from '../../../engine/load/tally.js';
import { playedSpec } from './specs.js';

function batched(change: Partial<WorkerSpec> & { iodepth?: number }, lanes = 1) {
  const { spec, pairs, control } = playedSpec({ iodepth: 8, ...change }, lanes);
  const loop = loopOf(spec, control.activeSet());
  assert.ok(loop instanceof BatchedLoop);
  const rings = loop.lanes.map(({ queue }) => mock.method(queue, 'ring').mock);
  loop.prime();
  /** What is in flight on each queue after a turn in which so many of the first one have completed. */
  const after = (completed: number): number[] => {
    const [pair] = pairs;
    const waiting = pair.fetch();
    queue.push(...waiting.map(({ cid }) => cid));
    for (const cid of queue.splice(0, completed)) pair.complete(cid);
    loop.run(1);
    return loop.lanes.map(({ outstanding }) => outstanding);
  };
  const queue: number[] = [];
  const doorbells = (): number => rings[0].callCount();
  return { loop, after, doorbells };
}

test('a job that asks for nothing of it has the loop without', () => {
  assert.equal(isBatched({}), false);
  assert.equal(isBatched({ iodepthBatch: 0, iodepthBatchCompleteMin: 1 }), false);
  assert.equal(isBatched({ iodepthBatchCompleteMax: 1 }), true);
});

test('iodepth_low leaves a queue alone until no more than that are in flight, and fills it then', () => {
  const { after } = batched({ iodepthLow: 3 });
  assert.deepEqual(
    [0, 1, 3, 1, 0, 5].map((completed) => after(completed)[0]),
    [8, 7, 4, 8, 8, 8],
  );
});

test('iodepth_batch_complete_min has so many complete before others go', () => {
  const { after } = batched({ iodepthBatchCompleteMin: 4 });
  assert.deepEqual(
    [0, 1, 2, 1, 6].map((completed) => after(completed)[0]),
    [8, 7, 5, 8, 8],
  );
});

test('iodepth_batch_complete_max takes no more before others go in their places', () => {
  const { loop, after } = batched({ iodepthBatchCompleteMin: 2, iodepthBatchCompleteMax: 3 });
  const { tally } = loop;
  const seen = [0, 1, 5, 0, 0, 0].map((completed) => [after(completed)[0], tally[TALLY.COMPLETED]]);
  // One waits for a second; of six three are taken, then the other three, since each look leaves what is beyond the most.
  assert.deepEqual(seen, [
    [8, 0],
    [7, 1],
    [8, 3],
    [8, 6],
    [8, 6],
    [8, 6],
  ]);
});

test('with iodepth_low, shares are taken one after the other until so few are in flight', () => {
  const { after } = batched({ iodepthLow: 2, iodepthBatchCompleteMax: 2 });
  assert.deepEqual(
    [0, 8, 0, 0].map((completed) => after(completed)[0]),
    [8, 6, 4, 8],
  );
});

test('iodepth_batch rings once for so many at most', () => {
  const { after, doorbells } = batched({ iodepthBatch: 3 });
  assert.equal(after(0)[0], 8);
  assert.equal(doorbells(), 3);
  assert.equal(after(2)[0], 8);
  assert.equal(doorbells(), 4);
});

test('each queue of a worker is filled by itself', () => {
  const { after } = batched({ iodepthLow: 3 }, 2);
  assert.deepEqual(
    [0, 4, 1].map((completed) => after(completed)),
    [
      [8, 8],
      [4, 8],
      [8, 8],
    ],
  );
});

test('no more go than the job has, and the last of them are waited for', () => {
  const { loop, after } = batched({ iodepthLow: 2, numberIos: 10 });
  assert.deepEqual(
    [0, 6, 4].map((completed) => after(completed)[0]),
    [8, 4, 0],
  );
  assert.ok(loop.pacer.spent);
});

test('it is rehearsed and calibrated though hardly any I/O would go by itself', () => {
  const { spec } = playedSpec({ iodepth: 8, iodepthLow: 1, iodepthBatchCompleteMin: 8, maxErrors: 1 });
  assert.ok((rehearse(spec)?.nsPerIo ?? 0) > 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobOf, lostOf } from './converted.js';

const DEEP = 'rw=randread\nsize=1m\nioengine=libaio\niodepth=16\n';

test('the range of completions that are taken at once is carried', () => {
  const { iodepthBatchCompleteMin, iodepthBatchCompleteMax } = jobOf(
    `${DEEP}iodepth_batch_complete_min=4\niodepth_batch_complete_max=12`,
  );
  assert.deepEqual([iodepthBatchCompleteMin, iodepthBatchCompleteMax], [4, 12]);
  assert.deepEqual(lostOf(`[a]\n${DEEP}iodepth_batch_complete_max=12`), []);
});

test('a most below the least is raised to it, as fio does', () => {
  assert.equal(
    jobOf(`${DEEP}iodepth_batch_complete_min=4\niodepth_batch_complete_max=2`).iodepthBatchCompleteMax,
    4,
  );
});

test('an engine that waits for each I/O has none', () => {
  assert.equal(
    jobOf('rw=randread\nsize=1m\niodepth_batch_complete_max=2').iodepthBatchCompleteMax,
    undefined,
  );
});

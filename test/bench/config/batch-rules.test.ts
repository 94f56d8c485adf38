/** Rules of the keys that say how I/Os go together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf, file, issueOf, parse } from './config-text.js';

const message = (...keys: string[]): string => issueOf(file(keys)).message;

test('a queue holds no more than its iodepth', () => {
  assert.match(message('iodepth: 8', 'iodepth_low: 9'), /^9 are more than iodepth: 8 has in flight/);
  assert.match(message('iodepth_batch_complete_min: 2'), /^2 are more than iodepth: 1/);
  const [job] = parse(file(['iodepth: 8', 'iodepth_low: 8', 'iodepth_batch_complete_min: 8'])).jobs;
  assert.deepEqual([job.iodepthLow, job.iodepthBatchCompleteMin, job.iodepthBatch], [8, 8, 0]);
});

test('no fewer completions are taken than are waited for', () => {
  const least = ['iodepth: 8', 'iodepth_batch_complete_min: 4'];
  assert.match(
    message(...least, 'iodepth_batch_complete_max: 3'),
    /^3 are fewer than iodepth_batch_complete_min: 4 waits for/,
  );
  const [job] = parse(file([...least, 'iodepth_batch_complete_max: 4'])).jobs;
  assert.equal(job.iodepthBatchCompleteMax, 4);
  assert.equal(parse(file(least)).jobs[0].iodepthBatchCompleteMax, undefined);
});

for (const other of ['rate: 1M', 'rate_iops: 5', 'thinktime: 1ms', 'flow: 2'])
  test(`they are not to be had with ${other}`, () => {
    assert.match(
      message('iodepth: 8', 'iodepth_low: 4', other),
      /^is not to be had with (rate|thinktime|flow)/,
    );
  });

test('nor with several ranges in a command', () => {
  const { issues } = errorOf(file(['rw: trim', 'num_range: 4', 'iodepth: 8', 'iodepth_batch: 4']));
  assert.ok(issues.some((issue) => issue.message === 'is not to be had with num_range: 4'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../bench/run/events.js';
import { HIGHEST_TRACKABLE_NS, latencyIndex } from '../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../engine/stats/operations.js';
import { READ_JOB } from '../planned.js';
import { tickOf } from '../ticks.js';

test('progress is of both directions together, and its rates of the time since the last one', () => {
  const { job, repeat, elapsedMs, ios, errors, lately } = progressOf(tickOf({ errors: 3 }));
  assert.deepEqual([job, repeat, elapsedMs, ios, errors], ['a', { index: 0, count: 1 }, 2500, 2000, 3]);
  assert.deepEqual([lately.iops, lately.bytesPerSecond], [1000, 4_096_000]);
  const { p50 = 0, p99 = 0 } = lately.latencyNs ?? {};
  assert.ok(Math.abs(p50 - 80_000) < 100 && Math.abs(p99 - 2_000_000) < 2500, `${p50} ${p99}`);
});

test('an interval without completions has no latency', () => {
  assert.equal(progressOf(tickOf({ interval: emptyCounts() })).lately.latencyNs, undefined);
});

test('each latency is counted in the octave of its power of two', () => {
  const interval = emptyCounts();
  const latencies = [0, 1, 2, 3, 1023, 1024, 4095, 4096, 2 ** 36 - 1, 2 ** 36, HIGHEST_TRACKABLE_NS];
  const expected = new Array(37).fill(0);
  for (const latencyNs of latencies) {
    countsOf(interval, 'read')[latencyIndex(latencyNs)]++;
    expected[Math.floor(Math.log2(Math.max(1, latencyNs)))]++;
  }
  assert.deepEqual(progressOf(tickOf({ interval })).lately.octaves, expected);
});

test('progress does not change the counts that it is made of', () => {
  const one = tickOf();
  const before = one.jobs[0].interval.slice();
  progressOf(one);
  assert.deepEqual(one.jobs[0].interval, before);
});

test('the share done is that of whatever ends the job first, and never more than all', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, number_ios: 4000');
  assert.equal(progressOf(tickOf({}, job)).done, 0.5);
  assert.equal(progressOf(tickOf({ completed: 400 }, job)).done, 0.25);
  assert.equal(progressOf(tickOf({ elapsedMs: 12_000 })).done, 1);
});

test('of jobs side by side the rates add up, by the size of the I/Os of each, and the one least far says the share', () => {
  const other = READ_JOB.replace('name: a', 'name: b').replace('4k', '8k').replace('1s', '20s');
  const jobs = `  - parallel:\n  ${READ_JOB.replace('1s', '10s')}\n  ${other}`;
  const { job, done, ios, lately } = progressOf(tickOf({}, jobs));
  assert.deepEqual([job, done, ios], ['a + b', 0.125, 4000]);
  assert.deepEqual([lately.iops, lately.bytesPerSecond], [2000, 1000 * (4096 + 8192)]);
});

test('the delay before a job begins is part of its way', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 15s, startdelay: 5s');
  assert.equal(progressOf(tickOf({ elapsedMs: 5000, completed: 0 }, job)).done, 0.5);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../bench/run/events.js';
import type { Tick } from '../../../bench/run/job-run.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../../engine/stats/histogram.js';
import { emptyCounts } from '../../../engine/stats/operations.js';
import { planned, READ_JOB } from '../planned.js';

function tick(change: Partial<Tick> = {}, job = READ_JOB.replace('1s', '10s')): Tick {
  const interval = emptyCounts();
  interval[latencyIndex(80_000)] = 150;
  interval[HISTOGRAM_LENGTH + latencyIndex(2_000_000)] = 50;
  return {
    jobs: planned(job),
    ramping: false,
    elapsedMs: 2500,
    completed: 2000,
    errors: 3,
    interval,
    intervalMs: 200,
    ...change,
  };
}

test('progress is of both directions together, and its rates of the time since the last one', () => {
  const { job, repeat, elapsedMs, ios, errors, lately } = progressOf(tick());
  assert.deepEqual([job, repeat, elapsedMs, ios, errors], ['a', { index: 0, count: 1 }, 2500, 2000, 3]);
  assert.deepEqual([lately.iops, lately.bytesPerSecond], [1000, 4_096_000]);
  const { p50 = 0, p99 = 0 } = lately.latencyNs ?? {};
  assert.ok(Math.abs(p50 - 80_000) < 100 && Math.abs(p99 - 2_000_000) < 2500, `${p50} ${p99}`);
});

test('an interval without completions has no latency', () => {
  assert.equal(progressOf(tick({ interval: emptyCounts() })).lately.latencyNs, undefined);
});

test('progress does not change the counts that it is made of', () => {
  const one = tick();
  const before = one.interval.slice();
  progressOf(one);
  assert.deepEqual(one.interval, before);
});

test('the share done is that of whatever ends the job first, and never more than all', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, number_ios: 4000');
  assert.equal(progressOf(tick({}, job)).done, 0.5);
  assert.equal(progressOf(tick({ completed: 400 }, job)).done, 0.25);
  assert.equal(progressOf(tick({ elapsedMs: 12_000 })).done, 1);
});

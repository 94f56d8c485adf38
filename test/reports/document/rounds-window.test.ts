import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsIn, roundsByJob, windowOf } from '../../../reports/document/rounds-window.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { roundsResult } from '../rounds-sample.js';

test('the window is that which was steady, else the last rounds that there were', () => {
  const [record] = roundsResult().rounds ?? [];
  assert.deepEqual(windowOf(record), [3, 7]);
  assert.deepEqual(windowOf({ ...record, reached: undefined }), [3, 7]);
  assert.deepEqual(windowOf({ ...record, reached: undefined, values: [1, 2] }), [1, 2]);
});

test('a job counts in the rounds of the window, and one that is in none always', () => {
  const result = roundsResult();
  const roundsOf = roundsByJob(result);
  const counting = result.jobs.filter((job) => countsIn(roundsOf(job), job));
  assert.equal(counting.length, 4 * 5 + 1);
  assert.deepEqual([...new Set(counting.map(({ repeat }) => repeat?.index))], [2, 3, 4, 5, 6, undefined]);
});

test('gates judge the rounds of the window, as repeats', () => {
  const verdictOf = (result: BenchResult) =>
    evaluateGates({
      gates: [parseGate('"iops[rwmixread=0,bs=4096]".write.iops <= 1400')],
      result: { name: 'a', result },
    }).verdict;
  assert.equal(verdictOf(roundsResult()), 'pass');
  // Without the window all seven rounds are repeats, which lie around 1450.
  const { rounds: _, ...all } = roundsResult();
  assert.notEqual(verdictOf(all), 'pass');
});

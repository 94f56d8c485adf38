import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptRate } from '../../../bench/run/kept-rate.js';

const of = (rateAskedIops: number, unsentIos: number) =>
  keptRate({ figures: { rateAskedIops, unsentIos }, elapsedNs: 2e9 });

test('a rate is kept while no more than 0.5 % of what was due is left', () => {
  assert.deepEqual(of(1000, 10), { dueIos: 2000, unsentIos: 10, kept: true });
  assert.deepEqual(of(1000, 11), { dueIos: 2000, unsentIos: 11, kept: false });
});

test('without a rate nothing is due, and all of it is kept', () => {
  assert.deepEqual(keptRate({ elapsedNs: 2e9 }), { dueIos: 0, unsentIos: 0, kept: true });
});

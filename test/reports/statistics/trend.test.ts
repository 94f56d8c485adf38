import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slopeOf, trendP } from '../../../reports/statistics/trend.js';
import { meanOf } from '../../../reports/statistics/variance.js';

const off = (values: readonly number[], sign: number) =>
  values.map((value) => ({ sign, off: value - meanOf(values) }));

test('of one side trend and p are those of linear regression', () => {
  const all = off([1, 3, 2, 5, 4], 1);
  // scipy.stats.linregress(range(5), [1, 3, 2, 5, 4])
  assert.ok(Math.abs(slopeOf(all) - 0.8) < 1e-12);
  assert.ok(Math.abs(trendP(all) - 0.10408803866182786) < 1e-9);
});

test('sides have a level of their own: a step between them is no trend, and each costs a degree of freedom', () => {
  const step = [...off([0, 1, 0, 1], -1), ...off([9, 10, 9, 10], 1)];
  assert.ok(slopeOf(step) > 0 && trendP(step) > 0.1);
  const steady = [...off([0, 1, 2, 3.1], -1), ...off([9, 10, 11, 12], 1)];
  assert.ok(trendP(steady) < 1e-4);
});

test('too few values, or values that do not vary, show none', () => {
  assert.equal(trendP([]), 1);
  assert.equal(trendP([...off([1, 2], -1), ...off([7], 1)]), 1);
  assert.equal(trendP(off([2, 2, 2, 2, 2], 1)), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../reports/statistics/random.js';
import { skewnessOf, skewnessTest } from '../../../reports/statistics/skewness.js';

const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 1e-6, `${value}, not ${expected}`);

// Figures of scipy.stats.skewtest.
test('p is that of an independent implementation', () => {
  near(skewnessTest([2, 8, 0, 4, 1, 9, 9, 0]), 0.6554066631275459);
  near(skewnessTest([...Array(7).fill(100), 101]), 0.000354567720281634);
});

test('what is even has none, whichever way it is turned it is the same, and of equal values nothing is said', () => {
  assert.equal(skewnessOf([1, 2, 3, 4, 5]), 0);
  const values = [1, 2, 3, 4, 5, 6, 7, 30];
  near(skewnessTest(values), skewnessTest(values.map((value) => -value)));
  assert.equal(skewnessTest(Array(8).fill(5)), 1);
});

test('one in ten of normal series has a p of a tenth, and most lopsided ones have', () => {
  const random = new Random(8);
  const found = (draw: () => number): number =>
    Array.from({ length: 500 }, () => skewnessTest(Array.from({ length: 20 }, draw))).filter((p) => p <= 0.1)
      .length;
  const even = found(() => random.normal());
  // 50 of 500 are expected.
  assert.ok(even >= 25 && even <= 75, `${even}`);
  assert.ok(found(() => Math.exp(random.normal())) > 450);
});

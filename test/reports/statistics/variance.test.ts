import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addVariances, pooledVariance } from '../../../reports/statistics/variance.js';

test('groups share a variance, each around its own mean', () => {
  // (1 + 1) around 2, (4 + 0 + 4) around 10, over 1 + 2 degrees; the single value says nothing.
  assert.deepEqual(pooledVariance([[1, 3], [8, 10, 12], [77]]), { amount: 10 / 3, degrees: 3 });
  assert.equal(pooledVariance([[1], [5]]), undefined);
});

test('degrees of freedom after Welch and Satterthwaite', () => {
  // Two samples of 10 and 20 with variances 4 and 1: the textbook's (s1²/n1 + s2²/n2)² over its parts.
  const { amount, degrees } = addVariances([
    { amount: 4 / 10, degrees: 9 },
    { amount: 1 / 20, degrees: 19 },
  ]);
  assert.ok(Math.abs(amount - 0.45) < 1e-12);
  assert.ok(Math.abs(degrees - 0.45 ** 2 / (0.4 ** 2 / 9 + 0.05 ** 2 / 19)) < 1e-12);
});

test('what is given has no end of degrees, and none are lost to it', () => {
  assert.equal(
    addVariances([{ amount: 2, degrees: Number.POSITIVE_INFINITY }]).degrees,
    Number.POSITIVE_INFINITY,
  );
  const { degrees } = addVariances([
    { amount: 1, degrees: Number.POSITIVE_INFINITY },
    { amount: 1, degrees: 4 },
  ]);
  assert.equal(degrees, 16);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unequalVariance } from '../../../reports/compare/unequal-spread.js';

const steady = (runs: number): number[] => Array.from({ length: runs }, (_, i) => (i % 2 === 0 ? 1 : -1));
const WIDE = [-6, -3, 0, 3, 6];

test('of few runs that lie far from each other against many that do not, variance and degrees are those of Welch', () => {
  // Squares of 90 over 4 degrees, and of 8 over 7.
  const [few, many] = [90 / 4 / 5, 8 / 7 / 8];
  for (const sides of [
    [WIDE, steady(8)],
    [steady(8), WIDE],
  ]) {
    const { amount, degrees } = unequalVariance(sides) ?? assert.fail();
    assert.ok(Math.abs(amount - (few + many)) < 1e-9);
    assert.ok(Math.abs(degrees - (few + many) ** 2 / (few ** 2 / 4 + many ** 2 / 7)) < 1e-9);
  }
});

test('sides of about as many runs, of which the larger one is wider, or wider by chance, keep what they have in common', () => {
  for (const [what, ...sides] of [
    ['seven are less than half as many more', WIDE, steady(7)],
    ['the larger one is wider', steady(5), [...WIDE, ...WIDE]],
    ['F of 1.75 is chance', [-1, -1, 0, 1, 1].map((off) => 1.4 * off), steady(8)],
    ['one alone is far off', [-1, 0, 1, 0, 60], steady(8)],
    ['a single run has no spread', [60], steady(8)],
  ] as const)
    assert.equal(unequalVariance(sides), undefined, what);
  assert.ok(unequalVariance([[-6, 0, 6], steady(8)]), 'of three each counts');
});

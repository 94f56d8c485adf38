import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mannWhitney, shiftEstimate, shiftLimits, smallestP } from '../../../reports/statistics/rank-test.js';

const near = (found: number, expected: number, tolerance = 5e-5): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);

// Hollander and Wolfe (1973), table 4.1, the example of R's help page of wilcox.test.
const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const early = [1.15, 0.88, 0.9, 0.74, 1.21];

test('agrees with R on the permeability constants of Hollander and Wolfe', () => {
  // wilcox.test(x, y): W = 35 (of x), p-value = 0.2544
  const { u, p, method } = mannWhitney(early, atTerm);
  assert.deepEqual({ u, method }, { u: 35, method: 'exact' });
  near(p, 0.2544);
});

test('gives the interval and estimate of R for them', () => {
  // wilcox.test(x, y, conf.int = TRUE): 95 % from -0.15 to 0.76, difference in location 0.305
  const interval = shiftLimits(early, atTerm)(0.05);
  near(shiftEstimate(early, atTerm), 0.305);
  assert.ok(interval);
  near(interval[0], -0.15);
  near(interval[1], 0.76);
});

test('five against five without overlap is the smallest p there is', () => {
  const { p } = mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]);
  near(p, 2 / 252, 1e-12);
  near(smallestP(5, 5), 2 / 252, 1e-12);
});

test('three against three cannot give 95 %', () => {
  assert.equal(shiftLimits([1, 2, 3], [7, 8, 9])(0.05), undefined);
  assert.equal(mannWhitney([1, 2, 3], [7, 8, 9]).p, 0.1);
});

test('with ties, counts every split of the midranks', () => {
  const [a, b] = [
    [1, 2, 2, 3],
    [2, 3, 4, 4],
  ];
  // All 70 splits by hand: the rank sum of b at least as far from 18.
  const ranks = [1, 3, 3, 5.5, 3, 5.5, 7.5, 7.5];
  let extreme = 0;
  for (let mask = 0; mask < 256; mask++) {
    const chosen = ranks.filter((_, i) => mask & (1 << i));
    if (chosen.length === 4 && Math.abs(chosen.reduce((s, r) => s + r, 0) - 18) >= 5.5) extreme++;
  }
  const { p, u, method } = mannWhitney(a, b);
  assert.deepEqual({ u, method }, { u: 13.5, method: 'exact' });
  near(p, extreme / 70, 1e-12);
});

test('large samples use the normal approximation with tie and continuity correction', () => {
  const a = Array.from({ length: 60 }, (_, i) => i % 10);
  const b = Array.from({ length: 60 }, (_, i) => (i % 10) + 1);
  // Each value 6 times, so groups of 6, nine times 12, and 6: 2 * 210 + 9 * 1716 = 15864. The variance is
  // 300 * (121 - 15864 / 14280) = 35966.7, its root 189.65, z = (2142 - 1800 - 0.5) / 189.65 = 1.8007.
  const { u, p, method } = mannWhitney(a, b);
  assert.equal(method, 'normal');
  assert.equal(u, 2142);
  near(p, 0.07175, 2e-5);
});

test('equal samples do not differ', () => {
  assert.equal(mannWhitney([1, 1, 1, 1], [1, 1, 1, 1]).p, 1);
  assert.equal(mannWhitney(Array(60).fill(1), Array(60).fill(1)).p, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../reports/statistics/random.js';
import {
  neededPairs,
  signedRankCentre,
  signedRankDistribution,
  signedRankTest,
} from '../../../reports/statistics/signed-rank.js';

const near = (found: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);

/** Largest W at which a two-sided test of n pairs rejects at 5 % and at 1 % (Wilcoxon and Wilcox 1964, table 2). */
const CRITICAL: readonly (readonly [pairs: number, at5: number, at1: number])[] = [
  [8, 3, 0],
  [9, 5, 1],
  [10, 8, 3],
  [12, 13, 7],
  [15, 25, 15],
  [20, 52, 37],
  [25, 89, 68],
];

for (const [pairs, at5, at1] of CRITICAL) {
  test(`rejects ${pairs} pairs where the printed tables do`, () => {
    const chances = signedRankDistribution(Array.from({ length: pairs }, (_, i) => i + 1));
    const p = (w: number): number => 2 * chances.slice(0, w + 1).reduce((sum, chance) => sum + chance, 0);
    assert.ok(p(at5) <= 0.05 && p(at5 + 1) > 0.05);
    assert.ok(p(at1) <= 0.01 && p(at1 + 1) > 0.01);
  });
}

// Hollander and Wolfe (1973), table 3.1: the depression scale of nine patients, the example of R's wilcox.test.
const first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const change = first.map((value, i) => second[i] - value);

test('agrees with R on the depression scale of Hollander and Wolfe', () => {
  // wilcox.test(first, second, paired = TRUE): V = 40, p-value = 0.03906
  const { positive, p } = signedRankTest(change.map((difference) => -difference));
  assert.equal(positive, 40);
  near(p, 0.0390625);
});

test('gives the estimate and interval of the book for it', () => {
  const { estimate, interval } = signedRankCentre(change, 0.05);
  near(estimate, -0.46, 1e-9);
  assert.ok(interval);
  near(interval[0], -0.786, 1e-9);
  near(interval[1], -0.01, 1e-9);
});

/** p by trying every sign of every rank, with the ranks by counting. */
function enumerated(differences: readonly number[]): number {
  const ranks = differences.map((difference) => {
    const below = differences.filter((other) => Math.abs(other) < Math.abs(difference)).length;
    const equal = differences.filter((other) => Math.abs(other) === Math.abs(difference)).length;
    return below + (equal + 1) / 2;
  });
  const signed = ranks.filter((_, i) => differences[i] !== 0);
  const total = signed.reduce((sum, rank) => sum + rank, 0);
  const found = ranks.reduce((sum, rank, i) => (differences[i] > 0 ? sum + rank : sum), 0);
  let extreme = 0;
  for (let mask = 0; mask < 2 ** signed.length; mask++) {
    const positive = signed.reduce((sum, rank, i) => (mask & (1 << i) ? sum + rank : sum), 0);
    if (Math.abs(positive - total / 2) >= Math.abs(found - total / 2)) extreme++;
  }
  return extreme / 2 ** signed.length;
}

test('is what trying every sign gives, with ties and differences of 0', () => {
  const random = new Random(4);
  for (let round = 0; round < 200; round++) {
    const count = 1 + random.index(9);
    const differences = Array.from({ length: count }, () => random.index(9) - 3);
    near(signedRankTest(differences).p, enumerated(differences));
  }
});

test('the interval holds exactly the shifts that the test does not reject', () => {
  const random = new Random(9);
  for (let round = 0; round < 20; round++) {
    const differences = Array.from({ length: 8 }, () => random.normal());
    const { interval } = signedRankCentre(differences, 0.05);
    assert.ok(interval);
    const rejects = (shift: number): boolean =>
      signedRankTest(differences.map((difference) => difference - shift)).p <= 0.05;
    const [low, high] = interval;
    assert.deepEqual([low - 1e-9, low + 1e-9].map(rejects), [true, false]);
    assert.deepEqual([high - 1e-9, high + 1e-9].map(rejects), [false, true]);
  }
});

test('six pairs are the fewest for 95 %, eight for 99 %', () => {
  assert.equal(neededPairs(1 - 0.95), 6);
  assert.equal(neededPairs(1 - 0.99), 8);
  assert.equal(signedRankCentre([1, 2, 3, 4, 5], 0.05).interval, undefined);
  assert.deepEqual(signedRankCentre([1, 2, 3, 4, 5, 6], 0.05).interval, [1, 6]);
});

test('differences of 0 alone are no difference', () => {
  assert.deepEqual(signedRankTest([0, 0, 0, 0, 0, 0]), { positive: 0, negative: 0, p: 1 });
  assert.deepEqual(signedRankCentre([0, 0, 0, 0, 0, 0], 0.05), { estimate: 0, interval: [0, 0] });
});

test('hundreds of pairs have a p, and not one of rounding errors', () => {
  const differences = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? i + 1 : -i - 1));
  const { positive, p } = signedRankTest(differences);
  assert.equal(positive, 62_500);
  // Normal approximation: mean 62625, variance 10447937.5, with continuity 124.5 / 3232.3 = 0.03852.
  near(p, 0.9693, 1e-3);
});

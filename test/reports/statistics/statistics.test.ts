/** The parts that the tests of ranks and of pairs stand on, against printed tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentileNs } from '../../../engine/stats/percentiles.js';
import { correlationTime } from '../../../reports/statistics/autocorrelation.js';
import {
  benjaminiHochberg,
  correctFamilies,
  weightedBenjaminiHochberg,
} from '../../../reports/statistics/correction.js';
import {
  binomialTest,
  meanInterval,
  normalCdf,
  studentQuantile,
} from '../../../reports/statistics/distributions.js';
import { Random } from '../../../reports/statistics/random.js';
import { sparseCounts, sparsePercentileNs } from '../../../reports/statistics/sparse-counts.js';
import { countsOf } from '../../engine/stats/random.js';

const near = (found: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);

test('distributions agree with the printed tables', () => {
  near(normalCdf(-1.96), 0.0249979, 1e-6);
  near(studentQuantile(0.975, 4), 2.776445, 1e-5);
  near(binomialTest(9, 10, 0.5), 0.021484375, 1e-12);
  assert.equal(binomialTest(0, 0, 0.5), 1);
});

test('adjusts the fifteen p-values of Benjamini and Hochberg (1995) to their four rejections', () => {
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];
  const adjusted = benjaminiHochberg(p);
  assert.equal(adjusted.filter((value) => value <= 0.05).length, 4);
  // R: p.adjust(p, 'BH')
  near(adjusted[0], 0.0015, 1e-9);
  near(adjusted[3], 0.035625, 1e-9);
  near(adjusted[4], 0.0603, 1e-9);
  assert.deepEqual(benjaminiHochberg([...p].reverse()), [...adjusted].reverse());
});

test('the correlation time of an autoregressive series is (1 + r) / (1 - r)', () => {
  const random = new Random(3);
  const series: number[] = [0];
  for (let i = 1; i < 20_000; i++) series.push(0.8 * series[i - 1] + random.normal());
  near(correlationTime(series), 9, 2);
  near(correlationTime(Array.from({ length: 20_000 }, () => random.normal())), 1, 0.2);
  assert.equal(correlationTime([5, 5, 5]), 1);
});

test('the same seed gives the same numbers, of the right moments', () => {
  const [a, b] = [new Random(11), new Random(11)];
  assert.deepEqual([a.uniform(), a.normal(), a.index(9)], [b.uniform(), b.normal(), b.index(9)]);
  const draws = Array.from({ length: 20_000 }, () => a.normal());
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  near(mean, 0, 0.02);
  near(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length, 1, 0.03);
});

test('Student interval of values known from the formula', () => {
  // mean 3, s = 1.5811, t = 2.7764: 3 -/+ 1.9632
  const [low, high] = meanInterval([1, 2, 3, 4, 5], 0.05);
  near(low, 1.0368, 1e-3);
  near(high, 4.9632, 1e-3);
});

test('sparse percentiles are those of the dense histogram', () => {
  const random = new Random(5);
  const counts = countsOf(Array.from({ length: 5000 }, () => Math.floor(Math.exp(8 + random.normal()))));
  for (const percentile of [1, 50, 90, 99, 99.9, 99.99])
    assert.equal(sparsePercentileNs(sparseCounts(counts), percentile), percentileNs(counts, percentile));
  assert.equal(sparsePercentileNs(sparseCounts(countsOf([])), 50), undefined);
});

test('families: an adjusted p is the smallest level at which the procedure rejects', () => {
  const random = new Random(21);
  for (let round = 0; round < 40; round++) {
    const families = Array.from({ length: 1 + random.index(4) }, () =>
      Array.from({ length: 1 + random.index(4) }, () => ({
        p: Math.ceil(200 * random.uniform() ** 3) / 1000,
        weight: 1 + random.index(3),
      })),
    );
    const adjusted = correctFamilies(families);
    const within = families.map(weightedBenjaminiHochberg);
    const smallest = within.map((family) => Math.min(...family));
    // Benjamini and Hochberg over the families, then within each of those found at its share of the level.
    for (const level of [0.001, 0.01, 0.05, 0.1, 0.3]) {
      const sorted = [...smallest].sort((a, b) => a - b);
      let found = 0;
      for (const [i, p] of sorted.entries()) if (p <= (level * (i + 1)) / sorted.length) found = i + 1;
      const share = (level * found) / sorted.length;
      for (const [i, family] of within.entries())
        for (const [k, p] of family.entries())
          assert.equal(
            adjusted[i][k] <= level * (1 + 1e-12),
            found > 0 && p <= share * (1 + 1e-12),
            `${JSON.stringify(families)} at ${level}`,
          );
    }
  }
});

test('weights: two tests of one weight each are as one of two', () => {
  const [twice] = weightedBenjaminiHochberg([
    { p: 0.01, weight: 2 },
    { p: 0.5, weight: 1 },
  ]);
  const [one, two] = benjaminiHochberg([0.01, 0.01, 0.5]);
  assert.deepEqual([one, two], [twice, twice]);
});

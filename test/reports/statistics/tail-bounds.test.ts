import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  binomialSurprise,
  dispersionZ,
  exponentialMeanSurprise,
  poissonSurprise,
  SURPRISING,
  uniformSurprise,
} from '../../../reports/statistics/tail-bounds.js';
import { seededRandom } from '../../engine/stats/random.js';

/** ln of n over k. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}

test('e to the minus surprise is at least the chance of a binomial tail, and not far from it', () => {
  for (const [n, p] of [
    [50, 0.3],
    [400, 0.9],
  ] as const) {
    const chanceOf = (k: number): number =>
      Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log(1 - p));
    let above = 0;
    for (let k = n; k > n * p; k--) {
      above += chanceOf(k);
      const bound = Math.exp(-binomialSurprise(k, n, p));
      assert.ok(bound >= above * (1 - 1e-9), `${k} of ${n}`);
      assert.ok(bound <= 50 * above, `${k} of ${n}: ${bound} for ${above}`);
    }
  }
});

test('the same of a Poisson tail', () => {
  const mean = 20;
  const chanceOf = (k: number): number => {
    let log = -mean;
    for (let i = 1; i <= k; i++) log += Math.log(mean / i);
    return Math.exp(log);
  };
  let below = 0;
  for (let k = 0; k < mean; k++) {
    below += chanceOf(k);
    assert.ok(Math.exp(-poissonSurprise(k, mean)) >= below * (1 - 1e-9), `${k}`);
  }
});

test('what lies in the range asked is no surprise, what cannot be is beyond all', () => {
  assert.equal(binomialSurprise(30, 100, 0.2, 0.4), 0);
  assert.equal(poissonSurprise(30, 20, 40), 0);
  assert.equal(binomialSurprise(1, 100, 0), Number.POSITIVE_INFINITY);
  assert.equal(binomialSurprise(0, 0, 0.5), 0);
  assert.equal(poissonSurprise(1, -3, 0), Number.POSITIVE_INFINITY);
  assert.equal(exponentialMeanSurprise(0, 10), Number.POSITIVE_INFINITY);
});

test('uniform numbers are no surprise, and those that leave out the last tenth are', () => {
  const random = seededRandom(3);
  const draw = (below: number): Float64Array =>
    Float64Array.from({ length: 4096 }, () => Math.floor(random() * below));
  for (const size of [1, 2, 7, 1000, 2 ** 40]) assert.ok(uniformSurprise(draw(size), size) < 8, `${size}`);
  assert.ok(uniformSurprise(draw(900), 1000) > SURPRISING);
  assert.equal(uniformSurprise(new Float64Array(), 10), 0);
});

test('gaps of independent arrivals are no surprise at their mean, and are at half of it', () => {
  const random = seededRandom(4);
  const mean = (count: number): number =>
    Array.from({ length: count }, () => -Math.log(1 - random())).reduce((sum, gap) => sum + gap, 0) / count;
  for (let i = 0; i < 50; i++) assert.ok(exponentialMeanSurprise(mean(100), 100) < 12);
  assert.ok(exponentialMeanSurprise(0.5, 200) > SURPRISING);
});

test('an index of dispersion of 1 has a z near 0, twice that of many windows a large one', () => {
  assert.ok(Math.abs(dispersionZ(1, 100)) < 0.1);
  assert.ok(dispersionZ(2, 100) > 5);
  assert.ok(dispersionZ(0.3, 100) < -5);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likeTheOneBefore, orderFactor } from '../../../reports/statistics/neighbours.js';
import { Random } from '../../../reports/statistics/random.js';

test('the mean of values in a row is known as the theory of autoregression says', () => {
  const [n, r] = [10, 0.4];
  const weights = Array.from({ length: n }, () => 1 / n);
  // Var(mean) * n / variance = (1 + r) / (1 - r) - 2 r (1 - r^n) / (n (1 - r)^2).
  const theory = (1 + r) / (1 - r) - (2 * r * (1 - r ** n)) / (n * (1 - r) ** 2);
  assert.ok(Math.abs(orderFactor(weights, r) ** 2 - theory) < 1e-9);
  assert.equal(orderFactor(weights, 0), 1);
});

test('of two sides that took turns the difference is known better', () => {
  // Two of each: 1 - 3/2 r + r^2 - r^3 / 2.
  const r = 0.5;
  const exact = 1 - 1.5 * r + r ** 2 - r ** 3 / 2;
  assert.ok(Math.abs(orderFactor([-1, 1, -1, 1], r) ** 2 - exact) < 1e-9);
});

test('what few values show too little of is put back', () => {
  const random = new Random(2);
  const memory = 0.3;
  const estimates = Array.from({ length: 2000 }, () => {
    let value = random.normal();
    const series = Array.from({ length: 40 }, () => {
      value = memory * value + Math.sqrt(1 - memory ** 2) * random.normal();
      return value;
    });
    const mean = series.reduce((sum, each) => sum + each, 0) / series.length;
    return likeTheOneBefore(
      series.map((each) => each - mean),
      1,
      0.9,
    );
  });
  const average = estimates.reduce((sum, each) => sum + each, 0) / estimates.length;
  assert.ok(Math.abs(average - memory) < 0.02, `${average}`);
  assert.equal(likeTheOneBefore([1, -1, 1], 1, 0.9), 0, 'too few');
  assert.equal(likeTheOneBefore([0, 0, 0, 0, 0, 0], 1, 0.9), 0, 'nothing varies');
});

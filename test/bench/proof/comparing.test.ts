import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallyExperiments } from '../../../bench/proof/paired.js';
import { simulatedResult } from '../../../bench/proof/simulated.js';
import { tallyPairs } from '../../../bench/proof/tally.js';
import { Random } from '../../../reports/compare/index.js';

const NOISE = { betweenRuns: 0.01, tailShare: 0.3 };

function tally(slower: number, pairs: number, seed: number) {
  const random = new Random(seed);
  const make = () =>
    [[simulatedResult(random, NOISE, 0, 10)], [simulatedResult(random, NOISE, slower, 10)]] as const;
  return tallyPairs(pairs, make, 0.95);
}

test('experiments on a host that drifts find 5 % more latency, and hardly ever anything in equal sides', () => {
  const experiments = (slower: number, count: number) =>
    tallyExperiments(count, new Random(43), NOISE, slower, 10);
  assert.ok(experiments(0, 20).worse <= 2);
  assert.ok(experiments(0.05, 10).worse >= 9);
});

test('equal runs are hardly ever called worse', () => {
  assert.ok(tally(0, 30, 41).worse <= 3);
});

test('5 % more latency is found', () => {
  assert.ok(tally(0.05, 15, 42).worse >= 14);
});

test('what got worse is told by metric, and what never did is left out', () => {
  const { worseBy } = tally(0.05, 5, 44);
  assert.equal(worseBy.get('p50'), 5);
  assert.ok(!worseBy.has('errors'));
});

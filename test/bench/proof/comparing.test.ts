import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallyExperiments } from '../../../bench/proof/paired.js';
import { drawSide, POPULATION, type Population } from '../../../bench/proof/population.js';
import { tallyPairs } from '../../../bench/proof/tally.js';
import { Random } from '../../../reports/compare/index.js';

const NOISE = { betweenRuns: 0.01, tailShare: 0.3 };

function tally(asked: Partial<Population>, slower: number, pairs: number, seed: number) {
  const random = new Random(seed);
  const population = { ...POPULATION, ...asked };
  const make = () => [drawSide(random, population, 0), drawSide(random, population, slower)] as const;
  return tallyPairs(pairs, make, 0.95);
}

test('experiments on a host that drifts find 5 % more latency, and hardly ever anything in equal sides', () => {
  const experiments = (slower: number, count: number) =>
    tallyExperiments(count, new Random(43), NOISE, slower, 10);
  assert.ok(experiments(0, 20).worse <= 2);
  assert.ok(experiments(0.05, 10).worse >= 9);
});

const quietRepeats = { runSd: 0.02, repeatSd: 0.005, repeats: 5 };

// Where repeats were the unit, 24, 9, 6 and 0 of a hundred were called worse.
test('runs that differ four times as much as their repeats are called worse no more often than is allowed', () => {
  const counts = [1, 2, 3, 5].map((runs) => tally({ ...quietRepeats, runs }, 0, 40, 41).worse);
  assert.ok(counts.reduce((sum, worse) => sum + worse, 0) <= 0.05 * 160, counts.join());
  assert.ok(Math.max(...counts) <= 4, counts.join());
});

test('so are runs that differ half as much as their repeats', () => {
  const spread = { runSd: 0.01, repeatSd: 0.02, repeats: 5 };
  const counts = [1, 3, 5].map((runs) => tally({ ...spread, runs }, 0, 30, 47).worse);
  assert.ok(counts.reduce((sum, worse) => sum + worse, 0) <= 4, counts.join());
});

// A quarter of them was, with ten jobs.
test('of ten jobs none is called worse in nineteen of twenty pairs', () => {
  assert.ok(tally({ jobs: 10, repeats: 5 }, 0, 20, 48).worse <= 2);
  assert.ok(tally({ ...quietRepeats, runs: 5, jobs: 10, repeats: 1 }, 0, 20, 49).worse <= 2);
});

test('5 % more latency is found between ten runs a side', () => {
  assert.ok(tally({ runs: 10, repeats: 1, runSd: 0.02 }, 0.05, 15, 42).worse >= 14);
});

test('what got worse is told by metric, and what never did is left out', () => {
  const { worseBy } = tally({ runs: 6, repeats: 1 }, 0.06, 5, 44);
  assert.equal(worseBy.get('p50'), 5);
  assert.ok(!worseBy.has('errors'));
});

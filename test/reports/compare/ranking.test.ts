/** Rankings of many results: all pairs are looked at, and what is said of them all together still holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMany } from '../../../reports/compare/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { named, resultOf } from './documents.js';

const RESULTS = 6;
const REPEATS = 5;
const TRIALS = 40;

/** A result whose run is off by 2 %, as is assumed of runs, and whose repeats hardly vary; of `slower` latency. */
function resultFrom(random: Random, seed: number, slower = 0) {
  const run = Math.exp(0.02 * random.normal()) * (1 + slower);
  return resultOf(
    Array.from({ length: REPEATS }, () => ({ meanNs: 100_000 * run * Math.exp(0.005 * random.normal()) })),
    seed,
  );
}

test('of equal results hardly any ranking has more than one place, though it looks at all pairs', () => {
  const random = new Random(5);
  let apart = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const results = Array.from({ length: RESULTS }, (_, i) =>
      named(`r${i}`, resultFrom(random, trial * 10 + i + 1)),
    );
    const { rankings } = compareMany(results, { metrics: ['iops', 'mean', 'p99'] });
    if (rankings.some((ranking) => ranking.results.some(({ place }) => place > 1))) apart++;
  }
  // One in twenty by what is promised: 2 of 40, of which 6 would be seen one time in seventy.
  assert.ok(apart <= 5, `${apart} of ${TRIALS}`);
});

test('a result that is far off has a place of its own', () => {
  const random = new Random(6);
  const results = Array.from({ length: RESULTS }, (_, i) =>
    named(`r${i}`, resultFrom(random, i + 1, i === 2 ? 0.5 : 0)),
  );
  const { rankings } = compareMany(results, { metrics: ['iops'] });
  assert.deepEqual(
    rankings[0].results.map(({ name, place }) => [name === 'r2', place]),
    [...Array.from({ length: RESULTS - 1 }, () => [false, 1]), [true, RESULTS]],
  );
});

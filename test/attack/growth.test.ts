/** When samples of what a victim holds are said to grow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../engine/stats/random.js';
import { growth } from './growth.js';

const DESCRIPTORS = { name: 'descriptors', slack: 2, part: 0 };
const MEMORY = { name: 'KiB', slack: 8192, part: 0.05 };
const ROUNDS = 60;

/** Samples around a level, which rises by `step` with each. */
function samples(level: number, noise: number, step: number): number[] {
  const random = seededRandom(7);
  return Array.from({ length: ROUNDS }, (_, round) => Math.round(level + random() * noise + round * step));
}

test('a level that is kept within its noise is no growth', () => {
  assert.equal(growth(samples(30, 3, 0), DESCRIPTORS), undefined);
  assert.equal(growth(samples(140_000, 40_000, 0), MEMORY), undefined);
});

test('a descriptor of every fourth round is growth', () => {
  assert.match(
    growth(samples(30, 3, 0.25), DESCRIPTORS) ?? '',
    /^descriptors grew from at most 3\d to at least/,
  );
});

test('two MiB of every round are growth, beneath the noise of a collected heap', () => {
  assert.match(growth(samples(140_000, 10_000, 2048), MEMORY) ?? '', /^KiB grew/);
});

test('a few samples tell nothing', () => {
  assert.equal(growth([1, 10, 100, 1000, 10_000], DESCRIPTORS), undefined);
});

/** Changes within pairs: errors that strike legs, or whole blocks, on either side alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedChange } from '../../../reports/ab/paired-change.js';
import type { SamplePair } from '../../../reports/ab/pairs.js';
import { Random } from '../../../reports/statistics/random.js';

const BLOCKS = 10;
const TRIALS = 1000;

const sampleOf = (errors: number) => ({
  ios: 1000,
  errors,
  elapsedNs: 1e9,
  iops: 1000,
  bandwidthBytesPerSecond: 4e6,
  ofJob: {},
});

/** Of experiments whose errors have nothing to do with the sides, the share with a p of 5 % or less. */
function falseAlarms(strikes: 'legs' | 'blocks', chance: number, random: Random): number {
  const legErrors = (): number => Math.round(1 + 500 * random.uniform());
  const pairOf = (): SamplePair => {
    const both = strikes === 'blocks' && random.uniform() < chance;
    const errorsOf = (): number =>
      both || (strikes === 'legs' && random.uniform() < chance) ? legErrors() : 0;
    return { base: sampleOf(errorsOf()), next: sampleOf(errorsOf()) };
  };
  let found = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const [pairs, controls] = [1, 2].map(() => Array.from({ length: BLOCKS }, pairOf));
    const others = controls.flatMap(({ base, next }) => [base, next]);
    if ((pairedChange(pairs, 'errors', 0.95, others).p ?? 1) <= 0.05) found++;
  }
  return found / TRIALS;
}

for (const strikes of ['legs', 'blocks'] as const) {
  for (const chance of [0.1, 0.3, 0.6]) {
    test(`errors that strike ${100 * chance} % of ${strikes} are found no more often than 5 %`, () => {
      const share = falseAlarms(strikes, chance, new Random(7));
      assert.ok(share <= 0.065, `${share}`);
    });
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COVERED, tallyCoverage } from '../../../bench/proof/coverage.js';
import { Random } from '../../../reports/compare/index.js';

const TRIALS = 60;
const of = (runs: number) => COVERED.find((population) => population.runs === runs) ?? assert.fail();

test('gates of three runs a side are wrong no more often than one in twenty, and decide what is far off', () => {
  const { wrong, right } = tallyCoverage(of(3), TRIALS, new Random(4));
  // 3 of 60 are expected on the bound itself; 8 would be seen one time in a hundred.
  for (const kind of ['absolute', 'vs baseline'] as const) {
    assert.ok(wrong[kind][0] <= 7 / TRIALS, `${kind}: ${wrong[kind]}`);
    assert.ok(wrong[kind][3] === 0 && right[kind][3] > 0.5, `${kind}: ${wrong[kind]}, ${right[kind]}`);
  }
});

test('intervals of six runs a side hold the truth about as often as they say', () => {
  const { levels, changes } = tallyCoverage(of(6), TRIALS, new Random(5));
  for (const { of: shown, count } of [levels, changes]) {
    assert.ok(shown >= TRIALS && count / shown > 0.88, `${count} of ${shown}`);
    assert.ok(count < shown, 'intervals that always hold the truth are too wide');
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowForRuns } from '../../../reports/compare/between-runs.js';

// Logs with a standard deviation of 0.01 on both sides.
const spread = [-0.01, 0, 0.01];
const repeats = [...spread, ...spread, ...spread].map((x) => x * Math.sqrt(12 / 9));
const ALPHA = 0.05;
const Z = 1.959964;

const allowed = (documents: readonly [number, number], base = repeats, next = repeats) =>
  allowForRuns([-0.004, 0.004], 0, { base, next, documents }, ALPHA);

test('one run a side: three quarters of the spread of the repeats on each side are added, as squares', () => {
  const deviation = Math.sqrt(repeats.reduce((sum, x) => sum + x * x, 0) / 8);
  const width = Math.hypot(0.004, Z * Math.sqrt(2 * (0.75 * deviation) ** 2));
  const [low, high] = allowed([1, 1]);
  assert.ok(Math.abs(high - width) < 1e-6, `${high} ${width}`);
  assert.ok(Math.abs(low + width) < 1e-6);
});

test('more runs a side leave less to allow for, four leave nothing', () => {
  const widths = [1, 2, 3, 4].map((runs) => allowed([runs, runs])[1]);
  assert.ok(widths[0] > widths[1] && widths[1] > widths[2] && widths[2] > widths[3]);
  assert.equal(widths[3], 0.004);
});

test('repeats that do not vary ask for nothing', () => {
  assert.deepEqual(allowed([1, 1], [0, 0, 0, 0], [0, 0, 0, 0]), [-0.004, 0.004]);
});

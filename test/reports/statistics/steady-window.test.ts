import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyWindow } from '../../../reports/statistics/steady-window.js';

test('values that do not differ have neither range nor slope', () => {
  assert.deepEqual(steadyWindow([7, 7, 7, 7, 7]), { average: 7, range: 0, slope: 0 });
});

test('on a line the slope is the range, upwards and downwards', () => {
  for (const values of [
    [90, 95, 100, 105, 110],
    [110, 105, 100, 95, 90],
  ]) {
    const { average, range, slope } = steadyWindow(values);
    assert.equal(average, 100);
    assert.ok(Math.abs(range - 0.2) < 1e-12 && Math.abs(slope - 0.2) < 1e-12);
  }
});

test('what swings has a range and no slope', () => {
  const { range, slope } = steadyWindow([100, 115, 100, 115, 100]);
  assert.ok(Math.abs(range - 15 / 106) < 1e-12);
  assert.ok(slope < 1e-12);
});

test('a single value that is off tilts the line by its place', () => {
  // Least squares by hand: sums of (i - 2)(y - 104) are 40, of (i - 2)^2 are 10.
  assert.ok(Math.abs(steadyWindow([100, 100, 100, 100, 120]).slope - (4 * 4) / 104) < 1e-12);
});

test('nothing is steady at 0', () => {
  assert.equal(steadyWindow([0, 0, 0]).range, Number.POSITIVE_INFINITY);
});

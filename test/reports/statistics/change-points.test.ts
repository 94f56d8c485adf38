import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changePoints } from '../../../reports/statistics/change-points.js';
import { Random } from '../../../reports/statistics/random.js';

const OPTIONS = { window: 30, alpha: 0.01, magnitude: 0.05 };
const placesOf = (values: readonly number[], options = OPTIONS): number[] =>
  changePoints(values, options).map(({ index }) => index);

/** Levels that last so many values each, with a standard deviation of `sd`. */
function levels(
  sd: number,
  seed: number,
  ...parts: readonly (readonly [level: number, count: number])[]
): number[] {
  const random = new Random(seed);
  return parts.flatMap(([level, count]) =>
    Array.from({ length: count }, () => level * Math.exp(sd * random.normal())),
  );
}

test('a level that is left and never comes back is one change, at its first value', () => {
  const [point, ...more] = changePoints(levels(0.01, 1, [100, 20], [90, 25]), OPTIONS);
  assert.deepEqual([point.index, more], [20, []]);
  assert.ok(Math.abs(point.ratio - 0.9) < 0.01 && point.p < 1e-9, JSON.stringify(point));
});

test('one value that is far off is no level', () => {
  const values = levels(0.01, 2, [100, 40]);
  values[10] = 60;
  assert.deepEqual(placesOf(values), []);
});

test('a fall, a rise and a slow climb after a stray value: the climb is no change of level', () => {
  // The form of a series that is published: 15 values with a stray one, 56 lower, then higher and slowly climbing.
  const values = levels(
    0.007,
    3,
    [267, 15],
    [236, 46],
    [244, 10],
    [283, 24],
    [272, 30],
    [283, 80],
    [294, 160],
  );
  values[10] = 157;
  assert.deepEqual(placesOf(values), [15, 71]);
});

test('a change that later values undo is seen', () => {
  assert.deepEqual(placesOf(levels(0.01, 4, [100, 30], [85, 8], [100, 30])), [30, 38]);
});

test('a change below the magnitude is none, and with a lower one it is', () => {
  const values = levels(0.005, 5, [100, 30], [97, 30]);
  assert.deepEqual(placesOf(values), []);
  assert.deepEqual(placesOf(values, { ...OPTIONS, alpha: 0.001, magnitude: 0.01 }), [30]);
});

test('equal series give equal answers, and short ones none', () => {
  const values = levels(0.05, 6, [100, 50], [120, 50]);
  assert.deepEqual(changePoints(values, OPTIONS), changePoints([...values], OPTIONS));
  for (const few of [[], [1], [1, 2]]) assert.deepEqual(placesOf(few), []);
});

test('values without any spread change where they differ', () => {
  assert.deepEqual(placesOf([5, 5, 5, 5, 7, 7, 7, 7]), [4]);
  assert.deepEqual(placesOf(Array(60).fill(3)), []);
});

test('of series that do not change few have a point, at a p of 0.001', () => {
  const found = Array.from({ length: 200 }, (_, seed) =>
    changePoints(levels(0.03, 100 + seed, [100, 60]), { window: 30, alpha: 0.001, magnitude: 0 }),
  ).filter(({ length }) => length > 0).length;
  // About 4 % of series of 60 values.
  assert.ok(found <= 16, `${found} of 200`);
});

test('a step of 8 % is found within two values of its place, whatever the seed', () => {
  const found = Array.from({ length: 100 }, (_, seed) =>
    placesOf(levels(0.02, seed, [100, 40], [92, 20])),
  ).filter((places) => places.some((place) => Math.abs(place - 40) <= 2)).length;
  assert.ok(found >= 95, `${found} of 100`);
});

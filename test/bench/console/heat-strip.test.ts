import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeatStrip } from '../../../bench/console/heat-strip.js';

/** So many I/Os in each octave of ns that is named. */
function octaves(counts: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: 36 }, (_, i) => counts[i] ?? 0);
}

test('a row for each octave between the slowest and the fastest, a column for each second', () => {
  const strip = createHeatStrip(100);
  strip.add(octaves({ 10: 1000, 12: 1 }), 0);
  strip.add(octaves({ 10: 1000 }), 500);
  strip.add(octaves({ 11: 5 }), 1000);
  assert.deepEqual(strip.lines(80, 10), [' 4.10 µs ░', ' 2.05 µs  █', ' 1.02 µs █']);
});

test('where there are more octaves than lines neighbours share one', () => {
  const strip = createHeatStrip(100);
  strip.add(octaves({ 10: 4, 11: 4, 12: 4, 13: 4 }), 0);
  const lines = strip.lines(80, 2);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^ 4\.10 µs \S$/);
});

test('of a time longer than the screen is wide the last seconds stay', () => {
  const strip = createHeatStrip(5);
  for (let second = 0; second < 50; second++) strip.add(octaves({ 10: 1 }), second * 1000);
  assert.deepEqual(strip.lines(80, 4), [' 1.02 µs █████']);
  assert.deepEqual(strip.lines(12, 4), [' 1.02 µs ███']);
});

test('one slow I/O of a million is seen, and fainter than the others', () => {
  const strip = createHeatStrip(5);
  strip.add(octaves({ 10: 1_000_000, 30: 1 }), 0);
  const [slow, ...others] = strip.lines(80, 40);
  assert.match(slow, /░$/);
  assert.match(others.at(-1) ?? '', /█$/);
});

test('nothing is drawn before the first I/O', () => {
  const strip = createHeatStrip(5);
  assert.deepEqual(strip.lines(80, 10), []);
  strip.add(octaves({}), 0);
  assert.deepEqual(strip.lines(80, 10), []);
});

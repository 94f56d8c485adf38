import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Written } from '../../../../engine/load/verify/written.js';

const span = (written: Written, unit: number): number[] => [written.floor[unit], written.last[unit]];

test('a write that was acknowledged is what is there', () => {
  const written = new Written(0, 80, 8);
  written.send(3, 1, 1);
  written.complete(3, 1, 1, false);
  written.send(3, 1, 2);
  written.complete(3, 1, 2, false);
  assert.deepEqual(span(written, 3), [2, 2]);
});

test('while a write is in flight, what was there before may be there too', () => {
  const written = new Written(0, 80, 8);
  written.send(3, 1, 1);
  written.complete(3, 1, 1, false);
  written.send(3, 1, 9);
  assert.deepEqual(span(written, 3), [1, 9]);
});

test('of writes of one unit that were in flight together any may be there, until one has it for itself', () => {
  const written = new Written(0, 80, 8);
  for (const generation of [4, 5, 6]) written.send(0, 1, generation);
  for (const generation of [6, 4, 5]) written.complete(0, 1, generation, false);
  assert.deepEqual(span(written, 0), [4, 6]);
  written.send(0, 1, 7);
  written.complete(0, 1, 7, false);
  assert.deepEqual(span(written, 0), [7, 7]);
});

test('after a write that failed nothing is known, until one has the unit for itself', () => {
  const written = new Written(0, 80, 8);
  written.send(1, 1, 1);
  written.complete(1, 1, 1, false);
  written.send(1, 1, 2);
  written.complete(1, 1, 2, true);
  assert.deepEqual(span(written, 1), [0, 2]);
  written.send(1, 1, 3);
  written.complete(1, 1, 3, false);
  assert.deepEqual(span(written, 1), [3, 3]);
});

test('units of a region that begins anywhere are found by their blocks, and those that were written', () => {
  const written = new Written(2 ** 33 + 5, 64, 4);
  assert.deepEqual([written.units, written.unitOf(2 ** 33 + 5), written.unitOf(2 ** 33 + 12)], [16, 0, 1]);
  written.send(7, 2, 1);
  assert.deepEqual([written.nextWritten(0), written.nextWritten(8), written.nextWritten(9)], [7, 8, 16]);
});

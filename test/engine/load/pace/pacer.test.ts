import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClosedLoop } from '../../../../engine/load/pace/pacer.js';

test('what is wanted goes until the number is spent', () => {
  const pacer = new ClosedLoop(10);
  assert.deepEqual(
    [4, 4, 0, 4, 4].map((wanted) => [pacer.take(wanted), pacer.spent]),
    [
      [4, false],
      [4, false],
      [0, false],
      [2, true],
      [0, true],
    ],
  );
});

test('without a number everything goes, for ever', () => {
  const pacer = new ClosedLoop(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 1000; i++) assert.equal(pacer.take(64), 64);
  assert.equal(pacer.spent, false);
});

test('a number beyond 2^32 is counted whole', () => {
  const pacer = new ClosedLoop(2 ** 33 + 3);
  assert.equal(pacer.take(64), 64);
  pacer.renew(2 ** 32);
  assert.deepEqual([pacer.take(64), pacer.spent], [64, false]);
});

test('a new number counts from then on', () => {
  const pacer = new ClosedLoop(1);
  pacer.take(64);
  pacer.renew(65);
  assert.deepEqual([pacer.take(64), pacer.take(64), pacer.spent], [64, 1, true]);
  pacer.renew(0);
  assert.deepEqual([pacer.take(64), pacer.spent], [0, true]);
});

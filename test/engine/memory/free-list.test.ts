import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreeList } from '../../../engine/memory/free-list.js';

test('takes from the lowest gap that is large enough', () => {
  const free = new FreeList(1024);
  assert.equal(free.take(256, 64), 0);
  assert.equal(free.take(256, 64), 256);
  free.give(0, 256);
  assert.equal(free.take(512, 64), 512);
  assert.equal(free.take(64, 64), 0);
});

test('leaves what lies before an aligned piece free', () => {
  const free = new FreeList(8192);
  free.take(64, 64);
  assert.equal(free.take(4096, 4096), 4096);
  assert.equal(free.take(64, 64), 64);
});

test('answers -1 where alignment makes a gap too small', () => {
  const free = new FreeList(4096 + 64);
  free.take(64, 64);
  assert.equal(free.take(4096, 4096), -1);
  assert.equal(free.take(4096, 64), 64);
});

test('any order of giving back restores one gap', () => {
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [2, 0, 3, 1],
  ]) {
    const free = new FreeList(400);
    const offsets = [0, 1, 2, 3].map(() => free.take(100, 1));
    assert.equal(free.largestGapBytes, 0);
    for (const at of order) free.give(offsets[at], 100);
    assert.equal(free.largestGapBytes, 400, `order ${order}`);
  }
});

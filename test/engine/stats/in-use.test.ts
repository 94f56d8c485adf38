import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextIndex, STRETCH, stretchInUse } from '../../../engine/stats/in-use.js';

/** The indices that are not 0, by way of what is passed over. */
function inUse(counts: Float64Array | Uint32Array): { used: number[]; looks: number } {
  const used: number[] = [];
  let looks = 0;
  for (let i = stretchInUse(counts, 0); i < counts.length; i = nextIndex(counts, i)) {
    looks++;
    if (counts[i] !== 0) used.push(i);
  }
  return { used, looks };
}

test('no count is passed over, at the edges of a stretch and behind the last whole one neither', () => {
  const behind = 3 * STRETCH + 2;
  for (const indices of [
    [],
    [0],
    [STRETCH - 1],
    [STRETCH],
    [0, STRETCH - 1, 3 * STRETCH - 1],
    [3 * STRETCH, behind],
  ]) {
    for (const counts of [
      new Float64Array(behind + 1),
      new Uint32Array(new SharedArrayBuffer(4 * (behind + 5)), 16),
    ]) {
      for (const index of indices) counts[index] = 1;
      assert.deepEqual(inUse(counts).used, indices);
    }
  }
});

test('an empty stretch is not looked at count by count', () => {
  const counts = new Float64Array(4 * STRETCH);
  counts[2 * STRETCH + 5] = 1;
  assert.equal(inUse(counts).looks, STRETCH);
});

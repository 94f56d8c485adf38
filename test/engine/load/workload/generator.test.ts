import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawWord, drawWords } from '../../../../engine/load/workload/generator.js';

/** From the state 1, 2, by the reference implementation of its authors (xoroshiro64starstar.c). */
const REFERENCE = [
  3802928447, 813792938, 1618621494, 2955957307, 3252880261, 1129983909, 2539651700, 1327610908, 1757650787,
  2763843748,
];

test('words are those of xoroshiro64**, one by one or many at once', () => {
  const state = Int32Array.of(1, 2);
  assert.deepEqual(
    REFERENCE.map(() => drawWord(state) >>> 0),
    REFERENCE,
  );
  const words = new Int32Array(REFERENCE.length);
  const other = Int32Array.of(1, 2);
  drawWords(other, words);
  assert.deepEqual([...new Uint32Array(words.buffer)], REFERENCE);
  assert.deepEqual(other, state);
});

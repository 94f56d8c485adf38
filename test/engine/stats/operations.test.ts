import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';
import {
  byOperation,
  COUNTS_LENGTH,
  countsOf,
  countsOfAll,
  emptyCounts,
  OPERATIONS,
  READ,
  WRITE,
} from '../../../engine/stats/operations.js';

test('the indices name their operations', () => {
  assert.deepEqual([OPERATIONS[READ], OPERATIONS[WRITE]], ['read', 'write']);
});

test('the histogram of an operation is a view of its own part', () => {
  for (const counts of [emptyCounts(), new Uint32Array(COUNTS_LENGTH)]) {
    for (const [index, name] of OPERATIONS.entries()) {
      const part = countsOf(counts, name);
      assert.equal(part.length, HISTOGRAM_LENGTH);
      part[7] = index + 1;
      assert.equal(counts[index * HISTOGRAM_LENGTH + 7], index + 1);
    }
    assert.equal(counts.filter((count) => count > 0).length, OPERATIONS.length);
  }
});

test('that of all together is the sum, and changes nothing', () => {
  const counts = emptyCounts();
  countsOf(counts, 'read')[3] = 2 ** 40;
  countsOf(counts, 'write')[3] = 5;
  countsOf(counts, 'write')[HISTOGRAM_LENGTH - 1] = 1;
  const before = counts.slice();
  const all = countsOfAll(counts);
  assert.deepEqual([all.length, all[3], all[HISTOGRAM_LENGTH - 1]], [HISTOGRAM_LENGTH, 2 ** 40 + 5, 1]);
  all.fill(9);
  assert.deepEqual(counts, before);
});

test('something of each operation knows its name and its index', () => {
  const made = byOperation((name, index) => `${name} ${index}`);
  assert.deepEqual(
    Object.values(made),
    OPERATIONS.map((name, index) => `${name} ${index}`),
  );
  assert.deepEqual([made.read, made.write, made.verify], ['read 0', 'write 1', 'verify 5']);
});

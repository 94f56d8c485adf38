import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { encodeCounts } from '../../../engine/stats/hdr.js';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';
import { toHdrHistogram } from '../../../reports/views/hdr-histogram.js';
import { countsOf, randomLatencies } from './random.js';

/** A different count at every index, a third of them 0, some beyond 2^32. */
function dense(): Float64Array {
  const counts = emptyHistogram();
  for (let i = 0; i < counts.length; i++) counts[i] = i % 3 === 0 ? 0 : i * (i % 5 === 0 ? 2 ** 33 + 1 : 1);
  return counts;
}

describe('encodeCounts', () => {
  test('writes what hdr-histogram-js writes, character by character', () => {
    const full = emptyHistogram().fill(1);
    const sizes = [0, 1, 2, 50, 3000, 100_000];
    const some = sizes.map((count, i) => countsOf(randomLatencies(i, count, 37)));
    for (const counts of [...some, full, dense()])
      assert.equal(encodeCounts(counts), encodeIntoCompressedBase64(toHdrHistogram(counts)));
  });

  test('is read back by hdr-histogram-js to the same counts', () => {
    const decoded = decodeFromCompressedBase64(encodeCounts(dense()), 64);
    assert.ok(decoded instanceof JsHistogram);
    assert.equal(decoded.countsArrayLength, HISTOGRAM_LENGTH);
    const counts = dense();
    for (let i = 0; i < HISTOGRAM_LENGTH; i++) assert.equal(decoded.getCountAtIndex(i), counts[i]);
  });

  test('begins with the cookie of the V2 compressed form', () => {
    // 0x1c849304, with 0x10 in the word size nibble.
    const bytes = Buffer.from(encodeCounts(dense()), 'base64');
    assert.equal(bytes.readUInt32BE(0), 0x1c849314);
  });

  test('survives decodeCounts with counts beyond 2^32', () => {
    const counts = emptyHistogram();
    counts[0] = 2 ** 32;
    counts[12345] = 2 ** 40 + 1;
    counts[HISTOGRAM_LENGTH - 1] = 2 ** 45 + 7;
    assert.deepEqual(decodeCounts(encodeCounts(counts)), counts);
  });

  test('survives decodeCounts with no counts at all', () => {
    assert.deepEqual(decodeCounts(encodeCounts(emptyHistogram())), emptyHistogram());
  });
});

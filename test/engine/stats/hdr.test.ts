import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { encodeCounts, toHdrHistogram } from '../../../engine/stats/hdr.js';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';
import { countsOf, randomLatencies } from './random.js';

function recordedBy(latencies: readonly number[]): JsHistogram {
  const histogram = build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_NS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const value of latencies) histogram.recordValue(value);
  assert.ok(histogram instanceof JsHistogram);
  return histogram;
}

/** A different count at every index, a third of them 0, some beyond 2^32. */
function dense(): Float64Array {
  const counts = emptyHistogram();
  for (let i = 0; i < counts.length; i++) counts[i] = i % 3 === 0 ? 0 : i * (i % 5 === 0 ? 2 ** 33 + 1 : 1);
  return counts;
}

describe('toHdrHistogram', () => {
  test('keeps every count at its index', () => {
    const counts = dense();
    const histogram = toHdrHistogram(counts);
    for (let i = 0; i < HISTOGRAM_LENGTH; i++) assert.equal(histogram.getCountAtIndex(i), counts[i]);
  });

  test('equals a histogram that hdr-histogram-js recorded value by value', () => {
    const latencies = randomLatencies(3, 20_000, 37);
    const converted = toHdrHistogram(countsOf(latencies));
    const recorded = recordedBy(latencies);
    assert.equal(converted.totalCount, recorded.totalCount);
    for (const percentile of [50, 99, 99.99])
      assert.equal(converted.getValueAtPercentile(percentile), recorded.getValueAtPercentile(percentile));
    assert.equal(encodeIntoCompressedBase64(converted), encodeIntoCompressedBase64(recorded));
  });

  test('takes the counts of the loop as they are', () => {
    const counts = new Uint32Array(HISTOGRAM_LENGTH);
    counts[5000] = 0xffff_ffff;
    assert.equal(toHdrHistogram(counts).getCountAtIndex(5000), 0xffff_ffff);
  });
});

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

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { HIGHEST_TRACKABLE_NS, HISTOGRAM_LENGTH } from '../../../engine/stats/histogram.js';
import { toHdrHistogram } from '../../../reports/views/hdr-histogram.js';
import { countsOf, randomLatencies } from '../../engine/stats/random.js';

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
  const counts = new Float64Array(HISTOGRAM_LENGTH);
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

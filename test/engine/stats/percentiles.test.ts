import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../../engine/stats/histogram.js';
import {
  emptyHistogram,
  mergeCounts,
  percentileNs,
  summarizeCounts,
  totalCountOf,
} from '../../../engine/stats/percentiles.js';
import { toHdrHistogram } from '../../../reports/views/hdr-histogram.js';
import { countsOf, randomLatencies } from './random.js';

const PERCENTILES = [0, 0.001, 1, 25, 50, 90, 95, 99, 99.9, 99.99, 99.999, 100];

describe('percentileNs', () => {
  test('agrees with hdr-histogram-js on random data of many sizes', () => {
    for (const size of [1, 2, 3, 10, 99, 100, 101, 1000, 54_321]) {
      const counts = countsOf(randomLatencies(size, size, 37));
      const reference = toHdrHistogram(counts);
      for (const percentile of PERCENTILES) {
        const expected = reference.getValueAtPercentile(percentile);
        assert.equal(percentileNs(counts, percentile), expected, `p${percentile} of ${size}`);
      }
    }
  });

  test('is the highest latency that counts at the index', () => {
    const counts = emptyHistogram();
    counts[latencyIndex(1_000_000)] = 1;
    // 10^6 has 20 bits: 2^9 values share an index, 1953 * 512 = 999936.
    assert.equal(percentileNs(counts, 50), 1_000_447);
    assert.equal(percentileNs(counts, 0), 999_936);
  });

  test('takes the lower of two values as the median of two', () => {
    const counts = countsOf([100, 200]);
    assert.equal(percentileNs(counts, 50), 100);
    assert.equal(percentileNs(counts, 50.1), 200);
  });

  test('reads the counts of the loop', () => {
    const counts = new Uint32Array(HISTOGRAM_LENGTH);
    counts[7] = 99;
    counts[1500] = 1;
    assert.deepEqual([percentileNs(counts, 99), percentileNs(counts, 99.5)], [7, 1500]);
  });

  test('is 0 where nothing was counted', () => {
    assert.equal(percentileNs(emptyHistogram(), 99), 0);
  });
});

describe('summarizeCounts', () => {
  test('agrees with hdr-histogram-js on random data', () => {
    const counts = countsOf(randomLatencies(11, 30_000, 37).filter((latencyNs) => latencyNs > 0));
    const reference = toHdrHistogram(counts);
    const summary = summarizeCounts(counts);
    assert.equal(summary.totalCount, reference.totalCount);
    assert.equal(summary.minNs, reference.minNonZeroValue);
    assert.equal(summary.maxNs, reference.maxValue);
    assert.ok(Math.abs(summary.meanNs / reference.mean - 1) < 1e-12);
    assert.ok(Math.abs(summary.stdDevNs / reference.stdDeviation - 1) < 1e-12);
  });

  test('gives exact figures for exact values', () => {
    assert.deepEqual(summarizeCounts(countsOf([2, 4, 4, 4, 5, 5, 7, 9])), {
      totalCount: 8,
      minNs: 2,
      maxNs: 9,
      meanNs: 5,
      stdDevNs: 2,
    });
  });

  test('counts a latency of 0 as the minimum', () => {
    assert.equal(summarizeCounts(countsOf([0, 1000])).minNs, 0);
  });

  test('is all 0 where nothing was counted', () => {
    const nothing = { totalCount: 0, minNs: 0, maxNs: 0, meanNs: 0, stdDevNs: 0 };
    assert.deepEqual(summarizeCounts(emptyHistogram()), nothing);
  });
});

describe('mergeCounts', () => {
  test('makes the histogram of both sets of latencies', () => {
    const a = randomLatencies(5, 1000, 37);
    const b = randomLatencies(6, 1000, 37);
    const merged = countsOf(a);
    mergeCounts(merged, countsOf(b));
    assert.deepEqual(merged, countsOf([...a, ...b]));
  });

  test('does not overflow where 32-bit counts would', () => {
    const full = new Uint32Array(HISTOGRAM_LENGTH);
    full[42] = 0xffff_ffff;
    const merged = emptyHistogram();
    mergeCounts(merged, full);
    mergeCounts(merged, full);
    assert.equal(totalCountOf(merged), 2 * 0xffff_ffff);
  });

  test('refuses histograms of different lengths', () => {
    assert.throws(() => mergeCounts(emptyHistogram(), new Uint32Array(8)), RangeError);
  });
});

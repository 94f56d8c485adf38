import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Float64Histogram } from 'hdr-histogram-js';
import {
  HIGHEST_TRACKABLE_NS,
  HISTOGRAM_LENGTH,
  highestLatencyOfIndex,
  latencyIndex,
  latencyOfIndex,
  shortLatencyIndex,
} from '../../../engine/stats/histogram.js';
import { randomLatencies } from './random.js';

const reference = new Float64Histogram(1, HIGHEST_TRACKABLE_NS, 3);

const boundaries = [0, 1, 2047, 2048, 2049, 4095, 4096, HIGHEST_TRACKABLE_NS - 1, HIGHEST_TRACKABLE_NS];
for (let bits = 11; bits < 37; bits++) boundaries.push(2 ** bits - 1, 2 ** bits, 2 ** bits + 1);

describe('histogram layout', () => {
  test('has as many counts as hdr-histogram-js', () => {
    assert.equal(HISTOGRAM_LENGTH, reference.countsArrayLength);
  });

  test('puts values at the boundaries of buckets where hdr-histogram-js puts them', () => {
    for (const value of boundaries)
      assert.equal(latencyIndex(value), reference.countsArrayIndex(value), `${value}`);
  });

  test('puts random values over all magnitudes where hdr-histogram-js puts them', () => {
    for (const value of randomLatencies(1, 200_000, 37))
      assert.equal(latencyIndex(value), reference.countsArrayIndex(value), `${value}`);
  });

  test('agrees with the integers-only index below 2^31', () => {
    for (const value of [...boundaries, ...randomLatencies(2, 50_000, 31)]) {
      if (value < 2 ** 31)
        assert.equal(shortLatencyIndex(value), reference.countsArrayIndex(value), `${value}`);
    }
  });

  test('takes a fraction of a nanosecond off', () => {
    for (const value of boundaries)
      assert.equal(latencyIndex(value + 0.75), reference.countsArrayIndex(value), `${value}`);
  });

  test('counts what is beyond the highest trackable value at the last index', () => {
    for (const value of [HIGHEST_TRACKABLE_NS + 1, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity])
      assert.equal(latencyIndex(value), HISTOGRAM_LENGTH - 1);
  });

  test('gives every index the range that hdr-histogram-js gives it', () => {
    for (let index = 0; index < HISTOGRAM_LENGTH; index++) {
      const lowest = reference.valueFromIndex(index);
      assert.equal(latencyOfIndex(index), lowest);
      assert.equal(highestLatencyOfIndex(index), reference.highestEquivalentValue(lowest));
    }
  });
});

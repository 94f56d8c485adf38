import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationNs, parseSizeBytes } from '../../../engine/path/option-values.js';

test('sizes are bytes, with binary or decimal units', () => {
  assert.equal(parseSizeBytes('64GiB'), 68719476736);
  assert.equal(parseSizeBytes('1.5 KiB'), 1536);
  assert.equal(parseSizeBytes('2TB'), 2e12);
  assert.equal(parseSizeBytes('4096'), 4096);
  for (const gib of ['1G', '1g', '1Gi', '1gib']) assert.equal(parseSizeBytes(gib), 2 ** 30);
  assert.deepEqual(['1k', '1m', '1t', '1p', '1KB'].map(parseSizeBytes), [
    2 ** 10,
    2 ** 20,
    2 ** 40,
    2 ** 50,
    1000,
  ]);
  for (const bad of ['', 'GiB', '-1', '1.5', '1XB', '0x10', '1e3', '9999999999TiB'])
    assert.equal(parseSizeBytes(bad), undefined, bad);
});

test('durations need a unit', () => {
  assert.equal(parseDurationNs('80us'), 80_000);
  assert.equal(parseDurationNs('1.5ms'), 1_500_000);
  assert.equal(parseDurationNs('2s'), 2e9);
  for (const bad of ['', '80', 'us', '80 minutes']) assert.equal(parseDurationNs(bad), undefined, bad);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fioSizeBytes, fioTimeMs } from '../../../reports/import/fio-units.js';

describe('fioSizeBytes', () => {
  test('reads sizes as the tools of SPDK mean them: powers of 1024', () => {
    assert.deepEqual(['4096', '4k', '4K', '128kb', '1MiB', '2g', '4k,8k'].map(fioSizeBytes), [
      4096,
      4096,
      4096,
      131_072,
      2 ** 20,
      2 ** 31,
      4096,
    ]);
  });

  test('does not guess', () => {
    for (const text of ['', 'k', '4x', '-4k', '4 k', '9999999999999t'])
      assert.equal(fioSizeBytes(text), undefined);
  });
});

describe('fioTimeMs', () => {
  test('reads seconds where there is no unit', () => {
    assert.deepEqual(['30', '30s', '5m', '2h', '1d', '500ms', '1000us', '7msec'].map(fioTimeMs), [
      ...[30_000, 30_000, 300_000, 7_200_000, 86_400_000, 500, 1, 7],
    ]);
  });

  test('does not guess', () => {
    for (const text of ['', 's', '1w', '-1']) assert.equal(fioTimeMs(text), undefined);
  });
});

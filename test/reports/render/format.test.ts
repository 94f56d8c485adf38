import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatBytes,
  formatCapacity,
  formatCount,
  formatCpuList,
  formatDataUnits,
  formatDecimalBytes,
  formatDuration,
  formatIops,
  formatLatency,
  formatMibPerSecond,
  formatTemperature,
  plural,
} from '../../../reports/render/format.js';

function holds<T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]): void {
  for (const [value, text] of cases) assert.equal(format(value), text);
}

describe('format', () => {
  test('counts with thousands apart', () => {
    holds<number | bigint | string>(formatCount, [
      [0, '0'],
      [999, '999'],
      [1000, '1,000'],
      [1_234_567, '1,234,567'],
      [2n ** 70n, '1,180,591,620,717,411,303,424'],
      ['12345678901234567890', '12,345,678,901,234,567,890'],
    ]);
  });

  test('IOPS', () => {
    holds(formatIops, [
      [0, '0'],
      [0.5, '0.5'],
      [12.34, '12.3'],
      [99.94, '99.9'],
      [99.96, '100'],
      [1_234_567.4, '1,234,567'],
    ]);
  });

  test('MiB/s', () => {
    holds(formatMibPerSecond, [
      [0, '0.00'],
      [2 ** 19, '0.50'],
      [12.3 * 2 ** 20, '12.3'],
      [4822.4 * 2 ** 20, '4,822'],
    ]);
  });

  test('latencies with three digits in the unit that fits', () => {
    holds(formatLatency, [
      [0, '0 ns'],
      [950.4, '950 ns'],
      [999.4, '999 ns'],
      [1234, '1.23 µs'],
      [12_340, '12.3 µs'],
      [123_400, '123 µs'],
      [1_500_000, '1.50 ms'],
      [2_147_483_648, '2.15 s'],
      [137_000_000_000, '137 s'],
    ]);
  });

  test('latencies in the next unit where rounding would show 1000', () => {
    holds(formatLatency, [
      [999.6, '1.00 µs'],
      [999_499, '999 µs'],
      [999_500, '1.00 ms'],
      [999_999_999, '1.00 s'],
    ]);
  });

  test('latencies with one digit less where rounding carries', () => {
    holds(formatLatency, [
      [9_994, '9.99 µs'],
      [9_996, '10.0 µs'],
      [99_960, '100 µs'],
    ]);
  });

  test('durations', () => {
    holds(formatDuration, [
      [0, '0 ms'],
      [850e6, '850 ms'],
      [30e9, '30.0 s'],
      [99.96e9, '1 min 40 s'],
      [312e9, '5 min 12 s'],
      [3599.7e9, '1 h 0 min'],
      [7500e9, '2 h 5 min'],
    ]);
  });

  test('sizes in powers of 1024', () => {
    holds(formatBytes, [
      [0, '0 B'],
      [512, '512 B'],
      [4096, '4 KiB'],
      [1_572_864, '1.5 MiB'],
      [2 ** 30, '1 GiB'],
      [-4096, '-4 KiB'],
    ]);
  });

  test('sizes in powers of 1000', () => {
    holds(formatDecimalBytes, [
      [512, '512 B'],
      [999_900, '1.00 MB'],
      [3.84e12, '3.84 TB'],
    ]);
  });

  test('capacities both ways', () => {
    assert.equal(formatCapacity(1_000_204_886_016n), '1.00 TB (931.5 GiB)');
  });

  test('data units of 1000 blocks of 512 bytes', () => {
    holds<number | bigint | string>(formatDataUnits, [
      [0n, '0 B'],
      [24_000_000n, '12.3 TB'],
      ['2000000', '1.02 TB'],
    ]);
  });

  test('temperatures in °C', () => {
    assert.equal(formatTemperature(310), '37 °C');
    assert.equal(formatTemperature(263), '-10 °C');
    assert.equal(formatTemperature(0), 'not reported');
  });

  test('CPU lists with runs joined', () => {
    assert.equal(formatCpuList([8, 0, 1, 3, 2, 1]), '0-3,8');
    assert.equal(formatCpuList([]), '');
  });

  test('nouns by number', () => {
    assert.deepEqual([plural(1, 'worker'), plural(2000, 'worker')], ['1 worker', '2,000 workers']);
  });
});

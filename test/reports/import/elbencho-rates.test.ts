import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elbenchoRates } from '../../../reports/import/elbencho-rates.js';

const MIB = 2 ** 20;

test('small rates, which elbencho cuts to whole numbers, come from the columns that are cut less', () => {
  // 230 IOPS of 4 KiB are 0.9 MiB/s.
  assert.deepEqual(elbenchoRates({ iops: 230, mibPerSecond: 0, mib: 8, bsBytes: 4096, seconds: 10 }), {
    ios: 2300,
    bytes: 2300 * 4096,
    iops: 230,
    bandwidthBytesPerSecond: 230 * 4096,
  });
  // 354 I/Os of 1 MiB in 60 s.
  assert.deepEqual(elbenchoRates({ iops: 5, mibPerSecond: 5, mib: 354, bsBytes: MIB, seconds: 60 }), {
    ios: 354,
    bytes: 354 * MIB,
    iops: 5.9,
    bandwidthBytesPerSecond: 5.9 * MIB,
  });
  // One I/O of 1 GiB every four seconds.
  const slow = elbenchoRates({ iops: 0, mibPerSecond: 256, mib: 10_240, bsBytes: 1024 * MIB, seconds: 40 });
  assert.deepEqual([slow.ios, slow.iops], [10, 0.25]);
});

test('rates stay as they are where they are large, and where the columns do not agree', () => {
  const large = { iops: 250_000, mibPerSecond: 976, mib: 9765, bsBytes: 4096, seconds: 10 };
  const asStated = { ios: 2_500_000, bytes: 9765 * MIB, iops: 250_000, bandwidthBytesPerSecond: 976 * MIB };
  assert.deepEqual(elbenchoRates(large), asStated);
  // Blocks that are shorter than said, as at the ends of small files.
  const short = elbenchoRates({ iops: 50, mibPerSecond: 3, mib: 200, bsBytes: MIB, seconds: 60 });
  assert.deepEqual([short.iops, short.bytes], [50, 200 * MIB]);
  const unknown = elbenchoRates({ iops: 50, mibPerSecond: 3, mib: 30, bsBytes: 0, seconds: 10 });
  assert.deepEqual([unknown.iops, unknown.bandwidthBytesPerSecond], [50, 3 * MIB]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { countsOfBins } from '../../../reports/import/fio-bins.js';
import { agrees } from '../../../reports/import/printed-percentiles.js';

const layout = { FIO_IO_U_PLAT_BITS: 6, FIO_IO_U_PLAT_VAL: 64, FIO_IO_U_PLAT_NR: 1216 };

function usedIn(bins: Record<string, number>, unit: 'ns' | 'us'): [number, number][] {
  const counts = countsOfBins(bins, unit)?.counts ?? assert.fail('dropped');
  return [...counts].flatMap((count, i): [number, number][] => (count === 0 ? [] : [[i, count]]));
}

test('takes names for latencies, in the unit of the version', () => {
  assert.deepEqual(usedIn({ '90': 3, '63744': 4 }, 'ns'), [
    [latencyIndex(90), 3],
    [latencyIndex(63_744), 4],
  ]);
  assert.deepEqual(usedIn({ '90': 3, '63744': 4 }, 'us'), [
    [latencyIndex(90_000), 3],
    [latencyIndex(63_744_000), 4],
  ]);
});

test('takes names for places where the layout stands beside them', () => {
  // Place 700 is the 61st of 64 buckets between 2^15 and 2^16 µs, each 512 µs wide.
  const middleNs = (2 ** 15 + 60 * 512 + 256) * 1000;
  assert.deepEqual(usedIn({ ...layout, '0': 0, '127': 5, '700': 3593 }, 'us'), [
    [latencyIndex(127_000), 5],
    [latencyIndex(middleNs), 3593],
  ]);
});

test('drops buckets of a name or layout that it does not know', () => {
  const unknown: Record<string, number>[] = [
    { '90': 3, 'a few': 1 },
    { '90.5': 1 },
    { ...layout, FIO_IO_U_PLAT_BITS: 7, '700': 1 },
    { ...layout, '99999': 1 },
  ];
  for (const bins of unknown) assert.deepEqual(countsOfBins(bins, 'us'), { counts: undefined });
});

test('has nothing of buckets that are empty or not there', () => {
  assert.equal(countsOfBins(undefined, 'ns'), undefined);
  assert.equal(countsOfBins({ ...layout, '0': 0 }, 'us'), undefined);
});

test('buckets are those of percentiles at 0 ns', () => {
  const { counts } = countsOfBins({ '0': 55, '1': 40, '10': 895, '20': 10 }, 'ns') ?? assert.fail();
  assert.ok(counts);
  const printed = [[1, 0] as const, [5, 0] as const, [50, 10] as const, [99, 10] as const];
  assert.ok(agrees(counts, printed));
  assert.ok(!agrees(counts, [[50, 0]]));
});

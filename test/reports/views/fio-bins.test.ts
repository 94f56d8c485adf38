import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HISTOGRAM_LENGTH, highestLatencyOfIndex, latencyOfIndex } from '../../../engine/stats/histogram.js';
import { fioBins, fioIndex, fioPercentile, fioValue } from '../../../reports/views/fio-bins.js';
import { countsOf } from '../sample.js';
import { fixtureText } from './golden.js';

interface ClatNs {
  readonly min: number;
  readonly N: number;
  readonly percentile: Readonly<Record<string, number>>;
  readonly bins: Readonly<Record<string, number>>;
}

/** Completion latencies that fio 3.33 itself wrote. */
function clatsOfFio(): ClatNs[] {
  const { jobs } = JSON.parse(fixtureText('imports/fio-jsonplus.json')) as {
    jobs: Record<'read' | 'write', { clat_ns: ClatNs }>[];
  };
  return jobs
    .flatMap(({ read, write }) => [read.clat_ns, write.clat_ns])
    .filter(({ bins }) => bins !== undefined);
}

const binsOf = ({ bins }: ClatNs): Map<number, number> =>
  new Map(Object.entries(bins).map(([value, count]) => [Number(value), count]));

describe('fioValue', () => {
  test('names every bucket as fio does', () => {
    const values = clatsOfFio().flatMap((clat) => [...binsOf(clat).keys()]);
    assert.ok(values.length > 300);
    for (const value of values) assert.equal(fioValue(fioIndex(value)), value);
  });

  test('ends where fio does', () => {
    assert.equal(fioValue(fioIndex(137e9)), 17_112_760_320);
  });

  test('is exact to 7 bits and the middle of a bucket above', () => {
    assert.deepEqual(
      [0, 127, 128, 150, 151, 260, 263].map((ns) => fioValue(fioIndex(ns))),
      [0, 127, 129, 151, 151, 262, 262],
    );
  });
});

describe('fioBins', () => {
  test('puts all latencies of one of our buckets into one of fio’s', () => {
    for (let i = 0; i < HISTOGRAM_LENGTH; i++)
      assert.equal(fioIndex(latencyOfIndex(i)), fioIndex(highestLatencyOfIndex(i)));
  });

  test('keeps every count', () => {
    const bins = fioBins(countsOf([100, 1], [150, 2], [151, 3], [80_000, 4], [60e9, 5]));
    assert.deepEqual(
      [...bins],
      [
        [100, 1],
        [151, 5],
        [80_384, 4],
        [17_112_760_320, 5],
      ],
    );
  });
});

describe('fioPercentile', () => {
  test('gives what fio gave for the same bins', () => {
    for (const clat of clatsOfFio()) {
      for (const [percent, value] of Object.entries(clat.percentile))
        assert.equal(fioPercentile(binsOf(clat), Number(percent)), value, percent);
    }
  });
});

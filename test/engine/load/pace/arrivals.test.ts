import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ArrivalOptions, Arrivals } from '../../../../engine/load/pace/arrivals.js';
import { BATCH } from '../../../../engine/path/path.js';

const START_NS = 5e9;

function begun(change: Partial<ArrivalOptions> = {}): Arrivals {
  const arrivals = new Arrivals({ rateIops: 1000, process: 'linear', seed: 7, phase: 0, ...change });
  arrivals.begin(START_NS);
  return arrivals;
}

/** The next `count` intended times. */
function timesOf(arrivals: Arrivals, count: number): number[] {
  const times: number[] = [];
  while (times.length < count) {
    const got = arrivals.arrive(Math.min(BATCH, count - times.length), Number.POSITIVE_INFINITY);
    times.push(...arrivals.dueNs.subarray(0, got));
  }
  return times;
}

describe('at even distances', () => {
  test('the first is due at the beginning, or by its phase later, and no rounding adds up', () => {
    for (const phase of [0, 0.25]) {
      const times = timesOf(begun({ rateIops: 3, phase }), 3_000_001);
      for (const at of [0, 1, 2, 3_000_000])
        assert.ok(Math.abs(times[at] - (START_NS + ((at + phase) * 1e9) / 3)) < 1);
    }
  });

  test('nothing is due before its time, and what is due waits for its turn', () => {
    const arrivals = begun();
    assert.equal(arrivals.arrive(BATCH, START_NS - 1), 0);
    assert.equal(arrivals.arrive(BATCH, START_NS + 2.5e6), 3);
    assert.deepEqual(
      [...arrivals.dueNs.subarray(0, 3)],
      [0, 1e6, 2e6].map((ns) => START_NS + ns),
    );
    assert.equal(arrivals.arrive(2, START_NS + 100e6), 2);
    assert.deepEqual(
      [...arrivals.dueNs.subarray(0, 2)],
      [3e6, 4e6].map((ns) => START_NS + ns),
    );
  });
});

describe('of a Poisson process', () => {
  const gapsOf = (seed: number, count: number): number[] => {
    const times = [START_NS, ...timesOf(begun({ process: 'poisson', seed }), count)];
    return times.slice(1).map((time, i) => time - times[i]);
  };

  test('the rate is the one asked for, not another', () => {
    for (const seed of [0, 1, 2, 0xffff_ffff]) {
      const gaps = gapsOf(seed, 100_000);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      // Its standard error is 0.32 %: five of them.
      assert.ok(Math.abs(mean / 1e6 - 1) < 0.016, `mean gap ${mean} ns`);
    }
  });

  test('the gaps are exponential: every tenth of the distribution has a tenth of them', () => {
    const counts = new Float64Array(10);
    const gaps = gapsOf(3, 100_000);
    for (const gap of gaps) counts[Math.min(9, Math.floor((1 - Math.exp(-gap / 1e6)) * 10))]++;
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 9 degrees of freedom; 0.001 of good generators lie above 27.9.
    assert.ok(chi < 27.9, `chi-squared ${chi}`);
  });

  test('a gap says nothing of the next', () => {
    const gaps = gapsOf(4, 100_000).map((gap) => gap / 1e6 - 1);
    const product = gaps.slice(1).reduce((sum, gap, i) => sum + gap * gaps[i], 0) / gaps.length;
    assert.ok(Math.abs(product) < 5 / Math.sqrt(gaps.length), `correlation ${product}`);
  });

  test('the same seed gives the same, another seed others', () => {
    assert.deepEqual(gapsOf(5, 100), gapsOf(5, 100));
    assert.notEqual(gapsOf(5, 1)[0], gapsOf(6, 1)[0]);
  });
});

test('what was due by the end and never went is counted, however much it is', () => {
  const arrivals = begun();
  arrivals.arrive(10, Number.POSITIVE_INFINITY);
  assert.equal(arrivals.overdue(START_NS + 9e6), 0);
  assert.equal(begun().overdue(START_NS + 9e6), 10);
  const many = begun({ rateIops: 1e9 }).overdue(START_NS + 5e9);
  assert.ok(Math.abs(many - 5e9) <= 2, `${many}`);
});

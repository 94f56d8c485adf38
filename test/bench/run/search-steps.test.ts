/** The search against queues and lines whose answer is known. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crossing, type Found, type ProbeAnswer, searchHighest } from '../../../bench/run/search-steps.js';
import { Arrivals } from '../../../engine/load/pace/arrivals.js';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { emptyHistogram, percentileNs, totalCountOf } from '../../../engine/stats/percentiles.js';
import { responseCdf } from '../../queueing.js';

const SERVICE_NS = 100_000;
const LINE = { from: 100, to: 1e6, stepwise: false, confidence: 0.95 };

/** The rate at which p99 of the response is `boundNs`. */
function rateAt(boundNs: number): number {
  let [low, high] = [1, 1e9 / SERVICE_NS];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (responseCdf(middle, SERVICE_NS, boundNs) > 0.99) low = middle;
    else high = middle;
  }
  return low;
}

/** p99 of the response times that a queue with one server of constant time shows, in virtual time. */
function p99Of(rateIops: number, seconds: number, seed: number): number {
  const arrivals = new Arrivals({ rateIops, process: 'poisson', seed, phase: 0 });
  arrivals.begin(0);
  const counts = emptyHistogram();
  let free = 0;
  for (;;) {
    const found = arrivals.arrive(32, Number.POSITIVE_INFINITY);
    for (let i = 0; i < found; i++) {
      const due = arrivals.dueNs[i];
      if (due > seconds * 1e9) return percentileNs(counts, 99, totalCountOf(counts));
      free = Math.max(free, due) + SERVICE_NS;
      counts[latencyIndex(free - due)]++;
    }
  }
}

/** Searches the highest rate with p99 at most `boundNs`; each probe draws arrivals of its own. */
function searched(boundNs: number, seed: number, seconds = 30): Promise<Found> {
  let probes = 0;
  return searchHighest(LINE, async (value, share): Promise<ProbeAnswer> => {
    probes++;
    const p99 = p99Of(value, seconds * share, seed * 1000 + probes);
    return { holds: p99 <= boundNs, excess: Math.log(p99 / boundNs) };
  });
}

test('the formula for M/D/1 that the search is held against agrees with the simulated queue', () => {
  for (const load of [0.3, 0.6, 0.8]) {
    const rate = (load * 1e9) / SERVICE_NS;
    const p99 = p99Of(rate, 200, 1);
    assert.ok(Math.abs(responseCdf(rate, SERVICE_NS, p99) - 0.99) < 0.001, `${load}: ${p99}`);
  }
});

describe('with Poisson arrivals at a device of constant service time', () => {
  for (const boundNs of [300_000, 800_000, 2_000_000]) {
    const expected = rateAt(boundNs);
    const load = ((expected * SERVICE_NS) / 1e9).toFixed(2);
    test(`the rate found over 50 seeds is within 2 % of that of M/D/1, and its interval has it (p99 <= ${boundNs / 1000} us, load ${load})`, async () => {
      let covered = 0;
      for (let seed = 1; seed <= 50; seed++) {
        const { ending, value, low, high } = await searched(boundNs, seed);
        assert.equal(ending, 'found');
        const off = value / expected - 1;
        assert.ok(Math.abs(off) < 0.02, `seed ${seed}: ${value} for ${expected}`);
        assert.ok(low <= value + 1 && value <= high, `${low} ${value} ${high}`);
        if (low <= expected && expected <= high) covered++;
      }
      // 95 % of intervals of 95 %, by chance 43 or more of 50.
      assert.ok(covered >= 43, `${covered} of 50 intervals have the rate`);
    });
  }
});

const noiseless =
  (bound: number) =>
  async (value: number): Promise<ProbeAnswer> => ({
    holds: value <= bound,
    excess: Math.log(value / bound),
  });

test('without noise the value is met, wherever it lies from the first', async () => {
  for (const bound of [3, 150, 99_000, 999_000]) {
    const { value } = await searchHighest(LINE, noiseless(bound));
    assert.ok(Math.abs(value - bound) <= 1 + bound * 1e-3, `${value} for ${bound}`);
  }
});

test('what holds up to the end of the range, or nowhere in it, is said', async () => {
  const all = await searchHighest(LINE, noiseless(1e7));
  assert.deepEqual([all.ending, all.value], ['all', 1e6]);
  const none = await searchHighest(LINE, async () => ({ holds: false }));
  assert.deepEqual([none.ending, none.value], ['none', 0]);
});

test('a bound that only the short looks broke before the end of the range is that end', async () => {
  const found = await searchHighest({ ...LINE, to: 1000 }, async (value, share) =>
    share < 1 ? { holds: value < 950 } : noiseless(1020)(value),
  );
  assert.deepEqual([found.ending, found.value, found.low, found.high], ['all', 1000, 1000, 1000]);
  // No more than two rounds: each probe of the whole time may be half a minute.
  assert.ok(found.probes.filter(({ share }) => share === 1).length <= 8);
});

test('no value beyond the range is found, though a line through its probes meets the bound there', async () => {
  for (let beyond = 1001; beyond < 1020; beyond++) {
    // One probe of each round says that it did not hold.
    let long = 0;
    const { value } = await searchHighest({ ...LINE, to: 1000 }, async (at, share) => {
      if (share < 1) return { holds: at < 950 };
      return { ...(await noiseless(beyond)(at)), holds: long++ % 4 !== 0 };
    });
    assert.ok(value <= 1000, `${value} for ${beyond}`);
  }
});

test('steps are found one by one, between what held and what did not', async () => {
  for (const most of [1, 2, 7, 100, 127]) {
    const range = { from: 1, to: 128, stepwise: true, confidence: 0.95 };
    const found = await searchHighest(range, async (value) => ({ holds: value <= most }));
    assert.deepEqual([found.ending, found.value, found.high], ['found', most, most + 1]);
  }
});

test('a bound that is broken at once, without a number, is found by what holds alone', async () => {
  const found = await searchHighest(LINE, async (value) => ({
    holds: value <= 5000,
    excess: value <= 5000 ? -2 : Number.POSITIVE_INFINITY,
  }));
  assert.equal(found.ending, 'found');
  assert.ok(Math.abs(found.value / 5000 - 1) < 0.05, String(found.value));
  assert.ok(found.low <= 5000 && found.high >= 5000, `${found.low} ${found.high}`);
});

test('a measurement that is ended ends the search, with what was probed', async () => {
  let left = 4;
  const found = await searchHighest(LINE, async (value) =>
    left-- > 0 ? { holds: value < 5000 } : undefined,
  );
  assert.deepEqual([found.ending, found.probes.length], ['stopped', 4]);
});

test('a line is crossed where it is, and the interval is that of its noise', () => {
  const exact = crossing(
    [1, 2, 3, 4].map((x) => [x, 2 * (x - 2.5)] as const),
    0.95,
  );
  assert.ok(Math.abs((exact?.zero ?? 0) - 2.5) < 1e-12);
  const noisy = crossing(
    [
      [1, -3.1],
      [2, -0.9],
      [3, 0.9],
      [4, 3.1],
    ],
    0.95,
  );
  // By hand: slope 2.04, residuals 0.032, t 4.3027 of two degrees of freedom.
  for (const [i, limit] of [2.3656, 2.6344].entries())
    assert.ok(Math.abs((noisy?.limits?.[i] ?? 0) - limit) < 1e-3, String(noisy?.limits));
  assert.equal(
    crossing(
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
      0.95,
    ),
    undefined,
  );
});

/** That intervals of runs which end once they are narrow enough hold as often as they say, however often they were looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachOf, type Stretch, SureSeries } from '../../../../bench/run/job/sure-series.js';
import { looksUntil } from '../../../../bench/run/job/sure-watch.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import { emptyHistogram } from '../../../../engine/stats/percentiles.js';
import { Random } from '../../../../reports/statistics/random.js';
import { type SparseCounts, sparseCounts } from '../../../../reports/statistics/sparse-counts.js';

const STRETCH_MS = 200;

interface Ended {
  readonly holds: boolean | undefined;
  readonly reached: boolean;
  readonly ms: number;
}

interface Rule {
  readonly budgetMs: number;
  readonly precision: number;
  readonly percentile?: number;
}

/** One run, as the watch does it; `next` draws a stretch, `truth` is what is to be known. */
function runUntilSure(next: () => Stretch, truth: number, { budgetMs, precision, percentile }: Rule): Ended {
  const series = new SureSeries(percentile);
  const looks = looksUntil(budgetMs);
  let look = 0;
  for (let ms = STRETCH_MS; ms <= budgetMs; ms += STRETCH_MS) {
    series.add(next());
    if (ms * 1e6 < looks[look]) continue;
    look++;
    const known = series.known(0.05 / looks.length);
    const reached = known !== undefined && reachOf(known) <= precision;
    if (reached || look === looks.length)
      return { holds: known && known.low <= truth && truth <= known.high, reached, ms };
  }
  return { holds: undefined, reached: false, ms: budgetMs };
}

/** Shares of many runs: of those whose interval is known, how many hold; how many ended sure; and the mean of how long they took. */
function many(
  trials: number,
  seed: number,
  rule: Rule,
  truth: number,
  source: (random: Random) => () => Stretch,
) {
  const ends = Array.from({ length: trials }, (_, i) =>
    runUntilSure(source(new Random(seed + i)), truth, rule),
  );
  const known = ends.filter(({ holds }) => holds !== undefined);
  const share = (some: readonly unknown[], all: readonly unknown[]): number => some.length / all.length;
  return {
    holds: share(
      known.filter(({ holds }) => holds),
      known,
    ),
    reached: share(
      ends.filter(({ reached }) => reached),
      ends,
    ),
    known: share(known, ends),
    meanMs: ends.reduce((sum, { ms }) => sum + ms, 0) / trials,
  };
}

/** Rates of stretches around 1000 whose neighbours remember each other by `memory`. */
const rates =
  (sd: number, memory: number, shape: (random: Random) => number = (random) => random.normal()) =>
  (random: Random) => {
    let state = random.normal();
    return (): Stretch => {
      state = memory * state + Math.sqrt(1 - memory ** 2) * shape(random);
      return { of: 200 * (1 + sd * state), per: 0.2 };
    };
  };

/** One time in fifty nothing completes for three stretches. */
const stalls = (random: Random) => {
  let left = 0;
  return (): Stretch => {
    if (left === 0 && random.uniform() < 0.02) left = 3;
    const stands = left > 0;
    if (stands) left--;
    return { of: stands ? 0 : 200 * (1 + 0.05 * random.normal()), per: 0.2 };
  };
};
/** A cycle: up to a stall 49 stretches pass on average, then it takes 3. */
const STALLED_RATE = (1000 * 49) / 52;

const skewed = (random: Random): number => -Math.log(random.uniform()) - 1;

for (const [what, source, truth, precision, budgetMs] of [
  ['stretches that know nothing of each other', rates(0.1, 0), 1000, 0.01, 300_000],
  ['stretches that remember', rates(0.1, 0.9), 1000, 0.03, 600_000],
  ['lopsided stretches that remember', rates(0.2, 0.6, skewed), 1000, 0.03, 600_000],
  ['stalls', stalls, STALLED_RATE, 0.03, 600_000],
] as const)
  test(`the rate is within its interval in 93 of 100 runs at least: ${what}`, () => {
    const found = many(400, 11, { budgetMs, precision }, truth, source);
    assert.ok(found.holds >= 0.93, JSON.stringify(found));
    assert.ok(found.reached > 0.5 && found.meanMs < budgetMs, JSON.stringify(found));
  });

/** Stretches of so many latencies, exponential with a mean that the whole stretch shares and that remembers. */
const latencies =
  (ios: number, sd: number, memory: number) =>
  (random: Random): (() => Stretch) => {
    let state = random.normal();
    return () => {
      state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
      const meanNs = 1e5 * Math.exp(sd * state);
      const drawn: SparseCounts = drawnFrom(
        Array.from({ length: ios }, () => -Math.log(random.uniform()) * meanNs),
      );
      return { of: ios, per: ios, latencies: drawn };
    };
  };

/** As the histogram has them, to 1 in 1000 here for speed. */
function drawnFrom(values: readonly number[]): SparseCounts {
  const latencyNs = Float64Array.from(values, (value) =>
    Math.exp(Math.round(Math.log(value) * 100) / 100),
  ).sort();
  const upTo = latencyNs.map((_, i) => i + 1);
  return { latencyNs, upTo, totalCount: values.length, meanNs: 0, stdDevNs: 0 };
}

test('a percentile is within its interval in 93 of 100 runs at least', () => {
  // Of the mixture of all means, which no formula gives: from many stretches.
  const [ios, sd, memory] = [20, 0.2, 0.5];
  const next = latencies(ios, sd, 0)(new Random(1));
  const all = Array.from({ length: 10_000 }, () => [...(next().latencies?.latencyNs ?? [])]).flat();
  const truth = all.sort((a, b) => a - b)[Math.floor(0.9 * all.length)];
  const rule = { budgetMs: 120_000, precision: 0.08, percentile: 90 };
  const found = many(100, 5, rule, truth, latencies(ios, sd, memory));
  assert.ok(found.holds >= 0.93, JSON.stringify(found));
  assert.ok(found.reached > 0.5, JSON.stringify(found));
});

test('a drift is not taken for knowledge: as long as it lasts nothing is sure', () => {
  let rate = 2000;
  const drifting = () => (): Stretch => {
    rate *= 0.999;
    return { of: rate / 5, per: 0.2 };
  };
  const found = many(1, 1, { budgetMs: 100_000, precision: 0.05 }, 1000, drifting);
  assert.deepEqual([found.reached, found.known], [0, 0]);
});

test('a percentile that hardly any I/O lies beyond is not known, nor is one beyond all that was seen', () => {
  const series = (percentile: number, ios: number): SureSeries => {
    const made = new SureSeries(percentile);
    const counts = emptyHistogram();
    for (let us = 1; us <= ios; us++) counts[latencyIndex(us * 1000)]++;
    for (let i = 0; i < 100; i++) made.add({ of: ios, per: ios, latencies: sparseCounts(counts) });
    return made;
  };
  assert.equal(series(99.9, 20).known(0.05), undefined);
  assert.equal(series(90, 20).known(0.05)?.estimate, 18_015);
});

test('looks are one and a half times as late as the one before, the last at the end of the budget', () => {
  assert.deepEqual(looksUntil(13_500), [6e9, 9e9, 13.5e9]);
  assert.deepEqual(looksUntil(1000), [1e9]);
  const day = looksUntil(86_400_000);
  assert.deepEqual([day.length, Math.round(86_400e9 / day[0])], [7, 11]);
});

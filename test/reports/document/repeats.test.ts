import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldWarnings } from '../../../reports/document/fold-warnings.js';
import { buildIntervalOperation } from '../../../reports/document/intervals.js';
import { type RepeatSummary, repeatsEndingAt, summarizeRepeats } from '../../../reports/document/repeats.js';
import { buildOperation, formatText, type JobRecord, mergeIntervals } from '../../../reports/index.js';
import { countsOf, drive, readCounts, readJob, sampleResult } from '../sample.js';

const warning = (code: string, message = 'm') => ({ code, message, advice: 'a' });

/** A repeat whose figures follow from how many I/Os of 1,000 ns it did in a second. */
const repeat = (index: number, ios: number, change: Partial<JobRecord> = {}): JobRecord => ({
  ...readJob(),
  repeat: { index, count: 3 },
  directions: { read: buildOperation(countsOf([1000, ios]), 4096, 1e9, 0) },
  ...change,
});

const spreadsOf = ({ spreads }: RepeatSummary) =>
  Object.fromEntries(spreads.map(({ figure, spread }) => [figure.name, spread]));

describe('summarizeRepeats', () => {
  test('gives mean and sample standard deviation', () => {
    const [summary, ...more] = summarizeRepeats([repeat(0, 90), repeat(1, 100), repeat(2, 110)]);
    assert.equal(more.length, 0);
    assert.deepEqual([summary.direction, summary.repeats], ['read', 3]);
    assert.deepEqual(spreadsOf(summary), {
      iops: { mean: 100, deviation: 10 },
      mean: { mean: 1000, deviation: 0 },
      p99: { mean: 1000, deviation: 0 },
    });
  });

  test('says nothing of one repeat, of one that is still running, and of those without I/O', () => {
    assert.deepEqual(summarizeRepeats([repeat(0, 90)]), []);
    assert.deepEqual(summarizeRepeats([repeat(0, 90), repeat(1, 90, { partial: true })]), []);
    assert.deepEqual(summarizeRepeats([repeat(0, 90), repeat(1, 0)]), []);
  });

  test('leaves p99 out where a repeat has none', () => {
    const without = repeat(1, 90);
    if (without.directions.read) delete without.directions.read.latencyNs.p99;
    const [summary] = summarizeRepeats([repeat(0, 90), without]);
    assert.deepEqual(Object.keys(spreadsOf(summary)), ['iops', 'mean']);
    assert.equal(summary.repeats, 2);
  });
});

describe('repeatsEndingAt', () => {
  const jobs = [
    repeat(0, 1),
    repeat(0, 2, { target: 'sim' }),
    repeat(1, 3),
    repeat(1, 4, { target: 'sim' }),
    readJob(),
  ];

  test('collects the repeats on one device at the last of them', () => {
    assert.deepEqual(
      jobs.map((_, index) => repeatsEndingAt(jobs, index).map((job) => jobs.indexOf(job))),
      [[], [], [0, 2], [1, 3], []],
    );
  });
});

describe('the text of repeats', () => {
  const result = { ...sampleResult(), jobs: [repeat(0, 90), repeat(1, 100), repeat(2, 110)] };
  const text = formatText(result, { color: false, width: 100 });

  test('numbers them, and sums them up once, after the last', () => {
    assert.match(text, /^randread-qd32 \(repeat 2 of 3\): /m);
    const lines = text.split('\n').filter((line) => line.startsWith('  repeats'));
    assert.deepEqual(lines, [
      '  repeats    read IOPS 100 ± 10.0 %, mean 1.00 µs ± 0.0 %, p99 1.00 µs ± 0.0 %, over 3 repeats',
    ]);
    assert.ok(text.indexOf('  repeats') > text.indexOf('repeat 3 of 3'));
  });
});

describe('foldWarnings', () => {
  test('tells once what several jobs share, and how many', () => {
    const jobs = [
      { ...readJob(), warnings: [warning('x'), warning('own')] },
      { ...readJob(), warnings: [warning('x')] },
      { ...readJob(), warnings: [] },
    ];
    const { shared, ownOf } = foldWarnings({ jobs });
    assert.deepEqual(shared, [warning('x', 'in 2 of 3 jobs: m')]);
    assert.deepEqual(jobs.map(ownOf), [[warning('own')], [], []]);
  });

  test('gives one of several messages as an example', () => {
    const jobs = [3, 5].map((n) => ({ ...readJob(), warnings: [warning('gc', `${n} collections`)] }));
    assert.deepEqual(foldWarnings({ jobs }).shared, [
      warning('gc', 'in all 2 jobs: for example 3 collections'),
    ]);
  });

  test('does not take two warnings of one job for those of two', () => {
    const jobs = [{ ...readJob(), warnings: [warning('x', '1'), warning('x', '2')] }, readJob()];
    assert.deepEqual(foldWarnings({ jobs }).shared, []);
    assert.equal(foldWarnings({ jobs }).ownOf(jobs[0]).length, 2);
  });
});

describe('the text of a device', () => {
  const textOf = (pcieLink: (typeof drive)['pcieLink']): string =>
    formatText({ ...sampleResult(), devices: [{ ...drive, pcieLink }] }, { color: false, width: 120 });

  test('has its link, with what it could be where it is less', () => {
    const full = { speedGtPerS: 16, width: 4, maxSpeedGtPerS: 16, maxWidth: 4 };
    assert.match(textOf(full), /NUMA node 0, PCIe 16 GT\/s x4, hugepages/);
    assert.match(textOf({ ...full, width: 2 }), /PCIe 16 GT\/s x2 of 16 GT\/s x4, /);
  });
});

describe('mergeIntervals', () => {
  const half = (counts: Float64Array, errors = 0) => buildIntervalOperation(counts, 4096, errors);

  test('adds the counts, I/Os, bytes and errors of two intervals', () => {
    const merged = mergeIntervals(
      { startNs: 0, endNs: 5, read: half(countsOf([1000, 3]), 1) },
      { startNs: 5, endNs: 9, read: half(countsOf([1000, 4], [2000, 1])), write: half(readCounts()) },
    );
    assert.deepEqual(merged, {
      startNs: 0,
      endNs: 9,
      read: half(countsOf([1000, 7], [2000, 1]), 1),
      write: half(readCounts()),
    });
  });

  test('keeps a direction absent that neither has', () => {
    assert.deepEqual(mergeIntervals({ startNs: 0, endNs: 1 }, { startNs: 1, endNs: 2 }), {
      startNs: 0,
      endNs: 2,
    });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingHistograms } from '../../../reports/document/histograms.js';
import {
  type BenchResult,
  buildOperation,
  formatView,
  type JobRecord,
  type RoundsRecord,
} from '../../../reports/index.js';
import { roundsViews, withoutRounds } from '../../../reports/render/rounds.js';
import { countsOf, readJob, sampleResult } from '../sample.js';

const TARGET = 'pci:0000:01:00.0';
const ROUNDS = 7;

/** A round of a point of the sweep: so many reads and writes in a second, of 4 KiB. */
function jobOf(rwmixread: number, bs: number, index: number, reads: number, writes: number): JobRecord {
  const part = (ios: number) => buildOperation(countsOf([1000, ios]), 4096, 1e9, 0);
  return {
    ...readJob(),
    name: `iops[rwmixread=${rwmixread},bs=${bs}]`,
    group: 'iops',
    parameters: { rwmixread, bs },
    repeat: { index, count: 25 },
    elapsedNs: 1e9,
    directions: {
      ...(reads > 0 ? { read: part(reads) } : {}),
      ...(writes > 0 ? { write: part(writes) } : {}),
    },
  };
}

/** Writes of the job that is looked at, by round: the last five are within 20 %. */
const VALUES = [3000, 2000, 1100, 1050, 1000, 1000, 1000];

function resultOf(change: Partial<RoundsRecord> = {}): BenchResult {
  const jobs = Array.from({ length: ROUNDS }, (_, round) => [
    jobOf(50, 4096, round, 600 + 100 * round, 400),
    jobOf(50, 8192, round, 60, 40),
    jobOf(0, 4096, round, 0, VALUES[round]),
    jobOf(0, 8192, round, 0, 500),
  ]).flat();
  const record: RoundsRecord = {
    target: TARGET,
    jobs: jobs.slice(0, 4).map(({ name }) => name),
    job: 'iops[rwmixread=0,bs=4096]',
    of: 'iops',
    most: 25,
    window: 5,
    rangePercent: 20,
    slopePercent: 10,
    values: VALUES,
    reached: { fromRound: 3, toRound: 7, average: 1030, range: 0.097, slope: 0.097 },
    ...change,
  };
  return { ...sampleResult(), jobs: [...jobs, readJob()], rounds: [record] };
}

function viewOf(result: BenchResult) {
  return readingHistograms([{ result }], (reader) => roundsViews(result, reader))[0];
}

test('what was measured are means over the rounds of the window, of all operations together', () => {
  const [iops] = viewOf(resultOf()).measured;
  assert.deepEqual([iops.keys, iops.heads], [['reads/writes'], ['4 KiB', '8 KiB']]);
  // Rounds 3 to 7: reads of 800 to 1200 beside 400 writes.
  assert.deepEqual(
    iops.rows.map(({ values, cells }) => [...values, ...cells]),
    [
      ['50/50', '1,400', '100'],
      ['0/100', '1,030', '500'],
    ],
  );
});

test('each round has the range and the slope of the window that ends in it', () => {
  const { rows } = viewOf(resultOf()).convergence;
  assert.deepEqual(rows.map(({ values, cells }) => [...values, ...cells]).slice(3), [
    ['4', '1,050', '-', '-', '-', '-'],
    ['5', '1,000', '1,630', '122.7 %', '121.5 %', 'no'],
    ['6', '1,000', '1,230', '81.3 %', '68.3 %', 'no'],
    ['7', '1,000', '1,030', '9.7 %', '9.7 %', 'yes'],
  ]);
});

test('the verdict says when it was steady and at what, or that it never was', () => {
  assert.match(viewOf(resultOf()).verdict, /^STEADY in rounds 3 to 7: 1,030 on average, range 9\.7 %/);
  const never = viewOf(resultOf({ reached: undefined, most: ROUNDS }));
  assert.equal(never.isSteady, false);
  assert.match(never.verdict, /^NOT STEADY within the 7 rounds/);
  assert.equal(never.measured[0].title, 'IOPS by reads/writes and bs, means over rounds 3 to 7');
});

test('other jobs are told of one by one, and those of rounds are not', () => {
  assert.deepEqual(
    withoutRounds(resultOf()).jobs.map(({ name }) => name),
    ['randread-qd32'],
  );
});

for (const format of ['text', 'markdown', 'html'] as const)
  test(`${format} has the verdict, the means and the rounds`, () => {
    const text = formatView(format, [resultOf()], { text: { color: false }, unit: 'us' });
    assert.match(text, /STEADY in rounds 3 to 7/);
    assert.match(text.replaceAll(/<[^>]+>|[|\s]+/g, ' '), /50\/50 +1,400 +100/);
    assert.match(text, /122\.7 %/);
  });

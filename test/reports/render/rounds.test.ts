import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingHistograms } from '../../../reports/document/histograms.js';
import { type BenchResult, formatView } from '../../../reports/index.js';
import { roundsViews, withoutRounds } from '../../../reports/render/rounds.js';
import { roundsResult } from '../rounds-sample.js';

function viewOf(result: BenchResult) {
  return readingHistograms([{ result }], (reader) => roundsViews(result, reader))[0];
}

test('what was measured are means over the rounds of the window, of all operations together', () => {
  const [iops] = viewOf(roundsResult()).measured;
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
  const { rows } = viewOf(roundsResult()).convergence;
  assert.deepEqual(rows.map(({ values, cells }) => [...values, ...cells]).slice(3), [
    ['4', '1,050', '-', '-', '-', '-'],
    ['5', '1,000', '1,630', '122.7 %', '121.5 %', 'no'],
    ['6', '1,000', '1,230', '81.3 %', '68.3 %', 'no'],
    ['7', '1,000', '1,030', '9.7 %', '9.7 %', 'yes'],
  ]);
});

test('the verdict says when it was steady and at what, or that it never was', () => {
  assert.match(viewOf(roundsResult()).verdict, /^STEADY in rounds 3 to 7: 1,030 on average, range 9\.7 %/);
  const never = viewOf(roundsResult({ reached: undefined, most: 7 }));
  assert.equal(never.isSteady, false);
  assert.match(never.verdict, /^NOT STEADY within the 7 rounds/);
  assert.equal(never.measured[0].title, 'IOPS by reads/writes and bs, means over rounds 3 to 7');
});

test('other jobs are told of one by one, and those of rounds are not', () => {
  assert.deepEqual(
    withoutRounds(roundsResult()).jobs.map(({ name }) => name),
    ['randread-qd32'],
  );
});

for (const format of ['text', 'markdown', 'html'] as const)
  test(`${format} has the verdict, the means and the rounds`, () => {
    const text = formatView(format, [roundsResult()], { text: { color: false }, unit: 'us' });
    assert.match(text, /STEADY in rounds 3 to 7/);
    assert.match(text.replaceAll(/<[^>]+>|[|\s]+/g, ' '), /50\/50 +1,400 +100/);
    assert.match(text, /122\.7 %/);
  });

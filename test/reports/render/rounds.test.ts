import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingHistograms } from '../../../reports/document/histograms.js';
import { formatHtml } from '../../../reports/html/index.js';
import {
  type BenchResult,
  buildErrors,
  formatText,
  formatView,
  type JobRecord,
} from '../../../reports/index.js';
import { roundsViews, withoutRounds } from '../../../reports/render/rounds.js';
import { roundsResult } from '../rounds-sample.js';
import { lbaOutOfRange } from '../sample.js';
import { HOSTILE_NAME, strayCharacters } from '../views/hostile.js';

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

test('a percentile that was looked at has its column once, beside the other latencies', () => {
  const { convergence, measured } = viewOf(roundsResult({ of: 'write.p99.9' }));
  assert.equal(convergence.heads[0], 'write.p99.9');
  assert.deepEqual(
    measured.map(({ title }) => title.slice(0, title.indexOf(' by '))),
    ['p99 latency', 'mean latency', 'longest latency', 'IOPS'],
  );
});

test('jobs that the values of two keys do not tell apart have a row each', () => {
  const [record] = roundsResult().rounds ?? [];
  const { jobs, ...rest } = roundsResult();
  const other = jobs.slice(0, 4).map((job) => ({ ...job, name: `other ${job.name}` }));
  const names = [...record.jobs, ...other.map(({ name }) => name)];
  const alike = { ...rest, jobs: [...jobs, ...other], rounds: [{ ...record, jobs: names }] };
  const [table, ...more] = viewOf(alike).measured;
  assert.deepEqual(more, []);
  assert.deepEqual(
    table.rows.map(({ values }) => values[0]),
    names,
  );
  const plain = { ...jobs[0], name: 'plain', parameters: undefined };
  const besides = {
    ...rest,
    jobs: [...jobs, plain],
    rounds: [{ ...record, jobs: [...record.jobs, 'plain'] }],
  };
  assert.ok(viewOf(besides).measured[0].rows.some(({ values }) => values[0] === 'plain'));
});

test('what went wrong in a round is told', () => {
  const { jobs, ...rest } = roundsResult();
  const verdict = { level: 'suspect' as const, reasons: ['cpu-governor'] };
  const own = jobs.map((job, i) => ({
    ...job,
    verdict,
    ...(i === 5 ? { errors: buildErrors([lbaOutOfRange], 0, 0) } : {}),
  }));
  const text = formatText({ ...rest, jobs: own }, { color: false, width: 200 });
  assert.match(text, /error +iops\[rwmixread=50,bs=8192\] in round 2: 3 × LBA Out of Range/);
  assert.match(
    text,
    /verdict +suspect: iops\[rwmixread=50,bs=4096\] in round 1 and 27 jobs more: cpu-governor/,
  );
});

test('a page of rounds alone does not say that nothing was measured', () => {
  const { jobs, ...rest } = roundsResult();
  const page = (own: JobRecord[]): string => formatHtml([{ ...rest, jobs: own }]);
  assert.match(page([]), /No I\/O was measured/);
  const alone = page(jobs.filter(({ group }) => group === 'iops'));
  assert.doesNotMatch(alone, /No I\/O was measured|<h2>Jobs/);
  assert.match(alone, /STEADY in rounds 3 to 7/);
});

test('no key or value of a document breaks out', () => {
  const { jobs, ...rest } = roundsResult();
  const own = jobs.map((job) => ({
    ...job,
    ...(job.parameters === undefined
      ? {}
      : {
          parameters: { [HOSTILE_NAME]: job.parameters.bs, b: `${HOSTILE_NAME}${job.parameters.rwmixread}` },
        }),
  }));
  for (const format of ['text', 'markdown', 'html'] as const) {
    const text = formatView(format, [{ ...rest, jobs: own }], { text: { color: false }, unit: 'us' });
    assert.deepEqual(strayCharacters(text), [], format);
    if (format !== 'text') assert.ok(!text.includes('<script>alert'), format);
  }
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

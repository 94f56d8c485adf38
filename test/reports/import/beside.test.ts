import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layBeside, readLatencyMonitor } from '../../../reports/import/index.js';
import {
  type BenchResult,
  buildOperation,
  formatText,
  formatView,
  mergeResults,
  ReportError,
} from '../../../reports/index.js';
import { countsOf, drive, readJob, sampleResult } from '../sample.js';
import { golden } from '../views/golden.js';
import { PAGE, type Page, printedJson, printedText } from './latency-monitor-print.js';

const reading = (page: Partial<Page> = {}) => readLatencyMonitor(printedJson({ ...PAGE, ...page }, '2.7'));
const ms = (value: number): number => value * 1e6;

/** Reads of which 15 took 5 to 10 ms, two 12 ms and one 700 ms. */
function slowRun(): BenchResult {
  const counts = countsOf([ms(1), 10_000], [ms(5.1), 10], [ms(9.9), 5], [ms(12), 2], [ms(700), 1]);
  const job = { ...readJob(), target: drive.target };
  return {
    ...sampleResult(),
    devices: [drive],
    jobs: [{ ...job, directions: { read: buildOperation(counts, 4096, 1e9, 0) } }],
  };
}

const LATER: Partial<Page> = {
  timer: 8,
  counters: [
    [30, 0, 0],
    [2, 0, 0],
    [0, 3, 0],
    [2, 0, 0],
  ],
};
const codesOf = ({ warnings }: BenchResult): string[] => warnings.map(({ code }) => code);
const refusal = (code: string) => (error: unknown) => error instanceof ReportError && error.code === code;

test('what came between two readings of the drive stands beside what the host measured', () => {
  const result = layBeside(slowRun(), reading(LATER), { before: reading() });
  const since = result.latencyMonitors?.[0].since;
  assert.deepEqual(
    since?.map(({ read }) => read),
    [18, 2, 0, 1],
  );
  assert.deepEqual(result.jobs, slowRun().jobs);
  const text = formatText(result, { color: false });
  assert.match(text, /read +5 to 10 ms +18 +30 +100 +15\n/);
  assert.match(text, /read +10 to 20 ms +2 +2 +0 +2\n/);
  assert.match(text, /read +from 640 ms +1 +2 +0 +1\n/);
  assert.match(text, /write +20 to 640 ms +0 +3 +0 +-\n/);
});

test('the views of it are as they were', () => {
  const result = layBeside(slowRun(), reading(LATER), { before: reading() });
  const part = (view: string): string => view.slice(view.indexOf('Latency monitor of'));
  const text = part(formatText(result, { color: false, width: 80 }));
  assert.ok(text.split('\n').every((line) => line.length <= 80));
  assert.equal(text, golden('latency-monitor/beside.txt', text));
  const markdown = part(formatView('markdown', [result], { text: { color: false }, unit: 'us' }));
  assert.equal(markdown, golden('latency-monitor/beside.md', markdown));
  const html = formatView('html', [result], { text: { color: false }, unit: 'us' });
  assert.match(html, /What drives counted/);
  assert.match(html, /<th scope="row">read<\/th><td>5 to 10 ms<\/td><td>18<\/td>/);
});

test('where the counters began anew between the readings, nothing is said of the time in between', () => {
  const anew: Partial<Page>[] = [
    { ...LATER, timer: 3 },
    {
      ...LATER,
      staticCounters: [
        [12, 0, 0],
        [0, 0, 0],
        [0, 3, 0],
        [1, 0, 0],
      ],
    },
    {
      ...LATER,
      counters: [
        [30, 0, 0],
        [2, 0, 0],
        [0, 2, 0],
        [2, 0, 0],
      ],
    },
    { ...LATER, thresholds: [0, 1, 3, 100] },
    { ...LATER, enabled: false },
  ];
  for (const page of anew) {
    const result = layBeside(slowRun(), reading(page), { before: reading() });
    assert.equal(result.latencyMonitors?.[0].since, undefined, JSON.stringify(page));
    assert.ok(codesOf(result).includes('latency-monitor-restarted'), JSON.stringify(page));
  }
  assert.ok(!codesOf(layBeside(slowRun(), reading(), {})).includes('latency-monitor-restarted'));
});

test('a job without a histogram leaves the host open', () => {
  const run = slowRun();
  const { histogram: _none, ...read } = run.jobs[0].directions.read ?? assert.fail();
  const text = formatText(
    layBeside({ ...run, jobs: [{ ...run.jobs[0], directions: { read } }] }, reading(), {}),
    {
      color: false,
    },
  );
  assert.match(text, /read +5 to 10 ms +12 +100 +-\n/);
});

test('jobs in rounds are among what the host measured, in every view', () => {
  const run = slowRun();
  const rounds: BenchResult['rounds'] = [
    {
      target: drive.target,
      jobs: [run.jobs[0].name],
      job: run.jobs[0].name,
      of: 'iops',
      most: 25,
      window: 5,
      rangePercent: 20,
      slopePercent: 10,
      values: [10_018],
    },
  ];
  const result = layBeside({ ...run, rounds }, reading(LATER), { before: reading() });
  for (const format of ['text', 'markdown', 'html'] as const) {
    const text = formatView(format, [result], { text: { color: false }, unit: 'us' });
    assert.match(text.replaceAll(/<[^>]+>|[|\s]+/g, ' '), /read +5 to 10 ms +18 +30 +100 +15 /, format);
  }
});

test('which drive it is of is told where the jobs ran on several', () => {
  const run = slowRun();
  const two = { ...run, jobs: [...run.jobs, { ...run.jobs[0], name: 'other', target: 'pci:0000:02:00.0' }] };
  assert.throws(() => layBeside(two, reading(), {}), refusal('NO_SUCH_TARGET'));
  assert.throws(() => layBeside(two, reading(), { target: 'pci:0000:03:00.0' }), refusal('NO_SUCH_TARGET'));
  assert.throws(() => layBeside({ ...run, jobs: [] }, reading(), {}), refusal('NO_SUCH_TARGET'));
  const laid = layBeside(two, reading(), { target: 'pci:0000:02:00.0' });
  assert.equal(laid.latencyMonitors?.[0].target, 'pci:0000:02:00.0');
  assert.throws(
    () => layBeside(laid, reading(), { target: 'pci:0000:02:00.0' }),
    refusal('LATENCY_MONITOR_TWICE'),
  );
});

test('a log that names another drive is refused', () => {
  const line = '  Serial Number:  S1\n  Feature Status ';
  const of = (serial: string) =>
    readLatencyMonitor(printedText(PAGE, '2.7').replace('  Feature Status ', line.replace('S1', serial)));
  assert.throws(() => layBeside(slowRun(), of('OTHER'), {}), refusal('OTHER_DRIVE'));
  assert.ok(layBeside(slowRun(), of(drive.serialNumber), {}).latencyMonitors);
});

test('merging keeps the readings with their hosts', () => {
  const one = layBeside(slowRun(), reading(), {});
  const two: BenchResult = {
    ...one,
    host: { ...one.host, hostname: 'beta' },
    startedAt: '2026-01-02T00:00:00.000Z',
  };
  const { latencyMonitors } = mergeResults([one, two], { toolVersion: '1', sum: false });
  assert.deepEqual(
    latencyMonitors?.map(({ hostIndex }) => hostIndex),
    [0, 1],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import { importResult } from '../../../reports/import/index.js';
import {
  formatJson,
  formatView,
  parseResultText,
  ReportError,
  type ViewFormat,
} from '../../../reports/index.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (text: string) => importResult(text, options);
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

const tag = (name: string, ...inner: (string | number)[]): string => `<${name}>${inner.join('')}</${name}>\n`;

/** What was asked of a target. */
const asked = (path: string, writes: number, more = '') =>
  tag(
    'Target',
    tag('Path', path),
    tag('BlockSize', 4096),
    more,
    tag('RequestCount', 8),
    tag('WriteRatio', writes),
  );

/** What a thread did to it; latencies in ms. */
const done = (path: string, reads: number, writes: number, latencies = '') =>
  tag(
    'Thread',
    tag('Id', 0),
    tag(
      'Target',
      ...[tag('Path', path), tag('BytesCount', (reads + writes) * 4096)],
      ...[tag('ReadBytes', reads * 4096), tag('ReadCount', reads)],
      ...[tag('WriteBytes', writes * 4096), tag('WriteCount', writes)],
      latencies,
    ),
  );

const reads = (mean: number, deviation: number) =>
  tag('AverageReadLatencyMilliseconds', mean) + tag('ReadLatencyStdev', deviation);

const percentiles = tag(
  'Latency',
  ...[
    [0, 0.04],
    [50, 0.1],
    [99, 0.3],
    [99.9, 0.5],
    [100, 0.9],
  ].map(([percent, ms]) => tag('Bucket', tag('Percentile', percent), tag('ReadMilliseconds', ms))),
);

function text(askedSpans: readonly string[], spans: readonly string[]): string {
  const system = tag(
    'System',
    tag('ComputerName', 'WIN'),
    tag('Tool', tag('Version', '2.2.0'), tag('VersionDate', '2024/6/3')),
    tag('RunTime', '2024/01/31 12:00:00 UTC'),
    '<PowerScheme Name="Balanced" Guid="{a-b}"/>\n',
  );
  const profile = tag(
    'Profile',
    tag(
      'TimeSpans',
      ...askedSpans.map((targets) =>
        tag('TimeSpan', tag('Warmup', 5), tag('RandSeed', 7), tag('Targets', targets)),
      ),
    ),
  );
  return tag('Results', system, profile, ...spans.map((span) => tag('TimeSpan', span)));
}

const seconds = tag('TestTimeSeconds', '10.00');

test('is a job of a target, its threads being the workers', () => {
  const random = tag('Random', 4096);
  const result = imported(
    text(
      [asked('#1', 0, random)],
      [seconds + percentiles + done('#1', 3000, 0, reads(0.1, 0.02)) + done('#1', 1000, 0, reads(0.2, 0.04))],
    ),
  );
  assert.deepEqual([result.imported, result.host.hostname], [{ tool: 'DiskSpd', version: '2.2.0' }, 'WIN']);
  assert.deepEqual(
    [result.startedAt, result.endedAt],
    ['2024-01-31T12:00:00.000Z', '2024-01-31T12:00:15.000Z'],
  );
  const [job] = result.jobs;
  assert.deepEqual(
    [
      job.name,
      job.target,
      job.rw,
      job.bsBytes,
      job.iodepth,
      job.numjobs,
      job.elapsedNs,
      job.seed,
      job.rampTimeMs,
    ],
    ['randread-4KiB-qd8', '#1', 'randread', 4096, 8, 2, 10e9, 7, 5000],
  );
  const { read } = job.directions;
  assert.deepEqual([read?.ios, read?.bytes, read?.iops], [4000, 16_384_000, 400]);
  const { mean = 0, stddev = 0, ...printed } = read?.latencyNs ?? {};
  assert.equal(mean.toFixed(0), '125000');
  // Of 3000 at 0.1 ± 0.02 and 1000 at 0.2 ± 0.04 ms.
  assert.equal(
    stddev.toFixed(0),
    String(Math.round(Math.sqrt(0.75 * 0.02 ** 2 + 0.25 * 0.04 ** 2 + 0.001875) * 1e6)),
  );
  assert.deepEqual(printed, { min: 40_000, p50: 100_000, p99: 300_000, p99_9: 500_000, max: 900_000 });
  assert.deepEqual(codes(job.warnings), ['imported-without-histogram', 'imported-without-errors']);
  assert.deepEqual(parseResultText(formatJson(result)), result);
});

test('its errors, which nobody counted, are no 0 in any view', () => {
  const result = imported(text([asked('#1', 30)], [seconds + done('#1', 700, 300)]));
  const view = (format: ViewFormat) =>
    formatView(format, [result], { text: { color: false, width: 200 }, unit: 'us' });
  const rows = view('text').match(/^ *(read|write|total) .*$/gm) ?? [];
  assert.equal(rows.length, 3);
  for (const row of rows) assert.match(row, / -$/);
  assert.match(view('markdown'), /^\|.* \| read \|.* - \|$/m);
  assert.match(view('html'), /<tr>.* read<.*<td>-<\/td><\/tr>/);
  const [heads, row] = view('csv')
    .split('\r\n')
    .map((line) => line.split(','));
  assert.equal(row[heads.indexOf('errors')], '');
  assert.doesNotMatch(view('openmetrics'), /nvbench_errors_total/);
});

test('tells reads and writes of a mix apart', () => {
  const [job] = imported(text([asked('#1', 30)], [seconds + done('#1', 700, 300)])).jobs;
  assert.deepEqual(
    [job.rw, job.rwmixread, job.directions.read?.ios, job.directions.write?.ios],
    ['rw', 70, 700, 300],
  );
  assert.deepEqual(codes(job.warnings), ['imported-without-latency', 'imported-without-errors']);
  assert.deepEqual(job.directions.write?.latencyNs, {});
});

test('does not take the percentiles of all targets for those of each', () => {
  const { jobs } = imported(
    text(
      [asked('#1', 0) + asked('#2', 0)],
      [seconds + percentiles + done('#1', 100, 0, reads(0.1, 0.02)) + done('#2', 300, 0, reads(0.3, 0.05))],
    ),
  );
  assert.deepEqual(
    jobs.map(({ target, directions }) => [target, directions.read?.ios, directions.read?.latencyNs]),
    [
      ['#1', 100, { mean: 100_000, stddev: 20_000 }],
      ['#2', 300, { mean: 300_000, stddev: 50_000 }],
    ],
  );
  assert.ok(codes(jobs[0].warnings).includes('imported-without-percentiles'));
});

test('has a job for each time span, and no two of one name', () => {
  const span = seconds + done('#1', 1000, 0);
  const result = imported(text([asked('#1', 0), asked('#1', 0)], [span, span]));
  assert.deepEqual(
    result.jobs.map(({ name, startedAt }) => [name, startedAt]),
    [
      ['read-4KiB-qd8', '2024-01-31T12:00:00.000Z'],
      ['read-4KiB-qd8 (2)', '2024-01-31T12:00:15.000Z'],
    ],
  );
  assert.ok(codes(result.warnings).includes('imported-names-repeated'));
});

test('has a run for each result in one text, told apart where something else was asked', () => {
  const run = (more: string, ios: number): string =>
    text([asked('#1', 0, more)], [seconds + done('#1', ios, 0)]);
  const off = tag('WriteThrough', 'false');
  const namesOf = (...all: string[]) => imported(all.join('\n')).jobs.map(({ name, run }) => [name, run]);
  const name = 'read-4KiB-qd8';
  assert.deepEqual(namesOf(run('', 1000), run(off, 900)), [
    [name, 0],
    [name, 1],
  ]);
  assert.deepEqual(namesOf(run('', 1000), run(tag('WriteThrough', 'true'), 900)), [
    [name, 0],
    [`${name}[WriteThrough=true]`, 1],
  ]);
  assert.throws(() => imported(run('', 1000) + run('', 900).slice(0, -12)), /truncated/);
});

test('what else was asked of a target, or of its time span, is a difference', () => {
  const run = (more: string, ofSpan = '') => ({
    name: '',
    result: imported(
      text([asked('#1', 0, more)], [seconds + done('#1', 1000, 0)]).replace(
        '<Targets>',
        `${ofSpan}<Targets>`,
      ),
    ),
  });
  const found = (a: ReturnType<typeof run>, b: ReturnType<typeof run>): [string, boolean][] =>
    differencesOf(a, b).map(({ where, blocks }) => [where, blocks]);
  const [job] = run('').result.jobs;
  const nested = tag('WriteBufferContent', tag('Pattern', 'random'));
  assert.deepEqual(found(run(''), run(nested)), [[`jobs.${job.name}.WriteBufferContent.Pattern`, true]]);
  assert.deepEqual(found(run(''), run('', tag('Duration', 9))), [[`jobs.${job.name}.Duration`, true]]);
  assert.deepEqual(found(run(''), run('', tag('IoBucketDuration', 9))), []);
});

test('says that it leaves IOPS over time out', () => {
  const iops = tag('Iops', '<Bucket SampleMillisecond="1000" Read="100" Write="0"/>\n');
  const [job] = imported(text([asked('#1', 0)], [seconds + iops + done('#1', 1000, 0)])).jobs;
  assert.ok(codes(job.warnings).includes('imported-series-left-out'));
});

test('refuses what is not whole or cannot be told apart', () => {
  const whole = text([asked('#1', 0)], [seconds + done('#1', 1000, 0)]);
  assert.throws(() => imported(whole.slice(0, -12)), /truncated/);
  const interrupted = tag('Error', 'The test was interrupted before the measurements began.');
  for (const [bad, why] of [
    [text([asked('#1', 0)], [interrupted]), /interrupted/],
    [text([asked('#1', 0) + asked('#1', 100)], [seconds + done('#1', 1, 1)]), /told apart/],
    [text([], [seconds + done('#1', 1, 1)]), /more results than time spans/],
    [text([asked('#1', 0)], []), /no time span/],
    [text([asked('#1', 0)], [done('#1', 1000, 0)]), /how long/],
  ] as const)
    assert.throws(
      () => imported(bad),
      (error) => error instanceof ReportError && why.test(error.message),
    );
});

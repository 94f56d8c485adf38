import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../reports/compare/index.js';
import { importResult } from '../../../reports/import/index.js';
import { formatJson, parseResultText, ReportError } from '../../../reports/index.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const imported = (text: string, more = {}) => importResult(text, { ...options, ...more });
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

/** Columns in their order, with what a read of a device says. */
const READ: Readonly<Record<string, string>> = {
  'ISO date': '2026-01-31T12:00:00.500+0100',
  label: '',
  'path type': 'blockdev',
  paths: '1',
  hosts: '1',
  threads: '2',
  'block size': '4096',
  'direct IO': '1',
  random: '1',
  'IO depth': '16',
  operation: 'READ',
  'time ms [first]': '9000',
  'time ms [last]': '10000',
  'IOPS [first]': '11000',
  'IOPS [last]': '10000',
  'MiB/s [first]': '42',
  'MiB/s [last]': '39',
  'MiB [first]': '380',
  'MiB [last]': '390',
  'Ent lat us [min]': '',
  'Ent lat us [avg]': '',
  'Ent lat us [max]': '',
  'IO lat us [min]': '50',
  'IO lat us [avg]': '3200',
  'IO lat us [max]': '9000',
  'rwmix read IOPS [last]': '',
  'rwmix read MiB/s [last]': '',
  'rwmix read MiB [last]': '',
  'rwmix read IO lat us [min]': '',
  'rwmix read IO lat us [avg]': '',
  'rwmix read IO lat us [max]': '',
  version: '3.1-9',
  command: '"elbencho" "-r" "--rand" "--direct" "/dev/nvme0n1" ',
};

const csv = (...rows: Record<string, string>[]): string =>
  [Object.keys(READ), ...rows.map((row) => Object.values({ ...READ, ...row }))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');

test('is a job of a phase, over all of its time', () => {
  const result = imported(csv({}));
  assert.deepEqual(result.imported, { tool: 'elbencho', version: '3.1-9' });
  assert.deepEqual(
    [result.startedAt, result.endedAt],
    ['2026-01-31T11:00:00.500Z', '2026-01-31T11:00:10.500Z'],
  );
  const [job] = result.jobs;
  assert.deepEqual(
    [job.name, job.target, job.rw, job.bsBytes, job.iodepth, job.numjobs, job.elapsedNs],
    ['randread-4KiB-qd16', '/dev/nvme0n1', 'randread', 4096, 16, 2, 10e9],
  );
  const { read } = job.directions;
  assert.deepEqual(
    [read?.iops, read?.ios, read?.bytes, read?.bandwidthBytesPerSecond],
    [10_000, 100_000, 390 * 2 ** 20, 10_000 * 4096],
  );
  assert.deepEqual(read?.latencyNs, { min: 50_000, mean: 3_200_000, max: 9_000_000 });
  assert.deepEqual(codes(job.warnings), [
    'imported-without-histogram',
    'imported-without-percentiles',
    'imported-estimated-ios',
    'imported-without-errors',
  ]);
  assert.deepEqual(parseResultText(formatJson(result)), result);
});

test('tells reads and writes of a mix apart', () => {
  const mix = {
    operation: 'RWMIX70',
    random: '0',
    'IOPS [last]': '3000',
    'rwmix read IOPS [last]': '7000',
    'rwmix read MiB/s [last]': '27',
    'rwmix read MiB [last]': '273',
    'rwmix read IO lat us [min]': '40',
    'rwmix read IO lat us [avg]': '2000',
    'rwmix read IO lat us [max]': '8000',
  };
  const [job] = imported(csv(mix)).jobs;
  const { read, write } = job.directions;
  assert.deepEqual(
    [job.rw, job.rwmixread, read?.iops, write?.iops, read?.latencyNs.mean, write?.latencyNs.mean],
    ['rw', 70, 7000, 3000, 2_000_000, 3_200_000],
  );
});

test('takes the label for the name, and tells phases of one name apart', () => {
  const result = imported(csv({ label: 'mine' }, { label: 'mine', operation: 'WRITE' }, { label: 'mine' }));
  assert.deepEqual(
    result.jobs.map(({ name, directions }) => [name, Object.keys(directions)]),
    [
      ['mine[rw=randread]', ['read']],
      ['mine[rw=randwrite]', ['write']],
      ['mine[rw=randread] (2)', ['read']],
    ],
  );
});

test('says what it leaves out, and what is not of the device', () => {
  const result = imported(csv({}, { operation: 'DROPCACHE' }, { 'IOPS [last]': '' }, { 'direct IO': '0' }));
  assert.equal(result.jobs.length, 2);
  assert.match(
    result.warnings.find(({ code }) => code === 'imported-phases-left-out')?.message ?? '',
    /^2 phases/,
  );
  assert.ok(codes(result.jobs[1].warnings).includes('imported-through-cache'));
  assert.ok(!codes(result.jobs[0].warnings).includes('imported-through-cache'));
  const bare = imported(csv({ 'IO lat us [min]': '', 'IO lat us [avg]': '', 'IO lat us [max]': '' }));
  assert.deepEqual(bare.jobs[0].directions.read?.latencyNs, {});
  assert.ok(codes(bare.jobs[0].warnings).includes('imported-without-latency'));
});

test('reads a head that was written twice, and other line ends', () => {
  const text = `${csv({})}${csv({ operation: 'WRITE' })}`.replaceAll('\n', '\r\n');
  assert.deepEqual(
    imported(text).jobs.map(({ rw }) => rw),
    ['randread', 'randwrite'],
  );
});

test('refuses lines that do not fit the head, and phases without I/O', () => {
  for (const [bad, why] of [
    [csv({}).trimEnd().slice(0, -80), /columns/],
    [csv({ 'IOPS [last]': 'many' }), /IOPS \[last\] has many/],
    [csv({ operation: 'SYNC' }), /none of its phases/],
    [csv(), /none of its phases/],
  ] as const)
    assert.throws(
      () => imported(bad),
      (error) => error instanceof ReportError && why.test(error.message),
    );
});

test('reads of files or through the page cache are told from others', () => {
  const read = (more: Record<string, string>) => ({ name: '', result: imported(csv(more), { target: 'x' }) });
  const found = (more: Record<string, string>): [string, boolean][] =>
    differencesOf(read({}), read(more)).map(({ fact, blocks }) => [fact, blocks]);
  assert.deepEqual(found({ 'direct IO': '0' }), [['job.direct IO', true]]);
  assert.deepEqual(found({ 'path type': 'file', paths: '2' }), [
    ['job.path type', true],
    ['job.paths', true],
  ]);
});

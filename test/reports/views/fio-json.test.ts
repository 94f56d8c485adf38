import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { HDR_ENCODING } from '../../../engine/stats/hdr-form.js';
import { formatFioJson } from '../../../reports/views/fio-json.js';
import { sampleResult, troubledResult } from '../sample.js';
import { fixtureText } from './golden.js';

type Json = Record<string, unknown>;

const jobsOf = (text: string): Json[] => (JSON.parse(text) as { jobs: Json[] }).jobs;
const part = (value: unknown, ...path: string[]): Json =>
  path.reduce((inner, key) => inner[key] as Json, value as Json);

/** Script that Debian's fio package ships, with the library it needs. */
const SCRIPT = '/usr/bin/fio_jsonplus_clat2csv';

function missingTool(): string | false {
  if (!existsSync(SCRIPT)) return `${SCRIPT} is not here: install fio to prove that its tools read json+`;
  const { status } = spawnSync('python3', ['-c', 'import six']);
  return status === 0 ? false : `python3 with six is not here: install python3-six to run ${SCRIPT}`;
}

/** Keys whose values are objects of their own keys, options or disks: nothing to compare. */
const FREE = ['job options', 'global options', 'percentile', 'bins', 'disk_util'];

/** Paths of all values with their types. */
function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    FREE.includes(key) ? [] : shapeOf(inner, `${path}/${key}`),
  );
}

describe('formatFioJson', () => {
  const fio = jobsOf(fixtureText('imports/fio-jsonplus.json'))[0];
  const [job] = jobsOf(formatFioJson(sampleResult()));

  test('has every field of a direction that fio has, of the same type', () => {
    for (const direction of ['read', 'write', 'trim'])
      assert.deepEqual(shapeOf(job[direction]), shapeOf(fio[direction]));
  });

  test('has no field of a job that fio has not', () => {
    const known = new Set(shapeOf(fio));
    assert.deepEqual(
      shapeOf(job).filter((field) => !known.has(field)),
      [],
    );
  });

  test('has the figures of the result in fio’s units', () => {
    const read = part(job, 'read');
    assert.deepEqual(
      [read.iops, read.bw_bytes, read.bw, read.total_ios, read.io_bytes, read.io_kbytes, read.runtime],
      [500_000, 2_048_000_000, 2_000_000, 1e6, 4_096_000_000, 4_000_000, 2000],
    );
    const { N, min, bins, percentile } = part(read, 'clat_ns');
    assert.deepEqual([N, min], [1e6, 1000]);
    assert.deepEqual(bins, { 1004: 990_000, 2008: 9_900, 80384: 99, 1499136: 1 });
    assert.equal(part({ percentile }, 'percentile')['99.900000'], 2008);
  });

  test('has the share of I/Os in each step of latency', () => {
    const share = (table: string, step: string): string => Number(part(job, table)[step]).toFixed(6);
    assert.deepEqual(
      [
        share('latency_us', '2'),
        share('latency_us', '4'),
        share('latency_us', '100'),
        share('latency_ms', '2'),
      ],
      ['99.000000', '0.990000', '0.009900', '0.000100'],
    );
    const tables = ['latency_ns', 'latency_us', 'latency_ms'].flatMap((name) =>
      Object.values(part(job, name)),
    );
    assert.ok(Math.abs(tables.reduce((sum: number, percent) => sum + Number(percent), 0) - 100) < 1e-9);
  });

  test('has what fio-plot asks for', () => {
    for (const key of ['iodepth', 'numjobs', 'bs', 'rw'])
      assert.equal(typeof part(job, 'job options')[key], 'string');
    for (const key of ['usr_cpu', 'sys_cpu']) assert.equal(typeof job[key], 'number');
  });

  test('has the spread over intervals, with the standard deviation of a sample', () => {
    const histogram = { encoding: HDR_ENCODING, data: '' } as const;
    const interval = (second: number, ios: number) => ({
      startNs: second * 1e9,
      endNs: (second + 1) * 1e9,
      read: { ios, bytes: ios * 4096, errors: 0, histogram },
    });
    const jobs = [{ ...sampleResult().jobs[0], intervals: [interval(0, 100), interval(1, 300)] }];
    const read = part(jobsOf(formatFioJson({ ...sampleResult(), jobs }))[0], 'read');
    assert.deepEqual(
      [read.iops_min, read.iops_max, read.iops_mean, read.iops_samples, read.bw_min, read.bw_max],
      [100, 300, 200, 2, 400, 1200],
    );
    assert.equal(Number(read.iops_stddev).toFixed(3), '141.421');
  });

  test('leaves bins out where nothing was counted', () => {
    assert.deepEqual(part(job, 'write', 'clat_ns'), { min: 0, max: 0, mean: 0, stddev: 0, N: 0 });
  });

  test('marks a job with errors', () => {
    const [, mixed] = jobsOf(formatFioJson(troubledResult()));
    assert.deepEqual([mixed.error, mixed.total_err], [5, 7]);
  });

  test('is read and validated by fio’s own fio_jsonplus_clat2csv', { skip: missingTool() }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nvbench-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const [source, csv] = [join(folder, 'result.json'), join(folder, 'result.csv')];
    writeFileSync(source, formatFioJson(troubledResult()));
    for (const options of [[], ['--validate']]) {
      const { status, stderr } = spawnSync('python3', [SCRIPT, source, csv, ...options], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
    }
    const [head, first] = readFileSync(join(folder, 'result_job0.csv'), 'utf8').split('\n');
    const column = head.split(',').findIndex((name) => name.trim() === 'read_clat_ns_count');
    assert.deepEqual([first.split(',')[0], first.split(',')[column].trim()], ['1004', '990000']);
  });
});

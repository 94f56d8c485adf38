import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/result.js';
import type { KeyedTable } from '../../../reports/render/keyed-table.js';
import { sweepTables } from '../../../reports/render/sweep-table.js';
import { sampleResult } from '../sample.js';

/** A job of a sweep whose reads have so many IOPS, and a p99 of as many ns. */
function swept(
  parameters: Record<string, number | string>,
  iops: number,
  more: Partial<JobRecord> = {},
): JobRecord {
  const [job] = sampleResult().jobs;
  const read = job.directions.read ?? assert.fail();
  return {
    ...job,
    name: `grid[${JSON.stringify(parameters)}]`,
    group: 'grid',
    parameters,
    directions: { read: { ...read, iops, latencyNs: { ...read.latencyNs, mean: iops, p99: iops } } },
    ...more,
  };
}

const tables = (...jobs: JobRecord[]): KeyedTable[] => sweepTables({ ...sampleResult(), jobs });
const cellsOf = ({ rows }: KeyedTable): string[][] => rows.map(({ values, cells }) => [...values, ...cells]);

test('two keys cross: IOPS and p99, the depth along the columns, whatever ran first', () => {
  const [iops, p99, ...more] = tables(
    swept({ iodepth: 1, bs: 4096 }, 11),
    swept({ iodepth: 1, bs: 16384 }, 12),
    swept({ iodepth: 32, bs: 4096 }, 21),
    swept({ iodepth: 32, bs: 16384 }, 22),
  );
  assert.deepEqual(more, []);
  assert.deepEqual(
    [iops.title, iops.keys, iops.heads],
    ['grid: IOPS of read by iodepth', ['bs'], ['1', '32']],
  );
  assert.deepEqual(cellsOf(iops), [
    ['4 KiB', '11.0', '21.0'],
    ['16 KiB', '12.0', '22.0'],
  ]);
  assert.equal(p99.title, 'grid: p99 of read by iodepth');
  assert.deepEqual(cellsOf(p99)[1], ['16 KiB', '12 ns', '22 ns']);
});

test('one key has its values below each other, with the chief figures beside them', () => {
  const [table, ...more] = tables(swept({ bs: 4096, iodepth: 1 }, 11), swept({ bs: 4096, iodepth: 2 }, 12));
  assert.deepEqual(more, []);
  assert.deepEqual([table.keys, table.heads], [['iodepth'], ['IOPS', 'mean', 'p99']]);
  assert.deepEqual(cellsOf(table), [
    ['1', '11.0', '11 ns', '11 ns'],
    ['2', '12.0', '12 ns', '12 ns'],
  ]);
});

test('repeats are their mean, and what did not end as asked is marked', () => {
  const [table] = tables(
    swept({ iodepth: 1 }, 10, { repeat: { index: 0, count: 2 } }),
    swept({ iodepth: 1 }, 30, { repeat: { index: 1, count: 2 } }),
    swept({ iodepth: 2 }, 7, { stopReason: 'interrupted' }),
  );
  assert.deepEqual(
    cellsOf(table).map(([, iops]) => iops),
    ['20.0', '7.0*'],
  );
});

test('a point that never ran is a dash, and so is an operation that it had not', () => {
  const [iops] = tables(
    swept({ bs: 4096, iodepth: 1 }, 11),
    swept({ bs: 4096, iodepth: 2 }, 12),
    swept({ bs: 8192, iodepth: 1 }, 13, { directions: {} }),
  );
  assert.deepEqual(cellsOf(iops), [
    ['4 KiB', '11.0', '12.0'],
    ['8 KiB', '-', '-'],
  ]);
});

test('devices are told apart as a key is', () => {
  const [iops] = tables(
    swept({ iodepth: 1 }, 1, { target: 'a' }),
    swept({ iodepth: 2 }, 2, { target: 'a' }),
    swept({ iodepth: 1 }, 3, { target: 'b' }),
    swept({ iodepth: 2 }, 4, { target: 'b' }),
  );
  assert.deepEqual(iops.keys, ['device']);
  assert.deepEqual(cellsOf(iops), [
    ['a', '1.0', '2.0'],
    ['b', '3.0', '4.0'],
  ]);
});

test('so are hosts', () => {
  const result = sampleResult();
  const hosts = ['alpha', 'beta'].map((hostname) => ({ ...result.host, hostname }));
  const jobs = [0, 1].flatMap((hostIndex) => [
    swept({ iodepth: 1 }, 10 + hostIndex, { hostIndex }),
    swept({ iodepth: 2 }, 20 + hostIndex, { hostIndex }),
  ]);
  const [{ target }] = jobs;
  const [iops] = sweepTables({ ...result, hosts, jobs });
  assert.deepEqual(cellsOf(iops), [
    [`${target} of alpha`, '10.0', '20.0'],
    [`${target} of beta`, '11.0', '21.0'],
  ]);
});

test('sizes that have one text are told apart, below each other and side by side', () => {
  const [below] = tables(swept({ bs: 1_048_576 }, 10), swept({ bs: 1_049_088 }, 20));
  assert.deepEqual(
    cellsOf(below).map(([size, iops]) => [size, iops]),
    [
      ['1 MiB', '10.0'],
      ['1 MiB', '20.0'],
    ],
  );
  const [beside] = tables(
    ...[0, 1].flatMap((seed) => [
      swept({ rw: `read${seed}`, bs: 1_048_576 }, 10),
      swept({ rw: `read${seed}`, bs: 1_049_088 }, 20),
    ]),
  );
  assert.deepEqual(
    [beside.heads, cellsOf(beside)[0]],
    [
      ['1 MiB', '1 MiB'],
      ['read0', '10.0', '20.0'],
    ],
  );
});

test('several sizes of a job stand as they do in the lines of jobs', () => {
  const [table] = tables(swept({ bsrange: '4096-65536' }, 1), swept({ bsrange: '4096-131072' }, 2));
  assert.deepEqual(
    cellsOf(table).map(([sizes]) => sizes),
    ['4K-64K', '4K-128K'],
  );
});

test('a key of many values stands below, one of few across', () => {
  const jobs = Array.from({ length: 40 }, (_, i) =>
    swept({ rw: i % 2 === 0 ? 'read' : 'randread', bs: 512 * ((i >> 1) + 1) }, i),
  );
  const [iops] = tables(...jobs);
  assert.deepEqual([iops.heads, iops.rows.length], [['read', 'randread'], 20]);
});

test('jobs of no sweep, and a sweep of one point, have no table', () => {
  assert.deepEqual(tables(...sampleResult().jobs, swept({ iodepth: 1 }, 1)), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig } from '../../../bench/config/load.js';
import { PTS_DEFAULTS, PTS_TESTS, type PtsTest } from '../../../bench/pts/test-names.js';
import { type PtsOptions, ptsConfig } from '../../../bench/pts/tests.js';

const OPTIONS: PtsOptions = {
  ...PTS_DEFAULTS,
  device: 'sim',
  serialNumber: 'S1',
  quick: false,
  lbaBytes: 512,
  maxBytesWritten: undefined,
};
const configOf = (which: PtsTest, change: Partial<PtsOptions> = {}) =>
  checkConfig(ptsConfig(which, { ...OPTIONS, ...change }));

for (const which of PTS_TESTS)
  for (const quick of [false, true])
    test(`the ${which} test${quick ? ' in a hurry' : ''} is a configuration that passes every check`, () => {
      const config = configOf(which, { quick, numjobs: 3 });
      assert.match(
        config.description ?? '',
        quick ? /no result of the specification/ : /^SNIA PTS 2\.0\.2, /,
      );
      assert.equal(config.jobs[0].purge, 'deallocate');
    });

test('the IOPS test goes through 7 mixes and 8 sizes, from the largest to the smallest, a minute each', () => {
  const [fill, ...points] = configOf('iops').jobs;
  assert.deepEqual([fill.rw, fill.bs?.write, fill.loops, fill.size], ['write', 2 ** 17, 2, { percent: 100 }]);
  assert.deepEqual([...new Set(points.map(({ rwmixread }) => rwmixread))], [100, 95, 65, 50, 35, 5, 0]);
  assert.deepEqual(
    points.slice(0, 8).map(({ bs }) => bs?.write),
    [2 ** 20, 2 ** 17, 2 ** 16, 2 ** 15, 2 ** 14, 2 ** 13, 4096, 512],
  );
  assert.equal(points.length, 56);
  for (const { runtimeMs, norandommap } of points) assert.deepEqual([runtimeMs, norandommap], [60_000, true]);
  const [{ rounds }] = points;
  assert.deepEqual(
    [rounds?.job, rounds?.metric, rounds?.most, rounds?.window],
    ['iops[rwmixread=0,bs=4k]', 'iops', 25, 5],
  );
});

test('sizes that the blocks of the namespace do not have are left out', () => {
  const sizes = configOf('latency', { lbaBytes: 4096 })
    .jobs.slice(1)
    .map(({ bs }) => bs?.write);
  assert.deepEqual([...new Set(sizes)], [8192, 4096]);
});

test('the latency test has one I/O in flight, and is steady by the mean of writes of 4 KiB', () => {
  const points = configOf('latency', { iodepth: 64, numjobs: 4 }).jobs.slice(1);
  for (const { iodepth, numjobs } of points) assert.deepEqual([iodepth, numjobs], [1, 1]);
  assert.deepEqual([points[0].rounds?.job, points[0].rounds?.metric], ['latency[rwmixread=0,bs=4k]', 'mean']);
});

test('the throughput test purges and fills in the size of each of its rounds', () => {
  const jobs = configOf('throughput', { numjobs: 2 }).jobs;
  assert.deepEqual(
    jobs.map(({ name, purge, bs, partition }) => [name, purge, bs?.write || bs?.read, partition]),
    ['1M', '128k'].flatMap((size) => {
      const bytes = size === '1M' ? 2 ** 20 : 2 ** 17;
      return [
        [`fill-${size}`, 'deallocate', bytes, false],
        [`throughput-${size}[rw=read]`, undefined, bytes, true],
        [`throughput-${size}[rw=write]`, undefined, bytes, true],
      ];
    }),
  );
});

test('write saturation ends after four times the capacity, over all workers, or a day', () => {
  const [job, ...others] = configOf('saturation', { numjobs: 4 }).jobs;
  assert.deepEqual([job.ioSize, job.runtimeMs, job.steadyState?.end], [{ percent: 100 }, 86_400_000, false]);
  assert.equal(others.length, 0);
});

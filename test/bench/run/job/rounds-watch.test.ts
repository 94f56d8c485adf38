/** Jobs in rounds on a software controller whose speed declines in a known way, in a time of its own and in real time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData } from '../../../../bench/config/config-data.js';
import type { JobOutcome } from '../../../../bench/run/job/job-run.js';
import { RoundsWatch } from '../../../../bench/run/job/rounds-watch.js';
import { run } from '../../../../bench/run/run.js';
import { Wear } from '../../../../engine/device/wear.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import type { BenchResult } from '../../../../reports/index.js';
import { planned } from '../../planned.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-rounds-'));
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const MIB = 2 ** 20;
const PLAN = planned(
  `  - rounds: { job: w, of: iops }
    jobs:
      - { name: w, rw: randwrite, bs: 4k, runtime: 1s }`,
  'device: sim\nallow_writes: true',
);

/** Writes of 4 KiB that a drive which wears completes in a second, round by round, after so much was written. */
function secondsOf(afterBytes: number, writtenBytes: number): () => number {
  const wear = new Wear(
    { freshBytesPerSecond: 64 * MIB, steadyBytesPerSecond: 8 * MIB, afterBytes },
    2 ** 40,
    1,
  );
  const times = new Float64Array(2);
  const write = (bytes: number): number => {
    times[1] = times[0];
    wear.wrote(0, bytes);
    wear.delay(times, 0, 1);
    return times[1];
  };
  for (let written = 0; written < writtenBytes; written += MIB) write(MIB);
  let fromMs = times[1];
  return () => {
    const before = fromMs;
    let ios = 0;
    while (fromMs < before + 1000) {
      fromMs = write(4096);
      ios++;
    }
    return ios * (1000 / (fromMs - before));
  };
}

/** What rounds of a second make of such a drive. */
function watchedOf(afterBytes: number, writtenBytes: number) {
  const watch = new RoundsWatch(PLAN);
  const next = secondsOf(afterBytes, writtenBytes);
  for (const job of PLAN) {
    if (watch.skips(job)) break;
    const counts = emptyCounts();
    countsOf(counts, 'write')[0] = Math.round(next() * 10);
    watch.add([{ planned: job, counts, workers: [{ elapsedNs: 1e10 }] } as unknown as JobOutcome]);
  }
  const [record] = watch.records();
  return { record, doubts: watch.doubts() };
}

const STEADY_IOPS = (8 * MIB) / 4096;

test('a drive that has settled is steady in the first five rounds, at its steady rate', () => {
  const { record, doubts } = watchedOf(16 * MIB, 128 * MIB);
  assert.deepEqual([record.values.length, record.reached?.fromRound, record.reached?.toRound], [5, 1, 5]);
  assert.ok(Math.abs((record.reached?.average ?? 0) / STEADY_IOPS - 1) < 0.03);
  assert.deepEqual(doubts, []);
});

test('a drive that declines is steady in the first five rounds that keep the rule, and not before', () => {
  const { record } = watchedOf(64 * MIB, 32 * MIB);
  const { reached, values } = record;
  assert.ok(reached !== undefined && reached.toRound > 5 && reached.toRound < 25, JSON.stringify(record));
  const holds = (to: number): boolean => {
    const window = values.slice(to - 5, to);
    const average = window.reduce((sum, value) => sum + value, 0) / 5;
    // The slope of five points, -2 to 2, by least squares: the sum of their squares is 10.
    const tilt = window.reduce((sum, value, i) => sum + (i - 2) * value, 0) / 10;
    const range = (Math.max(...window) - Math.min(...window)) / average;
    return range <= 0.2 && Math.abs(4 * tilt) / average <= 0.1;
  };
  for (let to = 5; to < reached.toRound; to++) assert.equal(holds(to), false, `round ${to}`);
  assert.equal(holds(reached.toRound), true);
  assert.equal(values.length, reached.toRound);
});

test('a drive that declines all the while is not steady in 25 rounds, which is a warning', () => {
  const { record, doubts } = watchedOf(64 * MIB, 0);
  assert.equal(record.reached === undefined || record.reached.toRound > 5, true);
  const slow = watchedOf(512 * MIB, 0);
  assert.deepEqual([slow.record.values.length, slow.record.reached], [25, undefined]);
  assert.deepEqual(
    slow.doubts.map(({ code }) => code),
    ['not-steady'],
  );
  assert.deepEqual(doubts, []);
});

const configOf = (keys: object, rounds: object, job: object = {}): ConfigData => ({
  device: 'sim:?size=16MiB&latency=none&wear=64MiB:8MiB:2MiB',
  hugepages: 'never',
  allow_writes: true,
  jobs: [
    {
      rounds: { job: 'w', of: 'iops', ...rounds },
      jobs: [
        { name: 'r', rw: 'randread', bs: '4k', number_ios: 10 },
        { name: 'w', rw: 'randwrite', norandommap: true, bs: '4k', iodepth: DEPTH, runtime: '1s', ...job },
      ],
    },
  ],
  ...keys,
});

/** I/Os in flight, which take as long at the steady rate. */
const DEPTH = 900;
const EXPECTED_NS = (1e9 * DEPTH) / STEADY_IOPS;

/** Whether a worker stood still, or the controller's thread did so long that its queue ran dry. */
const stoodStill = ({ jobs }: BenchResult): boolean =>
  jobs.some(
    ({ directions, workers }) =>
      workers.some(({ pausedNs = 0, elapsedNs }) => pausedNs > 0.02 * elapsedNs) ||
      (directions.write?.latencyNs.max ?? 0) > 1.3 * EXPECTED_NS,
  );

test('on a purged and filled software controller the verdict is right, and the value within 3 %', async (t) => {
  // A machine that stands still meanwhile is asked again: its clock goes on.
  for (let attempt = 0; attempt < 4; attempt++) {
    const { result, failure } = await run(configOf({ purge: 'deallocate', precondition: { fill: 1 } }, {}));
    assert.equal(failure, undefined);
    const [record] = result.rounds ?? [];
    assert.equal(result.jobs.length, 1 + 2 * record.values.length);
    const off = Math.abs((record.reached?.average ?? 0) / STEADY_IOPS - 1);
    if (stoodStill(result) && (record.reached?.toRound !== 5 || off >= 0.03)) continue;
    assert.deepEqual([record.reached?.fromRound, record.reached?.toRound], [1, 5]);
    assert.ok(off < 0.03, `${record.reached?.average} where ${STEADY_IOPS} is known`);
    return;
  }
  t.skip('the machine stood still in every attempt');
});

test('rounds end where max_bytes_written is reached, and no more than that is written', async () => {
  const limit = 3 * MIB;
  const keys = { max_bytes_written: limit, device: 'sim:?size=16MiB&latency=none&wear=8MiB:8MiB:1MiB' };
  const { result, failure } = await run(
    configOf(keys, { most: 60, window: 60 }, { iodepth: 16, runtime: '100ms' }),
  );
  assert.equal((failure as { code?: string }).code, 'MAX_BYTES_WRITTEN');
  assert.equal(result.complete, false);
  const written = result.jobs.reduce(
    (sum, { directions, drain }) => sum + (directions.write?.bytes ?? 0) + (drain?.ios ?? 0) * 4096,
    0,
  );
  assert.ok(written <= limit && written > 0, `${written}`);
  const [{ smartBefore, smartAfter }] = result.devices;
  const commands = Number(smartAfter?.hostWriteCommands) - Number(smartBefore?.hostWriteCommands);
  assert.ok(commands * 4096 <= limit, `${commands} writes`);
});

test('rounds leave room for what is written behind them', async () => {
  const limit = 5 * MIB;
  const device = 'sim:?size=16MiB&latency=none&wear=8MiB:8MiB:1MiB';
  const { jobs, ...keys } = configOf(
    { max_bytes_written: limit, device },
    { most: 9, window: 2, range: 1, slope: 1 },
    {
      iodepth: 16,
      runtime: '400ms',
    },
  );
  const last = { name: 'last', rw: 'write', bs: '4k', size: '4M' } as const;
  const { result, failure } = await run({ ...keys, jobs: [...jobs, last] });
  const [{ smartBefore, smartAfter }] = result.devices;
  const commands = Number(smartAfter?.hostWriteCommands) - Number(smartBefore?.hostWriteCommands);
  assert.ok(commands * 4096 <= limit, `${commands} writes`);
  // 0.4 s at 8 MiB/s is more than the 1 MiB that is left for rounds.
  assert.equal((failure as { code?: string }).code, 'MAX_BYTES_WRITTEN');
});

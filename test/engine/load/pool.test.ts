import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATE } from '../../../engine/load/control-block.js';
import type { WorkerResult } from '../../../engine/load/job.js';
import { WorkerPool } from '../../../engine/load/pool.js';
import { byOperation, countsOf } from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { withPool, withSimJob } from './specs.js';

const sumOf = (results: readonly WorkerResult[], of: (result: WorkerResult) => number): number =>
  results.reduce((sum, result) => sum + of(result), 0);

test('no worker starts before the barrier opens', async () => {
  await withPool('', { numjobs: 2, numberIos: 100 }, async (pool) => {
    await sleepMs(50);
    assert.equal(pool.state, STATE.READY);
    assert.deepEqual(pool.live, { completed: 0, errors: 0 });
    pool.start();
    const { results } = await pool.join();
    assert.deepEqual(
      results.map(({ index, completed, stopReason }) => ({ index, completed, stopReason })),
      [0, 1].map((index) => ({
        index,
        completed: { ...byOperation(() => 0), read: 100 },
        stopReason: 'number_ios',
      })),
    );
  });
});

test('taking intervals under load loses nothing and counts nothing twice', async () => {
  const change = { numjobs: 2, readPercent: 60, runtimeMs: 400 };
  await withPool('&media=null', change, async (pool) => {
    pool.start();
    let taken = 0;
    let intervals = 0;
    const joined = pool.join();
    let ended = false;
    const settled = joined.then(() => {
      ended = true;
    });
    while (!ended) {
      const interval = totalCountOf(await pool.takeInterval());
      taken += interval;
      if (interval > 0) intervals++;
      await sleepMs(1);
    }
    await settled;
    const { results, counts } = await joined;
    const reads = totalCountOf(countsOf(counts, 'read'));
    const writes = totalCountOf(countsOf(counts, 'write'));
    assert.equal(
      reads,
      sumOf(results, ({ completed }) => completed.read),
    );
    assert.equal(
      writes,
      sumOf(results, ({ completed }) => completed.write),
    );
    assert.ok(reads > 0 && writes > 0);
    assert.ok(intervals > 1, `${intervals} intervals had counts`);
    assert.ok(taken > 0 && taken <= reads + writes);
  });
});

test('live counters end at what the results say', async () => {
  await withPool('&faults=error(lba=0-10,sct=2,sc=0x81)', { numberIos: 2000 }, async (pool) => {
    pool.start();
    const { results } = await pool.join();
    assert.equal(pool.live.completed, results[0].completed.read);
    assert.equal(
      pool.live.errors,
      results[0].statuses.reduce((sum, { count }) => sum + count, 0),
    );
    assert.equal(results[0].completed.read + pool.live.errors, 2000);
  });
});

test('a stop in the middle drains every worker', async () => {
  await withPool('', { numjobs: 2, runtimeMs: 60_000 }, async (pool) => {
    pool.start();
    while (pool.live.completed === 0) await sleepMs(1);
    pool.stop('drain');
    const { results } = await pool.join();
    assert.deepEqual(
      results.map(({ stopReason, lostIos }) => [stopReason, lostIos]),
      [
        ['interrupted', 0],
        ['interrupted', 0],
      ],
    );
  });
});

test('a stop at the barrier ends workers that never started', async () => {
  await withPool('', { runtimeMs: 60_000 }, async (pool) => {
    pool.stop('drain');
    const { results } = await pool.join();
    assert.equal(results[0].stopReason, 'interrupted');
  });
});

test('abandoning does not wait for I/O that never completes', async () => {
  await withPool('&faults=drop(1)', { iodepth: 1, runtimeMs: 60_000, ioTimeoutMs: 60_000 }, async (pool) => {
    pool.start();
    while (pool.state < STATE.MEASURING) await sleepMs(1);
    const beforeMs = nowMs();
    pool.stop('abandon');
    const { results } = await pool.join();
    assert.ok(nowMs() - beforeMs < 30_000);
    assert.deepEqual([results[0].stopReason, results[0].lostIos], ['interrupted', 1]);
  });
});

test('a worker that cannot be pinned is an error that names its CPU and the way out', async () => {
  await withSimJob('', { numberIos: 1, cpus: [[1023]] }, async ({ prepared }) => {
    await assert.rejects(WorkerPool.spawn(prepared.workers, prepared.controls), {
      code: 'WORKER_DIED',
      target: 'CPU 1023',
      hint: /taskset/,
    });
  });
});

test('no garbage is collected while a worker measures', async () => {
  const attempts: number[] = [];
  // Another load on the machine can keep V8 from compiling in time: one quiet window shows that the loop can.
  for (let attempt = 0; attempt < 10 && !attempts.includes(0); attempt++) {
    await withPool('&media=null', { iodepth: 8, rampTimeMs: 300, runtimeMs: 300 }, async (pool) => {
      pool.start();
      const { results } = await pool.join();
      // A window in which the worker hardly ran says nothing.
      if (results[0].completed.read > 1000) attempts.push(results[0].garbageCollections);
    });
  }
  assert.ok(attempts.includes(0), `collections in windows of 300 ms: ${attempts.join(', ')}`);
});

/** Where the measured time ends, and what completes after it: `drain`, and no part of any rate. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ControlBlock } from '../../../engine/load/control-block.js';
import type { JobSpec, WorkerResult } from '../../../engine/load/job.js';
import { Loop } from '../../../engine/load/loop.js';
import { Session, type SessionOutcome } from '../../../engine/load/session.js';
import { TALLY } from '../../../engine/load/tally.js';
import { highestLatencyOfIndex, latencyIndex, latencyOfIndex } from '../../../engine/stats/histogram.js';
import { byOperation, countsOf, countsOfAll } from '../../../engine/stats/operations.js';
import { summarizeCounts, totalCountOf } from '../../../engine/stats/percentiles.js';
import { nowNs } from '../../../engine/sys/clock.js';
import { NO_HOOKS, playedSpec, withPool, withSimJob } from './specs.js';

describe('at the stop time', () => {
  const endedLoop = (iodepth = 4) => {
    const { spec, pairs, control } = playedSpec({ iodepth, readPercent: 50, seed: 3 });
    const loop = new Loop(spec, control.activeSet());
    loop.prime();
    return { loop, pair: pairs[0] };
  };

  test('nothing more is submitted, and what is outstanding is counted apart', () => {
    const { loop, pair } = endedLoop();
    const [first, ...others] = pair.fetch();
    loop.stopAtNs[0] = nowNs();
    pair.complete(first.cid);
    loop.run(1);
    assert.equal(loop.submitting, false);
    assert.equal(pair.fetch().length, 0);
    for (const { cid } of others) pair.complete(cid);
    loop.run(1);
    assert.deepEqual([loop.tally[TALLY.COMPLETED], loop.tally[TALLY.LATE], loop.outstanding()], [0, 4, 0]);
    assert.equal(totalCountOf(loop.histograms), 0);
    const writes = [first, ...others].filter(({ opcode }) => opcode === 0x01).length;
    assert.ok(writes > 0 && writes < 4);
    assert.deepEqual(
      (['read', 'write'] as const).map((name) => totalCountOf(countsOf(loop.late, name))),
      [4 - writes, writes],
    );
  });

  test('a batch found before it still counts', () => {
    const { loop, pair } = endedLoop();
    loop.stopAtNs[0] = nowNs() + 60e9;
    pair.completeAll();
    loop.run(1);
    assert.equal(loop.submitting, true);
    assert.deepEqual([loop.tally[TALLY.COMPLETED], loop.tally[TALLY.LATE]], [4, 0]);
  });

  test('late failures are failures, and no latency of them is counted', () => {
    const { loop, pair } = endedLoop();
    loop.stopAtNs[0] = nowNs();
    for (const { cid } of pair.fetch()) pair.complete(cid, { status: cid < 3 ? 0x80 : 0 });
    loop.run(1);
    assert.deepEqual(
      [loop.tally[TALLY.ERRORS], loop.tally[TALLY.LATE], loop.tally[TALLY.COMPLETED]],
      [3, 1, 0],
    );
    assert.equal(totalCountOf(loop.late), 1);
  });

  test('an earlier end counts, a later one does not', () => {
    const { loop } = endedLoop();
    loop.stopAtNs[0] = 5000;
    loop.end(7000);
    assert.deepEqual([loop.stopAtNs[0], loop.submitting], [5000, false]);
    loop.end(3000);
    assert.equal(loop.stopAtNs[0], 3000);
  });
});

interface Measured {
  readonly result: WorkerResult;
  /** What the histograms have. */
  readonly counted: number;
  readonly longestNs: number;
}

async function measure(options: string, change: Partial<JobSpec>): Promise<Measured> {
  let measured: Measured | undefined;
  await withPool(options, change, async (pool) => {
    pool.start();
    const { results, counts } = await pool.join();
    const { totalCount, maxNs } = summarizeCounts(countsOfAll(counts));
    measured = { result: results[0], counted: totalCount, longestNs: maxNs };
  });
  assert.ok(measured);
  return measured;
}

test('an I/O delayed beyond the runtime is in the drain, in no rate, and the measured time is the runtime', async () => {
  const { result, counted, longestNs } = await measure('&faults=delay(1,1s)', { runtimeMs: 250 });
  assert.equal(result.stopReason, 'runtime');
  assert.equal(result.elapsedNs, 250e6);
  assert.ok(result.drain.ios >= 1 && result.drain.ios <= 4, `${result.drain.ios} drained`);
  assert.ok(result.drain.maxNs >= 1000e6 && result.drain.durationNs >= 750e6);
  assert.ok(result.completed.read > 0);
  assert.equal(counted, result.completed.read);
  // The first submission came after the beginning.
  assert.ok(longestNs <= highestLatencyOfIndex(latencyIndex(250e6)), `${longestNs} ns`);
  assert.equal(result.lostIos, 0);
});

test('where all I/Os take longer than the runtime, none is measured and all are drained', async () => {
  const { result, counted } = await measure('&latency=250ms', { runtimeMs: 50, iodepth: 7 });
  assert.equal(result.elapsedNs, 50e6);
  assert.deepEqual([result.completed, counted], [byOperation(() => 0), 0]);
  assert.equal(result.drain.ios, 7);
  assert.ok(result.drain.maxNs >= 250e6 && result.drain.durationNs >= 200e6);
  assert.deepEqual([result.stopReason, result.lostIos], ['runtime', 0]);
});

test('nothing is in the drain twice, and nothing of it in the histograms', async () => {
  const { result, counted } = await measure('&latency=2ms', { runtimeMs: 300, iodepth: 64 });
  assert.equal(counted, result.completed.read);
  assert.equal(result.drain.ios, 64);
  assert.ok(result.completed.read > 0 && result.drain.maxNs >= 2e6);
});

test('a job that ends by its number of I/Os has no drain', async () => {
  const { result, counted } = await measure('&latency=1ms', { numberIos: 100 });
  assert.deepEqual([result.completed.read, counted], [100, 100]);
  assert.deepEqual(result.drain, { ios: 0, durationNs: 0, maxNs: 0 });
});

/** Of the four I/Os that are outstanding first. */
for (const [what, faults, lost] of [
  ['one I/O', 'drop(2)', 1],
  ['any I/O', 'drop(1);drop(2);drop(3);drop(4)', 4],
] as const) {
  test(`a device that never completes ${what} neither shortens nor lengthens the runtime`, async () => {
    for (const ioTimeoutMs of [350, 1000]) {
      const { result } = await measure(`&faults=${faults}`, { runtimeMs: 300, ioTimeoutMs });
      assert.equal(result.elapsedNs, 300e6);
      assert.deepEqual([result.stopReason, result.lostIos], ['timeout', lost]);
    }
  });

  test(`a time-out of ${what} within the runtime ends the measured time there`, async () => {
    const change = { runtimeMs: 60_000, ioTimeoutMs: 150 };
    const { result, counted } = await measure(`&faults=${faults}`, change);
    assert.equal(result.stopReason, 'timeout');
    assert.ok(result.elapsedNs >= 150e6 && result.elapsedNs < 60_000e6);
    assert.equal(result.lostIos, lost);
    assert.equal(counted, result.completed.read);
    // Those beside it that completed while it gave up are late.
    assert.equal(result.drain.ios, 4 - lost);
  });
}

test('a delayed I/O that outlasts the runtime is no error, though others time out', async () => {
  const change = { runtimeMs: 50, ioTimeoutMs: 400 };
  const { result } = await measure('&faults=drop(2);delay(1,200ms)', change);
  assert.deepEqual([result.stopReason, result.lostIos, result.elapsedNs], ['timeout', 1, 50e6]);
  assert.ok(result.drain.ios >= 1 && result.drain.maxNs >= 200e6);
});

/** Runs a session whose slices each take `stallMs` longer than their turns. */
async function stalled(options: string, change: Partial<JobSpec>, stallMs: number) {
  let ran: { outcome: SessionOutcome; loop: Loop } | undefined;
  await withSimJob(options, change, ({ prepared }) => {
    const [spec] = prepared.workers;
    const session = new Session(spec, new ControlBlock(spec.control));
    const run = session.loop.run.bind(session.loop);
    session.loop.run = (rounds) => {
      run(rounds);
      const endMs = performance.now() + stallMs;
      while (performance.now() < endMs);
    };
    ran = { outcome: session.run(NO_HOOKS), loop: session.loop };
  });
  assert.ok(ran);
  return ran;
}

test('a number of I/Os is measured to its last completion, not to when somebody looked', async () => {
  const { outcome, loop } = await stalled('&latency=100us', { numberIos: 1, iodepth: 1 }, 600);
  assert.equal(outcome.stopReason, 'number_ios');
  const elapsedNs = outcome.measuredToNs - outcome.measuredFromNs;
  const index = loop.histograms.indexOf(1);
  assert.ok(elapsedNs >= latencyOfIndex(index));
  // Its I/O began with the measurement and ended it: a stall of 600 ms between would show.
  assert.ok(elapsedNs - highestLatencyOfIndex(index) < 500e6, `${elapsedNs} ns`);
  assert.equal(outcome.drainedNs, outcome.measuredToNs);
});

test('the last of a number of I/Os may be long after the others', async () => {
  const { result, counted, longestNs } = await measure('&faults=delay(3,150ms)', { numberIos: 40 });
  assert.deepEqual([result.stopReason, counted, result.drain.ios], ['number_ios', 40, 0]);
  assert.ok(result.elapsedNs >= 150e6 && longestNs >= 150e6);
});

test('the runtime ends on time where the worker comes late', async () => {
  const { outcome, loop } = await stalled('&latency=100us', { runtimeMs: 100, iodepth: 8 }, 70);
  assert.equal(outcome.measuredToNs - outcome.measuredFromNs, 100e6);
  assert.equal(loop.tally[TALLY.LATE], 8);
  assert.equal(totalCountOf(loop.late), 8);
  assert.equal(totalCountOf(loop.histograms), loop.tally[TALLY.COMPLETED]);
  // What completed within the stall over the end was found after it.
  assert.ok(outcome.drainedNs > outcome.measuredToNs);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlBlock, STATE, STOP, WORD } from '../../../engine/load/control-block.js';
import type { JobSpec } from '../../../engine/load/job.js';
import { Session, type SessionOutcome } from '../../../engine/load/session.js';
import { TALLY } from '../../../engine/load/tally.js';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { nowNs } from '../../../engine/sys/clock.js';
import { NO_HOOKS, playedSpec, withSimJob } from './specs.js';

interface Ran {
  readonly session: Session;
  readonly outcome: SessionOutcome;
  readonly control: ControlBlock;
  /** What was told of the measurement, in its order. */
  readonly told: readonly string[];
}

/** Runs the session of a job's only worker on this thread. */
async function run(options: string, change: Partial<JobSpec>, stop: number = STOP.NONE): Promise<Ran> {
  let ran: Ran | undefined;
  await withSimJob(options, change, ({ prepared }) => {
    const [spec] = prepared.workers;
    const control = new ControlBlock(spec.control);
    Atomics.store(control.words, WORD.STOP, stop);
    const session = new Session(spec, control);
    const told: string[] = [];
    const outcome = session.run({
      onMeasure: () => told.push('measure'),
      onMeasured: () => told.push('measured'),
    });
    ran = { session, outcome, control, told };
  });
  assert.ok(ran);
  return ran;
}

const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);

/** Keeps the thread busy. */
function stall(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('a number of I/Os ends the session, each counted once', async () => {
  const { outcome, session, control, told } = await run('', { numberIos: 500 });
  assert.equal(outcome.stopReason, 'number_ios');
  assert.equal(outcome.lostIos, 0);
  assert.equal(session.loop.tally[TALLY.COMPLETED], 500);
  assert.equal(sum(control.activeSet()), 500);
  assert.deepEqual(told, ['measure', 'measured']);
  assert.equal(control.state, STATE.DRAINING);
});

for (const numberIos of [3, 20]) {
  test(`exactly ${numberIos} I/Os are measured after a ramp at depth 16`, async () => {
    const { outcome, session } = await run('', { numberIos, iodepth: 16, rampTimeMs: 20 });
    assert.equal(outcome.stopReason, 'number_ios');
    assert.equal(session.loop.tally[TALLY.COMPLETED], numberIos);
  });
}

test('the run time ends the session, and what is outstanding is drained', async () => {
  const { outcome, session, control } = await run('', { runtimeMs: 300 });
  assert.equal(outcome.stopReason, 'runtime');
  assert.equal(outcome.lostIos, 0);
  assert.equal(outcome.measuredToNs - outcome.measuredFromNs, 300e6);
  assert.ok(session.loop.tally[TALLY.COMPLETED] > 0);
  assert.equal(sum(control.activeSet()), session.loop.tally[TALLY.COMPLETED]);
});

test('nothing of the ramp is in the result', async () => {
  const { outcome, session } = await run('', { rampTimeMs: 100, numberIos: 50, iodepth: 1 });
  assert.equal(outcome.stopReason, 'number_ios');
  assert.equal(session.loop.tally[TALLY.COMPLETED], 50);
  assert.equal(sum(session.loop.histograms), 50);
});

test('an I/O without a completion ends the session after its time-out and is counted as lost', async () => {
  const { outcome, session } = await run('&faults=drop(10)', { runtimeMs: 10_000, ioTimeoutMs: 150 });
  assert.equal(outcome.stopReason, 'timeout');
  // The three beside it complete while the session gives up.
  assert.equal(outcome.lostIos, 1);
  assert.ok(session.loop.tally[TALLY.COMPLETED] >= 9);
  const elapsedNs = outcome.measuredToNs - outcome.measuredFromNs;
  assert.ok(elapsedNs >= 150e6 && elapsedNs < 10_000e6, `${elapsedNs} ns`);
});

test('a time-out while draining is found as well', async () => {
  const { outcome } = await run('&faults=drop(1)', { numberIos: 3, ioTimeoutMs: 100 });
  assert.deepEqual([outcome.stopReason, outcome.lostIos], ['timeout', 1]);
});

test('too many failed I/Os end the session', async () => {
  const { outcome, session } = await run('&faults=error(lba=0-1000000,sct=2,sc=0x81)', {
    runtimeMs: 10_000,
    maxErrors: 25,
  });
  assert.equal(outcome.stopReason, 'errors');
  assert.ok(session.loop.tally[TALLY.ERRORS] >= 25);
  assert.equal(outcome.lostIos, 0);
});

test('failures that end the ramp are in the result', async () => {
  const { outcome, session } = await run('&faults=error(lba=0-1000000,sct=2,sc=0x81)', {
    rampTimeMs: 5000,
    runtimeMs: 10_000,
    maxErrors: 25,
  });
  assert.equal(outcome.stopReason, 'errors');
  assert.equal(session.loop.failures.list[0]?.status, 0x281);
  assert.ok(session.loop.tally[TALLY.ERRORS] >= 25);
});

for (const [order, reason] of [
  [STOP.DRAIN, 'interrupted'],
  [STOP.ABANDON, 'interrupted'],
  [STOP.DEVICE_LOST, 'device-lost'],
] as const) {
  test(`stop order ${order} ends the session: ${reason}`, async () => {
    const { outcome } = await run('', { runtimeMs: 60_000 }, order);
    assert.equal(outcome.stopReason, reason);
    assert.equal(outcome.lostIos, 0);
  });

  test(`stop order ${order} before the start lets no I/O reach the device`, async () => {
    for (const rampTimeMs of [0, 50]) {
      const { session } = await run('', { runtimeMs: 60_000, rampTimeMs }, order);
      assert.equal(session.loop.tally[TALLY.COMPLETED] + session.loop.outstanding(), 0);
    }
  });
}

test('what is done when the measurement begins is in no latency', async () => {
  const stallMs = 400;
  await withSimJob('', { rampTimeMs: 50, numberIos: 200 }, ({ prepared }) => {
    const [spec] = prepared.workers;
    const control = new ControlBlock(spec.control);
    new Session(spec, control).run({ ...NO_HOOKS, onMeasure: () => stall(stallMs) });
    const late = control.activeSet().subarray(latencyIndex((stallMs / 2) * 1e6));
    assert.equal(sum(late), 0);
  });
});

test('with the I/Os of the ramp, every command that the controller counts is accounted for', async () => {
  await withSimJob('', { rampTimeMs: 50, numberIos: 200 }, async ({ controller, prepared }) => {
    const [spec] = prepared.workers;
    const before = (await controller.admin.smart()).hostReadCommands;
    const session = new Session(spec, new ControlBlock(spec.control));
    const { rampIos } = session.run(NO_HOOKS);
    const counted = Number((await controller.admin.smart()).hostReadCommands - before);
    assert.ok(rampIos > 0);
    assert.equal(rampIos + session.loop.tally[TALLY.COMPLETED], counted);
  });
});

test('a swap that is asked for is made, and both sets together hold every I/O', async () => {
  await withSimJob('', { numberIos: 3000 }, ({ prepared }) => {
    const [spec] = prepared.workers;
    const control = new ControlBlock(spec.control);
    const session = new Session(spec, control);
    control.requestSwap();
    session.run(NO_HOOKS);
    assert.equal(control.swapPending(), false);
    assert.equal(sum(control.sets[0]) + sum(control.sets[1]), 3000);
    assert.equal(session.loop.histograms, control.activeSet());
  });
});

for (const numberIos of [12, 3])
  test(`after a ramp at depth 16, ${numberIos} I/Os are outstanding as soon as they are to be measured`, async () => {
    await withSimJob('', { numberIos, iodepth: 16, rampTimeMs: 20 }, ({ prepared }) => {
      const [spec] = prepared.workers;
      const session = new Session(spec, new ControlBlock(spec.control));
      const { loop } = session;
      const depths: number[] = [];
      const prime = loop.prime.bind(loop);
      loop.prime = () => {
        prime();
        depths.push(loop.outstanding());
      };
      session.run(NO_HOOKS);
      assert.deepEqual(depths, [16, numberIos]);
      assert.equal(loop.tally[TALLY.COMPLETED], numberIos);
    });
  });

test('the whole depth is kept after a ramp, until the number of I/Os is spent', async () => {
  await withSimJob('', { numberIos: 3000, iodepth: 16, rampTimeMs: 20 }, ({ prepared }) => {
    const [spec] = prepared.workers;
    const control = new ControlBlock(spec.control);
    const session = new Session(spec, control);
    const { loop } = session;
    const slice = session.slice.bind(session);
    let looks = 0;
    session.slice = () => {
      slice();
      if (control.state !== STATE.MEASURING) return;
      const left = 3000 - loop.tally[TALLY.COMPLETED];
      assert.equal(loop.outstanding(), Math.min(16, left));
      if (left > 16) looks++;
    };
    session.run(NO_HOOKS);
    assert.ok(looks > 0);
  });
});

test('before a sleep all room of the completion queue is given back', () => {
  const { spec, pairs, control } = playedSpec({ iodepth: 4, entries: 64, completion: 'interrupt' });
  const session = new Session(spec, control);
  const [pair] = pairs;
  session.loop.prime();
  const atSleep: number[] = [];
  const wait = (): boolean => atSleep.push(pair.unreleased()) > 0;
  Object.assign(session, { interrupts: { wait } });
  for (const count of [1, 2, 4]) {
    pair.fetch();
    for (let cid = 0; cid < count; cid++) pair.complete(cid);
    session.slice();
    assert.equal(pair.unreleased(), count);
    session.slice();
  }
  assert.deepEqual(atSleep, [0, 0, 0]);
  assert.equal(session.loop.tally[TALLY.SLEEPS], 3);
});

test('a sleep is a gap only as far as it is longer than it is meant to be', () => {
  const { spec, control } = playedSpec({ iodepth: 1, entries: 4, completion: 'interrupt' });
  /** Gaps of a session whose one sleep takes so long, and how long it took. */
  const gapsOf = (sleepNs: number) => {
    const session = new Session(spec, control);
    session.loop.prime();
    let tookNs = 0;
    const wait = (): boolean => {
      const fromNs = nowNs();
      while (nowNs() - fromNs < sleepNs);
      tookNs = nowNs() - fromNs;
      return true;
    };
    Object.assign(session, { interrupts: { wait, signalled: () => true } });
    session.loop.lookedNs[0] = nowNs();
    session.slice();
    return { ...session.loop.gaps.report(), tookNs };
  };
  // A busy host may make gaps of its own: not in each of so many.
  const attempts = (sleepNs: number) => Array.from({ length: 10 }, () => gapsOf(sleepNs));
  assert.ok(attempts(10e6).some(({ count }) => count === 0));
  assert.ok(
    attempts(60e6).some(
      ({ count, durationNs, tookNs }) => count === 1 && durationNs >= 40e6 && durationNs < tookNs,
    ),
  );
});

test('an interrupt is lost where nothing ended a sleep though something had completed', () => {
  const { spec, pairs, control } = playedSpec({ iodepth: 1, entries: 4, completion: 'interrupt' });
  const [pair] = pairs;
  /** A sleep in which the I/O completes, or not, and the look behind it. */
  const lost = (completes: boolean, woken: boolean, late: boolean): number => {
    const session = new Session(spec, control);
    session.loop.prime();
    const wait = (): boolean => {
      pair.fetch();
      if (completes) pair.complete(0);
      return woken;
    };
    Object.assign(session, { interrupts: { wait, signalled: () => late } });
    session.slice();
    session.slice();
    return session.loop.tally[TALLY.LOST_INTERRUPTS];
  };
  assert.equal(lost(true, false, false), 1);
  assert.equal(lost(true, true, false), 0);
  assert.equal(lost(true, false, true), 0, 'it came as the sleep ended');
  assert.equal(lost(false, false, false), 0, 'the device is slow');
});

test('what is outstanding when the ramp ends early is drained, and what came before is forgotten', async () => {
  // Half of the blocks fail; the first I/O completes long after all others.
  const options = '&faults=error(lba=0-1023,sct=2,sc=0x81);delay(1,500ms)';
  const change = { rampTimeMs: 5000, runtimeMs: 10_000, maxErrors: 16, iodepth: 64 };
  await withSimJob(options, change, ({ prepared }) => {
    const [spec] = prepared.workers;
    const session = new Session(spec, new ControlBlock(spec.control));
    const { loop } = session;
    // The others complete before the ramp looks for the last time.
    const { stopReason, measuredFromNs, measuredToNs, lostIos } = session.run({
      ...NO_HOOKS,
      onMeasure: () => stall(100),
    });
    assert.deepEqual([stopReason, measuredToNs - measuredFromNs, lostIos], ['errors', 0, 0]);
    assert.deepEqual([sum(loop.histograms), loop.tally[TALLY.COMPLETED]], [0, 0]);
    assert.equal(sum(loop.late), loop.tally[TALLY.LATE]);
  });
});

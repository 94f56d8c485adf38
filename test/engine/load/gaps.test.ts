/** What was in flight while the loop did not look is counted apart, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Loop } from '../../../engine/load/loop.js';
import { OpenLoop } from '../../../engine/load/open-loop.js';
import { scheduleOf } from '../../../engine/load/pace/schedules.js';
import { WatchedLoop } from '../../../engine/load/watched-loop.js';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { countsOf } from '../../../engine/stats/operations.js';
import { nowNs, sleepMs } from '../../../engine/sys/clock.js';
import { playedSpec } from './specs.js';

const GAP_MS = 30;
const ATTEMPTS = 20;

/** Until the host itself made no gap in it: `play` says whether there were as many as it meant. */
async function undisturbed(play: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < ATTEMPTS; i++) if (await play()) return;
  assert.fail(`more or fewer gaps than meant in each of ${ATTEMPTS} attempts`);
}

function started(Kind: typeof Loop | typeof WatchedLoop, lanes = 1) {
  const { spec, pairs, control } = playedSpec({ iodepth: 4 }, lanes);
  const loop = new Kind(spec, control.activeSet());
  loop.lookedNs[0] = nowNs();
  loop.prime();
  return { loop, pairs };
}

for (const Kind of [Loop, WatchedLoop]) {
  test(`${Kind.name}: I/Os that completed while it did not look are of the gap, those submitted after it are not`, () =>
    undisturbed(async () => {
      const { loop, pairs } = started(Kind, 2);
      const inFlight = pairs.map((pair) => pair.fetch());
      loop.run(1);
      const fromNs = nowNs();
      await sleepMs(GAP_MS);
      // A timer may be early.
      const sleptNs = nowNs() - fromNs;
      // Of the first queue all, of the second one; its others come right after.
      for (const { cid } of inFlight[0]) pairs[0].complete(cid);
      pairs[1].complete(inFlight[1][0].cid);
      loop.run(1);
      const before = loop.gaps.report();
      for (const { cid } of inFlight[1].slice(1)) pairs[1].complete(cid);
      loop.run(1);
      // Submitted after the gap.
      for (const pair of pairs) for (const { cid } of pair.fetch()) pair.complete(cid);
      loop.run(1);
      const { count, durationNs, ios, latencies } = loop.gaps.report();
      if (count !== 1) return false;
      assert.equal(before.ios, 5);
      assert.ok(durationNs >= sleptNs, `${durationNs} of ${sleptNs} ns`);
      assert.equal(ios, 8);
      assert.equal(
        latencies.reduce((sum, [, each]) => sum + each, 0),
        8,
      );
      for (const [index, each] of latencies) {
        assert.ok(index >= latencyIndex((GAP_MS * 1e6) / 2), `index ${index}`);
        // Nothing leaves the histogram of all.
        assert.ok(countsOf(loop.histograms, 'read')[index] >= each);
      }
      return true;
    }));

  test(`${Kind.name}: what the device holds back longer after a gap than that lasted is its own`, () =>
    undisturbed(async () => {
      const { loop, pairs } = started(Kind);
      const inFlight = pairs[0].fetch();
      loop.run(1);
      await sleepMs(GAP_MS);
      pairs[0].complete(inFlight[0].cid);
      loop.run(1);
      const { durationNs } = loop.gaps.report();
      const untilNs = nowNs() + 1.5 * durationNs;
      while (nowNs() < untilNs) {
        loop.lookedNs[0] = nowNs();
        loop.run(1);
      }
      for (const { cid } of inFlight.slice(1)) pairs[0].complete(cid);
      loop.run(1);
      const { count, ios } = loop.gaps.report();
      if (count === 1) assert.equal(ios, 1);
      return count === 1;
    }));
}

test('a device that takes long is no gap: the loop looked all the time', () =>
  undisturbed(async () => {
    const { loop, pairs } = started(Loop);
    const inFlight = pairs[0].fetch();
    const untilNs = nowNs() + 20e6;
    while (nowNs() < untilNs) {
      loop.run(16);
      // As a session does between slices.
      loop.lookedNs[0] = nowNs();
    }
    for (const { cid } of inFlight) pairs[0].complete(cid);
    loop.run(1);
    return loop.gaps.report().count === 0;
  }));

test('a ramp that ends takes its gaps with it', async () => {
  const { loop, pairs } = started(Loop);
  const inFlight = pairs[0].fetch();
  await sleepMs(GAP_MS);
  pairs[0].complete(inFlight[0].cid);
  loop.run(1);
  assert.equal(loop.gaps.report().ios, 1);
  loop.reset(Number.POSITIVE_INFINITY);
  assert.deepEqual(loop.gaps.report(), { count: 0, durationNs: 0, ios: 0, latencies: [] });
});

test('a loop that waits for its times knows its gaps likewise', () =>
  undisturbed(async () => {
    const { spec, pairs, control } = playedSpec({ iodepth: 4, rateIops: 1e9 });
    const schedule = scheduleOf(spec);
    assert.ok(schedule);
    const loop = new OpenLoop(spec, schedule, control.activeSet());
    loop.lookedNs[0] = nowNs();
    loop.prime();
    loop.run(1);
    const inFlight = pairs[0].fetch();
    assert.equal(inFlight.length, 4);
    await sleepMs(GAP_MS);
    for (const { cid } of inFlight) pairs[0].complete(cid);
    loop.run(1);
    for (const { cid } of pairs[0].fetch()) pairs[0].complete(cid);
    loop.run(1);
    const { count, ios } = loop.gaps.report();
    if (count === 1) assert.equal(ios, 4);
    return count === 1;
  }));

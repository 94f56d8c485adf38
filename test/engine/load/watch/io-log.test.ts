/** The log of single I/Os as a worker leaves it in its ring, against a list of all I/Os. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TALLY } from '../../../../engine/load/tally.js';
import { LogRing, newRing, ringOf } from '../../../../engine/load/watch/log-ring.js';
import type { SlowIo } from '../../../../engine/load/watch/slowest.js';
import { type LoggedIo, RECORD_BYTES } from '../../../../reports/io-log/records.js';
import { openLoop } from '../specs.js';
import { takeAll } from './logged.js';
import { play, watched } from './played-watch.js';

const textOf = ({ slba, lbas, operation, queue, depth, latencyNs, atNs }: SlowIo | LoggedIo): string =>
  JSON.stringify([atNs, latencyNs, operation, slba, lbas, queue, depth]);
const textsOf = (ios: readonly (SlowIo | LoggedIo)[]): string[] => ios.map(textOf).sort();

describe('a log has every I/O, once and exactly', () => {
  for (const [title, change, lanes] of [
    ['of one queue', { iodepth: 4 }, 1],
    ['of several queues', { iodepth: 24 }, 3],
    ['of reads and writes', { iodepth: 8, readPercent: 40 }, 1],
    [
      'beyond block 2^32',
      { iodepth: 4, sizeLbas: 2 ** 40, region: { startLba: 2 ** 34, blockLbas: 8, blocks: 1000 } },
      1,
    ],
  ] as const)
    test(title, () => {
      const logRing = ringOf(2 ** 18);
      const played = watched({ ...change, index: 3, logRing }, lanes);
      const all = play(played, { rounds: 1500, mostStepNs: 1e6 });
      const logged = takeAll(new LogRing(logRing));
      assert.deepEqual(textsOf(logged), textsOf(all));
      assert.ok(logged.every(({ worker, status, late }) => worker === 3 && status === 0 && !late));
    });

  test('of minutes, beyond what a word holds', () => {
    const logRing = ringOf(2 ** 16);
    const played = watched({ iodepth: 4, logRing });
    const all = play(played, { rounds: 2000, mostStepNs: 60e9 });
    assert.ok(all[0].latencyNs > 2 ** 33);
    assert.deepEqual(textsOf(takeAll(new LogRing(logRing))), textsOf(all));
  });
});

test('what failed is there with its status', () => {
  const logRing = ringOf(2 ** 16);
  const failed: SlowIo[] = [];
  const all = play(watched({ iodepth: 8, logRing }), { rounds: 800, failing: 0.2, failed, mostStepNs: 1e6 });
  const logged = takeAll(new LogRing(logRing));
  assert.ok(failed.length > 100);
  assert.deepEqual(textsOf(logged.filter(({ status }) => status === 0x80)), textsOf(failed));
  assert.deepEqual(textsOf(logged.filter(({ status }) => status === 0)), textsOf(all));
});

test('what completed before the measured time is not there; what completes after it is, and says so', () => {
  const logRing = ringOf(2 ** 12);
  const { loop, pairs, clock } = watched({ iodepth: 1, logRing });
  const complete = (afterNs: number): void => {
    clock.ns += afterNs;
    pairs[0].completeAll();
    loop.run(1);
  };
  loop.watch?.begin(Number.POSITIVE_INFINITY);
  complete(900);
  loop.watch?.begin(clock.ns);
  complete(300);
  loop.end(clock.ns + 600);
  complete(700);
  const logged = takeAll(new LogRing(logRing)).map(({ latencyNs, atNs, late }) => [latencyNs, atNs, late]);
  assert.deepEqual(logged, [
    [300, 300, false],
    [700, 1000, true],
  ]);
});

test('of a job with a rate each record says how long its I/O waited', () => {
  const logRing = ringOf(2 ** 12);
  const { loop, pairs, clock } = watched({ iodepth: 2, logRing }, 1, (spec, counts) =>
    openLoop({ ...spec, rateIops: 1e6 }, counts),
  );
  clock.ns += 1e6;
  loop.run(1);
  clock.ns += 5000;
  pairs[0].completeAll();
  loop.run(1);
  const [first, second] = takeAll(new LogRing(logRing));
  assert.equal(first.latencyNs, 5000);
  assert.ok(first.waitedNs > 1e6 - 1001 && first.waitedNs <= 1e6, `${first.waitedNs} ns`);
  assert.equal(first.waitedNs - second.waitedNs, 1000);
});

test('a ring that is taken from goes round, and nothing is lost', () => {
  const logRing = ringOf(64);
  const ring = new LogRing(logRing);
  const { loop, pairs, clock } = watched({ iodepth: 8, logRing });
  const logged: LoggedIo[] = [];
  for (let round = 0; round < 500; round++) {
    clock.ns += 1000 + round;
    pairs[0].completeAll();
    loop.run(1);
    if (round % 5 === 0) logged.push(...takeAll(ring));
  }
  logged.push(...takeAll(ring));
  assert.deepEqual([logged.length, ring.dropped], [loop.tally[TALLY.COMPLETED], 0]);
  assert.ok(logged.every(({ atNs }, i) => i === 0 || atNs >= logged[i - 1].atNs));
});

test('what finds no room is counted, and what was there stays', () => {
  const logRing = ringOf(64);
  const ring = new LogRing(logRing);
  const { loop, pairs, clock } = watched({ iodepth: 10, logRing });
  for (let round = 0; round < 20; round++) {
    clock.ns += 1000;
    pairs[0].completeAll();
    loop.run(1);
  }
  const logged = takeAll(ring);
  assert.deepEqual([logged.length, ring.dropped], [64, 200 - 64]);
  assert.deepEqual(
    logged.map(({ atNs }) => atNs),
    Array.from({ length: 64 }, (_, i) => 1000 * (1 + Math.floor(i / 10))),
  );
});

test('rings of many workers are small, those of few hold a moment at full speed', () => {
  const records = (numjobs: number): number => (newRing(numjobs).byteLength - 64) / RECORD_BYTES;
  assert.deepEqual([1, 4, 5, 64, 1024].map(records), [2 ** 18, 2 ** 18, 2 ** 17, 2 ** 14, 2 ** 12]);
});

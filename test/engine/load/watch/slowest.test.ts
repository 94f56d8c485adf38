/** The slowest I/Os of a worker, on queues that the test completes and by a clock that it moves, against a list of all I/Os. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ThinkLoop } from '../../../../engine/load/think-loop.js';
import type { SlowIo } from '../../../../engine/load/watch/slowest.js';
import { countsOf } from '../../../../engine/stats/operations.js';
import { openLoop } from '../specs.js';
import { latenciesOf } from './logged.js';
import { play, watched } from './played-watch.js';

/** Holds a list of the slowest against all I/Os: where some took equally long, any of them will do. */
function holdAgainst(kept: readonly SlowIo[], all: readonly SlowIo[], count: number): void {
  assert.deepEqual(
    kept.map(({ latencyNs }) => latencyNs),
    all.slice(0, count).map(({ latencyNs }) => latencyNs),
  );
  const texts = new Set(all.map((io) => JSON.stringify(sorted(io))));
  for (const io of kept) assert.ok(texts.has(JSON.stringify(sorted(io))), JSON.stringify(io));
  assert.equal(new Set(kept.map((io) => JSON.stringify(io))).size, kept.length);
}

const sorted = (io: SlowIo): [string, unknown][] => Object.entries(io).sort(([a], [b]) => a.localeCompare(b));

describe('the slowest I/Os are those of all I/Os', () => {
  for (const [title, change, lanes] of [
    ['of one queue', { iodepth: 4, slowest: 10 }, 1],
    ['of several queues', { iodepth: 24, slowest: 100 }, 3],
    ['of reads and writes', { iodepth: 8, slowest: 33, readPercent: 40 }, 1],
    ['where one is kept', { iodepth: 8, slowest: 1 }, 1],
    [
      'that are beyond 2^32',
      {
        iodepth: 4,
        slowest: 20,
        sizeLbas: 2 ** 40,
        region: { startLba: 2 ** 34, blockLbas: 8, blocks: 1000 },
      },
      1,
    ],
  ] as const)
    test(title, () => {
      const played = watched(change, lanes);
      const all = play(played, { rounds: 2000, mostStepNs: 1e6 });
      holdAgainst(played.loop.watch?.slowestIos() ?? [], all, change.slowest);
    });

  test('where latencies reach minutes, beyond what a word holds', () => {
    const played = watched({ iodepth: 4, slowest: 50 });
    const all = play(played, { rounds: 2000, mostStepNs: 60e9 });
    assert.ok(all[0].latencyNs > 2 ** 33);
    holdAgainst(played.loop.watch?.slowestIos() ?? [], all, 50);
  });

  test('without those that failed', () => {
    const played = watched({ iodepth: 8, slowest: 25 });
    const all = play(played, { rounds: 1000, failing: 0.3, mostStepNs: 1e6 });
    holdAgainst(played.loop.watch?.slowestIos() ?? [], all, 25);
  });

  test('with pauses', () => {
    const played = watched(
      { iodepth: 4, slowest: 12 },
      1,
      (spec, counts) => new ThinkLoop(spec, 0.001, counts),
    );
    const all = play(played, { rounds: 2000, mostStepNs: 1e6 });
    assert.ok(all.length > 100, `${all.length} I/Os`);
    holdAgainst(played.loop.watch?.slowestIos() ?? [], all, 12);
  });
});

test('with room for all, their latencies are those of the histogram', () => {
  const played = watched({ iodepth: 16, slowest: 60_000 });
  play(played, { rounds: 3000, mostStepNs: 1e6 });
  const { loop } = played;
  const latencies = latenciesOf(loop.watch?.slowestIos() ?? []);
  assert.deepEqual(latencies, Float64Array.from(countsOf(loop.histograms, 'read')));
});

test('what completed before the measured time is forgotten, and what completes after it does not count', () => {
  const { loop, pairs, clock } = watched({ iodepth: 1, slowest: 5 });
  const complete = (afterNs: number): void => {
    clock.ns += afterNs;
    pairs[0].completeAll();
    loop.run(1);
  };
  complete(900);
  loop.reset(Number.POSITIVE_INFINITY);
  loop.watch?.begin(clock.ns);
  complete(300);
  complete(500);
  loop.end(clock.ns + 600);
  loop.submitting = true;
  complete(700);
  const kept = loop.watch?.slowestIos()?.map(({ latencyNs, atNs }) => [latencyNs, atNs]);
  assert.deepEqual(kept, [
    [500, 800],
    [300, 300],
  ]);
});

test('what a device completes twice is kept once', () => {
  const { loop, pairs, clock } = watched({ iodepth: 2, slowest: 5, numberIos: 2 });
  clock.ns += 1000;
  pairs[0].complete(0);
  pairs[0].complete(0);
  loop.run(1);
  assert.equal(loop.watch?.slowestIos()?.length, 1);
});

test('of a job with a rate it is said how long each waited after it was due', () => {
  const { loop, pairs, clock } = watched({ iodepth: 1, slowest: 5 }, 1, (spec, counts) =>
    openLoop({ ...spec, rateIops: 1e6 }, counts),
  );
  clock.ns += 1e6;
  loop.run(1);
  clock.ns += 5000;
  pairs[0].completeAll();
  loop.run(1);
  const [{ waitedNs = -1, latencyNs }] = loop.watch?.slowestIos() ?? [];
  assert.equal(latencyNs, 5000);
  // The first is due at the beginning of the schedule, or within the first microsecond.
  assert.ok(waitedNs > 1e6 - 1001 && waitedNs <= 1e6, `${waitedNs} ns`);
});

test('a job that asks for none has no watch', () => {
  const { loop } = watched({ iodepth: 1 });
  assert.equal(loop.watch, undefined);
});

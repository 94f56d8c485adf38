import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { Loop } from '../../../engine/load/loop.js';
import { rehearse } from '../../../engine/load/rehearsal.js';
import type { QueueSpec } from '../../../engine/path/path.js';
import { pcieQueues } from '../../../engine/path/pcie/queues.js';
import type { PcieQueueSpec } from '../../../engine/path/pcie/transfer-queue.js';
import { viewAt } from '../../../engine/sys/mapping.js';
import type { LaneShape } from '../path/pcie/played-lane.js';
import { playedSpec } from './specs.js';

/** Rings of a lane, as the device sees them. */
const ringsOf = ({ lanes }: WorkerSpec): Buffer[] =>
  (lanes as readonly PcieQueueSpec[]).map(({ queue }) =>
    Buffer.from(Buffer.from(viewAt(queue.sqAddress, queue.entries * 64 + queue.entries * 16 + 8))),
  );

/** How many I/Os are completed at once on played queues from now on, and no more once it is asked. */
function batchesPlayed(): () => readonly number[] {
  const batches: number[] = [];
  const play = pcieQueues.playQueue;
  const { mock: calls } = mock.method(pcieQueues, 'playQueue', (spec: QueueSpec) => {
    const queue = play(spec);
    return {
      ...queue,
      complete(count: number) {
        batches.push(count);
        queue.complete(count);
      },
    };
  });
  return () => {
    calls.restore();
    return batches;
  };
}

const JOBS: Readonly<Record<string, Partial<WorkerSpec & LaneShape>>> = {
  reads: { iodepth: 32 },
  'writes of two pages': { iodepth: 7, readPercent: 0, secondPages: true },
  'a mix at depth 1, in order': { iodepth: 1, readPercent: 50, random: false },
  'a mix of split I/Os': { iodepth: 4, parts: 3, readPercent: 50 },
  'an open loop of ten arrivals a second': { iodepth: 8, rateIops: 10 },
  'pauses of ten seconds': { iodepth: 8, thinkTimeMs: 10_000 },
  'three I/Os deeper than a batch': { iodepth: 200, numberIos: 3, runtimeMs: 1, maxErrors: 1 },
};

for (const [name, change] of Object.entries(JOBS)) {
  test(`touches neither rings nor control block, and ends: ${name}`, () => {
    const { spec, pairs, control } = playedSpec(change, 2);
    const before = ringsOf(spec);
    const played = batchesPlayed();
    rehearse(spec);
    const ios = played().reduce((sum, count) => sum + count, 0);
    assert.ok(ios > 100, `${ios} I/Os were rehearsed`);
    assert.deepEqual(ringsOf(spec), before);
    assert.ok(
      control.words.every((word) => word === 0) && control.counters.every((counter) => counter === 0),
    );
    for (const set of control.sets) assert.ok(set.every((count) => count === 0));
    // The job itself starts as if nothing had been.
    const loop = new Loop(spec, control.activeSet());
    loop.prime();
    const due = Math.min(2 * spec.iodepth, spec.numberIos) * (change.parts ?? 1);
    assert.equal(
      pairs.reduce((sum, pair) => sum + pair.fetch().length, 0),
      due,
    );
  });
}

test('batches of even and of odd numbers are rehearsed, and one of a time that no rehearsal reaches', () => {
  const { spec } = playedSpec({ iodepth: 8, readPercent: 70 }, 1);
  const played = batchesPlayed();
  type Counted = { accountLong(slots: Int32Array, record: number): boolean };
  const counted = mock.method(Loop.prototype as unknown as Counted, 'accountLong');
  rehearse(spec);
  const long = counted.mock.callCount();
  counted.mock.restore();
  const batches = played();
  assert.ok(batches.some((count) => count % 2 === 0) && batches.some((count) => count % 2 === 1));
  assert.ok(long > 0);
});

test('a job of few I/Os is rehearsed for a moment, and for as long as others where it ramps', () => {
  const iosOf = (change: Partial<WorkerSpec>): number => {
    const { spec } = playedSpec({ iodepth: 4, ...change }, 1);
    const played = batchesPlayed();
    rehearse(spec);
    return played().reduce((sum, count) => sum + count, 0);
  };
  const [few, many, ramped] = [{ numberIos: 16 }, { numberIos: 17 }, { numberIos: 16, rampTimeMs: 1 }].map(
    iosOf,
  );
  assert.ok(few > 16 && 20 * few < Math.min(many, ramped), `${few}, ${many} and ${ramped} I/Os`);
});

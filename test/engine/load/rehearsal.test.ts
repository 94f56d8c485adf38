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

/** How many I/Os are completed on played queues from now on, and no more once it is asked. */
function countPlayed(): () => number {
  let ios = 0;
  const play = pcieQueues.playQueue;
  const { mock: calls } = mock.method(pcieQueues, 'playQueue', (spec: QueueSpec) => {
    const queue = play(spec);
    return {
      ...queue,
      complete(count: number) {
        ios += count;
        queue.complete(count);
      },
    };
  });
  return () => {
    calls.restore();
    return ios;
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
    const played = countPlayed();
    rehearse(spec);
    assert.ok(played() > 100, `${played()} I/Os were rehearsed`);
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

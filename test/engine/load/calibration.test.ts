import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Calibration, WorkerSpec } from '../../../engine/load/job.js';
import { Loop } from '../../../engine/load/loop.js';
import { rehearse } from '../../../engine/load/rehearsal.js';
import { TALLY } from '../../../engine/load/tally.js';
import type { NullQueueSpec } from '../../../engine/path/null/null-queue.js';
import { pcieQueues } from '../../../engine/path/pcie/queues.js';
import { COUNTS_LENGTH } from '../../../engine/stats/operations.js';
import { nowNs } from '../../../engine/sys/clock.js';
import { threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import type { LaneShape } from '../path/pcie/played-lane.js';
import { playedSpec } from './specs.js';

function calibrated(change: Partial<WorkerSpec & LaneShape>, lanes = 1): Calibration {
  const calibration = rehearse(playedSpec(change, lanes).spec);
  assert.ok(calibration !== undefined);
  return calibration;
}

for (const iodepth of [1, 32, 200])
  test(`of a closed loop ${iodepth} deep a latency is what all in flight take, but for the time till the doorbell`, () => {
    const { nsPerIo, latencyNs = 0, clockNs } = calibrated({ iodepth });
    assert.ok(nsPerIo > 0 && clockNs > 0);
    assert.ok(latencyNs > 0 && latencyNs < iodepth * nsPerIo, `${latencyNs} of ${iodepth * nsPerIo} ns`);
  });

test('it is what the same loop takes on queues that complete by themselves', () => {
  const lane: NullQueueSpec = {
    path: 'null',
    iodepth: 32,
    bsBytes: 4096,
    writeBuffer: new SharedArrayBuffer(0),
  };
  const spec: WorkerSpec = { ...playedSpec({ iodepth: 32 }).spec, lanes: [lane] };
  const { nsPerIo = 0 } = rehearse(spec) ?? {};
  const loop = new Loop(spec, new Uint32Array(COUNTS_LENGTH));
  loop.prime();
  loop.run(20_000);
  const [before, fromNs] = [loop.tally[TALLY.COMPLETED], threadCpuTimeNs()];
  loop.run(100_000);
  const measured = (threadCpuTimeNs() - fromNs) / (loop.tally[TALLY.COMPLETED] - before);
  assert.ok(nsPerIo > measured / 3 && nsPerIo < 3 * measured, `${nsPerIo} for ${measured} ns`);
});

test('what a doorbell takes is found, in the time of an I/O and in its latency', () => {
  const RING_NS = 20_000;
  const open = pcieQueues.openQueue;
  const { mock: calls } = mock.method(pcieQueues, 'openQueue', (...args: Parameters<typeof open>) => {
    const queue = open(...args);
    const ring = queue.ring.bind(queue);
    queue.ring = () => {
      for (const untilNs = nowNs() + RING_NS; nowNs() < untilNs; );
      ring();
    };
    return queue;
  });
  const { nsPerIo, latencyNs = 0 } = calibrated({ iodepth: 1 });
  calls.restore();
  assert.ok(nsPerIo >= 0.95 * RING_NS && latencyNs >= 0.95 * RING_NS, `${nsPerIo}, ${latencyNs} ns`);
});

test('an open loop has no latency that is its own', () => {
  assert.equal(calibrated({ iodepth: 8, rateIops: 10 }).latencyNs, undefined);
});

test('a brief job has none', () => {
  assert.equal(rehearse(playedSpec({ iodepth: 1, numberIos: 16 }).spec), undefined);
});

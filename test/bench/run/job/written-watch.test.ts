import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobOutcome } from '../../../../bench/run/job/job-run.js';
import { WrittenWatch } from '../../../../bench/run/job/written-watch.js';
import type { WorkerResult } from '../../../../engine/load/index.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import { planned } from '../../planned.js';
import { idleWorker } from '../idle-worker.js';

const TURN = planned(
  `  - rounds: { job: w, of: iops, most: 2, window: 2 }
    jobs: [{ name: w, rw: randwrite, bs: 4k, runtime: 1s }]`,
  'device: sim\nallow_writes: true',
).slice(0, 1);

/** I/Os that may still be written of 100, after 40 that completed and what else a worker did. */
function leftAfter(did: Partial<WorkerResult>): number {
  const watch = new WrittenWatch(4096 * 100, TURN);
  const counts = emptyCounts();
  countsOf(counts, 'write')[0] = 40;
  const workers = [{ ...idleWorker, ...did }];
  watch.add([{ planned: TURN[0], counts, workers } as unknown as JobOutcome]);
  return watch.within(TURN)[0].spec.numberIos;
}

test('what completed counts, within the measured time and in the drain', () => {
  assert.equal(leftAfter({}), 60);
  assert.equal(leftAfter({ drain: { ios: 10, durationNs: 1, maxNs: 1 } }), 50);
});

test('so do writes that failed or never came back: their data may have been written', () => {
  const status = { status: 0x281, operation: 'write', count: 20, firstSlba: 0 } as const;
  assert.equal(leftAfter({ statuses: [status] }), 40);
  assert.equal(leftAfter({ lostIos: 5 }), 55);
});

test('nothing is left where all of it may have been written', () => {
  assert.throws(() => leftAfter({ lostIos: 60 }), { code: 'MAX_BYTES_WRITTEN' });
});

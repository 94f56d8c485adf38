/** Whether a job measured the tool. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolDoubts } from '../../../../bench/run/doubts/tool.js';
import type { WorkerResult } from '../../../../engine/load/index.js';
import { emptyCounts } from '../../../../engine/stats/operations.js';
import { planned, READ_JOB } from '../../planned.js';
import { idleWorker } from '../idle-worker.js';
import { outcomeOf } from '../job-outcome.js';

/** A million I/Os a second, one a look, as many looks in vain, by a loop that can do ten times that. */
const worker: WorkerResult = {
  ...idleWorker,
  completed: { ...idleWorker.completed, read: 1e6 },
  reapBatches: 1e6,
  emptyPolls: 1e6,
  calibration: { nsPerIo: 100, latencyNs: 60, clockNs: 40 },
};

function message(change: Partial<WorkerResult>, others: readonly Partial<WorkerResult>[] = []): string {
  const workers = [change, ...others].map((each, index) => ({ ...worker, index, ...each }));
  const doubts = toolDoubts(outcomeOf(planned(READ_JOB)[0], workers, emptyCounts()));
  assert.ok(doubts.every(({ code }) => code === 'tool-bound'));
  return doubts.map((doubt) => doubt.message).join();
}

const by = (nsPerIo: number): Partial<WorkerResult> => ({ calibration: { nsPerIo, clockNs: 40 } });

test('it did not where the loop had time', () => {
  assert.equal(message({}), '');
  assert.equal(message(by(799)), '');
});

test('it did from 80 % of what the loop can do', () => {
  assert.match(message(by(800)), /1,000,000 IOPS where the loop of the tool can do 1,250,000 by itself/);
});

test('what the loops of all workers can do counts', () => {
  assert.equal(message(by(800), [by(500)]), '');
  assert.match(message(by(800), [by(900)]), /2,000,000 IOPS/);
  assert.equal(message(by(800), [{ calibration: undefined }]), '');
});

test('it did where hardly a look found nothing, calibrated or not', () => {
  const busy = { emptyPolls: 1e5, calibration: undefined };
  assert.match(message(busy), /91 % of the looks/);
  assert.equal(message({ ...busy, emptyPolls: 1.2e5 }), '');
});

test('few looks say nothing', () => {
  const few = { completed: { ...idleWorker.completed, read: 999 }, emptyPolls: 0, reapBatches: 999 };
  assert.equal(message(few), '');
});

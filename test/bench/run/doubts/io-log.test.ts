import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logDoubts } from '../../../../bench/run/doubts/io-log.js';
import type { LogOutcome } from '../../../../bench/run/job/io-log.js';
import type { JobOutcome } from '../../../../bench/run/job/job-run.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import { planned, READ_JOB } from '../../planned.js';
import { idleWorker } from '../idle-worker.js';
import { outcomeOf } from '../job-outcome.js';

/** 90 I/Os within the measured time, 4 that failed, 6 that were drained. */
function outcome(log: Partial<LogOutcome> | undefined): JobOutcome {
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(1000)] = 90;
  const statuses = [{ status: 0x281, operation: 'read', count: 4, firstSlba: 8 } as const];
  const drain = { ios: 6, durationNs: 1e6, maxNs: 1e6 };
  return {
    ...outcomeOf(planned(READ_JOB, 'device: sim')[0], [{ ...idleWorker, statuses, drain }], counts),
    ...(log === undefined ? {} : { log: { file: 'ios.log', ios: 100, droppedIos: 0, ...log } }),
  };
}

test('a log that has what succeeded, failed and was drained raises none, and neither does a job without one', () => {
  assert.deepEqual(logDoubts(outcome({})), []);
  assert.deepEqual(logDoubts(outcome(undefined)), []);
});

test('one that dropped I/Os, could not be written, or has another number of them, is told of', () => {
  const message = (log: Partial<LogOutcome>): string => {
    const [{ code, message: text }] = logDoubts(outcome(log));
    assert.equal(code, 'log-incomplete');
    return text;
  };
  assert.match(message({ ios: 70, droppedIos: 30 }), /has 70 of 100 I\/Os: 30 came faster/);
  assert.match(message({ ios: 70, droppedIos: 30, problem: 'no space is left' }), /100 I\/Os: no space/);
  assert.match(message({ ios: 99 }), /has 99 of 100 I\/Os$/);
});

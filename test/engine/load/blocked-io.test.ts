import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlockedIo, blockedIoReport, lookAtBlockedIo } from '../../../engine/load/blocked-io.js';
import type { IoQueue } from '../../../engine/path/path.js';
import { threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import { ownThreadId } from '../../../engine/sys/threads.js';

const queueWith = (...ids: (number | undefined)[]): IoQueue =>
  ({ blockedThreads: () => ids }) as Partial<IoQueue> as IoQueue;
const look = (cpuNs: readonly (readonly [number, number])[], unknown = 0): BlockedIo => ({
  cpuNs: new Map(cpuNs),
  unknown,
});
/** More than pid_max can be. */
const NOBODY = 9_999_999;

test('queues without such threads have none, and nothing is reported', () => {
  const none = lookAtBlockedIo([{} as IoQueue, queueWith()]);
  assert.deepEqual([none.cpuNs.size, none.unknown, blockedIoReport(none, none)], [0, 0, {}]);
});

test('a thread that serves several queues counts once, with its CPU time', () => {
  // This thread stands for one of the kernel's.
  const id = ownThreadId();
  const before = threadCpuTimeNs();
  const { cpuNs } = lookAtBlockedIo([queueWith(id), queueWith(id)]);
  assert.deepEqual([...cpuNs.keys()], [id]);
  const timeNs = cpuNs.get(id) ?? 0;
  assert.ok(timeNs >= before && timeNs <= threadCpuTimeNs());
});

test('one that may be of another worker, or has just ended, is not known', () => {
  assert.equal(lookAtBlockedIo([queueWith(undefined), queueWith(undefined)]).unknown, 1);
  assert.equal(lookAtBlockedIo([queueWith(NOBODY)]).unknown, 1);
});

test('what counts is the time between two looks; of a thread that began in between all of it', () => {
  const report = blockedIoReport(
    look([[1, 100]]),
    look([
      [1, 350],
      [2, 30],
    ]),
  );
  assert.deepEqual(report, { blockedIo: { threads: 2, cpuTimeNs: 280 } });
});

for (const [what, from, to, threads] of [
  [
    'one has ended',
    look([
      [1, 100],
      [2, 5],
    ]),
    look([[1, 150]]),
    2,
  ],
  ['one may be of another', look([[1, 100]]), look([[1, 150]], 1), 2],
  ['one was of another at first', look([], 1), look([[1, 150]]), 2],
] as const)
  test(`where ${what} the time is not known`, () => {
    assert.deepEqual(blockedIoReport(from, to), { blockedIo: { threads } });
  });

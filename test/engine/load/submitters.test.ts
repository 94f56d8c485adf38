import assert from 'node:assert/strict';
import { test } from 'node:test';
import { submittersCpuNs, submittersOf, submittersReport } from '../../../engine/load/submitters.js';
import { threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import { ownThreadId } from '../../../engine/sys/threads.js';

/** This thread stands for one of the kernel's. */
const threadId = ownThreadId();
const lane = { path: 'uring', iodepth: 1 };

test('queues that the worker submits to itself have none, and nothing is reported', () => {
  const none = submittersOf([lane, lane]);
  assert.deepEqual([none, submittersCpuNs(none), submittersReport(none, 0, 0)], [[], 0, {}]);
});

test('the time of all of them is added up', () => {
  const two = submittersOf([
    { ...lane, submitter: { threadId } },
    lane,
    { ...lane, submitter: { threadId } },
  ]);
  const before = threadCpuTimeNs();
  const sum = submittersCpuNs(two) ?? 0;
  assert.ok(sum >= 2 * before && sum <= 2 * threadCpuTimeNs());
  const { submitters } = submittersReport(two, 100, 350);
  assert.deepEqual([submitters?.cpuTimeNs, submitters?.cpus.length], [250, 1]);
});

test('one that cannot be told makes the time of all unknown', () => {
  const some = submittersOf([
    { ...lane, submitter: { threadId } },
    { ...lane, submitter: { threadId: undefined } },
  ]);
  assert.equal(submittersCpuNs(some), undefined);
  assert.equal(submittersReport(some, undefined, undefined).submitters?.cpuTimeNs, undefined);
});

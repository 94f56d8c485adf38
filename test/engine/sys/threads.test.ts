/** Threads of this process by /proc, and their CPU time by their clocks. */
import assert from 'node:assert/strict';
import { readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { allowedCpus } from '../../../engine/sys/affinity.js';
import { cpuTimeOfThreadNs, threadCpuTimeNs } from '../../../engine/sys/cpu-time.js';
import { cpuOfThread, threadIds, threadName } from '../../../engine/sys/threads.js';

/** The id of this thread, `1234/task/5678`. */
const own = Number(readlinkSync('/proc/thread-self').split('/').at(-1));

test('this thread is one of the process, with its name and a CPU that it may use', () => {
  assert.ok(threadIds().has(own));
  assert.equal(threadName(own), readFileSync('/proc/thread-self/comm', 'utf8').trim());
  assert.ok(allowedCpus().includes(cpuOfThread(own) ?? -1));
});

test('a clock by the id of this thread is that of this thread, and goes on with its work', () => {
  const before = threadCpuTimeNs();
  const between = cpuTimeOfThreadNs(own) ?? 0;
  for (let i = 0; i < 1e6; i++) Math.sqrt(i);
  const after = threadCpuTimeNs();
  assert.ok(between >= before && between <= after, `${before} ${between} ${after}`);
  assert.ok((cpuTimeOfThreadNs(own) ?? 0) > between);
});

test('a thread that there is none of, or that another process has, has neither name nor CPU nor time', () => {
  for (const id of [1, 2 ** 22]) {
    if (threadIds().has(id)) continue;
    assert.deepEqual(
      [threadName(id), cpuOfThread(id), cpuTimeOfThreadNs(id)],
      [undefined, undefined, undefined],
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeRing, createRing } from '../../../../engine/path/uring/ring.js';
import { withSubmitter } from '../../../../engine/path/uring/submitter.js';
import { allowedCpus } from '../../../../engine/sys/affinity.js';
import { cpuTimeOfThreadNs } from '../../../../engine/sys/cpu-time.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { cpuOfThread, threadName } from '../../../../engine/sys/threads.js';

const make = (cpu?: number) =>
  withSubmitter(() =>
    createRing({
      entries: 8,
      flags: SETUP.SQPOLL | SETUP.R_DISABLED | (cpu === undefined ? 0 : SETUP.SQ_AFF),
      target: 'test',
      sqThreadIdleMs: 1000,
      ...(cpu === undefined ? {} : { sqThreadCpu: cpu }),
    }),
  );

test('each ring has a thread of its own, which is found by its name', () => {
  const rings = [make(), make(), make()];
  const ids = rings.map(({ threadId }) => threadId as number);
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.match(threadName(id) ?? '', /^iou-sqp-/);
  for (const { ring } of rings) closeRing(ring);
});

test('it runs on the CPU that it is bound to, and its time can be told', () => {
  for (const cpu of allowedCpus().slice(0, 2)) {
    const { ring, threadId = 0 } = make(cpu);
    assert.equal(cpuOfThread(threadId), cpu);
    assert.ok((cpuTimeOfThreadNs(threadId) ?? 0) > 0);
    closeRing(ring);
  }
});

test('a ring that the kernel submits nothing for has none', () => {
  const { ring, threadId } = withSubmitter(() => createRing({ entries: 8, flags: 0, target: 'test' }));
  assert.equal(threadId, undefined);
  closeRing(ring);
});

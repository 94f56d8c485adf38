import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueShape } from '../../../../engine/path/path.js';
import { type PlanLimits, planQueues } from '../../../../engine/path/uring/queue-plan.js';
import { READS } from '../reads.js';

const LIMITS: PlanLimits = {
  target: 'uring:/a',
  maxTransferBytes: 2 ** 20,
  splits: false,
  ioPoll: false,
  kind: 'command',
  optionalNvmCommands: 0,
};

const plan = (shape: Partial<QueueShape>, limits: Partial<PlanLimits> = {}) =>
  planQueues({ ...LIMITS, ...limits }, { ...READS, ...shape });

test('a job becomes rings of a power of two of entries, and memory of whole pages and one for waits', () => {
  const both = { operations: ['read', 'write'], bsBytes: 512, iodepth: 5, queues: 3 } as const;
  const expected = { queues: 3, entries: 16, commandsPerIo: 1, memoryBytes: 3 * (2 * 5 * 4096 + 4096) };
  assert.deepEqual(plan(both), expected);
});

for (const [code, shape, limits] of [
  ['BAD_QUEUE_ENTRIES', { queueEntries: 64 }, {}],
  ['NO_INTERRUPTS', { completion: 'hybrid' }, { ioPoll: true }],
  ['UNSUPPORTED_FORMAT', { namespace: { ...READS.namespace, metadataBytes: 8 } }, {}],
  ['UNSUPPORTED_FORMAT', { namespace: { ...READS.namespace, protectionType: 1 } }, {}],
  ['BEYOND_MDTS', { bsBytes: 2 ** 20 + 512 }, {}],
  ['QUEUE_TOO_DEEP', { iodepth: 16_385 }, { splits: false }],
  ['QUEUE_TOO_DEEP', { iodepth: 32_769 }, { splits: true }],
  ['BLOCK_TOO_LARGE', { bsBytes: 2 ** 20, iodepth: 1024 }, {}],
] as const)
  test(`${JSON.stringify({ ...shape, ...limits })} is refused: ${code}`, () => {
    assert.throws(() => plan(shape, limits), { code, kind: 'input' });
  });

test('what is at the limits is not', () => {
  assert.equal(plan({ bsBytes: 2 ** 20, iodepth: 1023 }).entries, 1024);
  assert.equal(plan({ iodepth: 16_384 }).entries, 16_384);
  assert.equal(plan({ iodepth: 32_768 }, { splits: true }).entries, 32_768);
  assert.equal(plan({ completion: 'poll' }, { ioPoll: true }).queues, 1);
});

test('FUA is of commands: what of a block device or a file goes with it is the kernel’s to say', () => {
  const fua = { reads: false, writes: true };
  for (const kind of ['block', 'file'] as const)
    assert.throws(() => plan({ fua }, { kind }), { code: 'NO_FUA', kind: 'input', op: /writefua/ });
  assert.equal(plan({ fua }, { kind: 'command' }).queues, 1);
});

test('metadata of a block device is the kernel’s to see to, and cannot be checked by keys', () => {
  const namespace = { ...READS.namespace, metadataBytes: 8, protectionType: 1 };
  assert.equal(plan({ namespace }, { kind: 'block' }).queues, 1);
  const protection = { checks: ['GUARD'], applicationTag: 0, applicationTagMask: 0 } as const;
  assert.throws(() => plan({ namespace, protection }, { kind: 'block' }), { code: 'NO_PROTECTION' });
});

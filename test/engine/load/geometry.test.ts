import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Controller } from '../../../engine/index.js';
import { type JobSpec, planGeometry } from '../../../engine/load/geometry.js';
import type { ActiveNamespace } from '../../../engine/path/pcie/namespace.js';
import { JOB } from './specs.js';

/** What planning looks at: MDTS 128 KiB, queues of 64 entries, 4 queue pairs, a namespace of 1 MiB. */
function subject(lbaBytes = 512, change: object = {}) {
  const controller = {
    device: { target: 'fake:0' },
    capabilities: { maxQueueEntries: 64 },
    maxTransferBytes: 128 * 1024,
    maxIoQueues: 4,
    pageBytes: 4096,
    ...change,
  } as unknown as Controller;
  const namespace = {
    nsid: 1,
    lbaBytes,
    sizeBytes: 2 ** 20,
    sizeLbas: 2 ** 20 / lbaBytes,
    metadataBytes: 0,
    identity: { protectionType: 0 },
  } as unknown as ActiveNamespace;
  return { controller, namespace };
}

const plan = (job: Partial<JobSpec>, lbaBytes = 512, change: object = {}) => {
  const { controller, namespace } = subject(lbaBytes, change);
  return planGeometry(controller, namespace, { ...JOB, ...job });
};

test('a job becomes blocks, parts and queue entries', () => {
  const geometry = plan({ bsBytes: 8192, offsetBytes: 65_536, sizeBytes: 100_000, iodepth: 7, numjobs: 2 });
  assert.deepEqual(
    { ...geometry, memoryBytes: 0 },
    {
      parts: 1,
      partBytes: 8192,
      entries: 64,
      blockLbas: 16,
      startLba: 128,
      blocks: 12,
      queuePairs: 2,
      memoryBytes: 0,
    },
  );
});

const entriesOf = (job: Partial<JobSpec>, maxQueueEntries: number): number =>
  plan(job, 512, { capabilities: { maxQueueEntries } }).entries;

test('queues have 256 entries, or a power of two that is at least twice the commands in flight', () => {
  const depths = [1, 128, 129, 1000];
  assert.deepEqual(
    depths.map((iodepth) => entriesOf({ iodepth }, 65_536)),
    [256, 256, 512, 2048],
  );
  assert.equal(entriesOf({ bsBytes: 300 * 1024, split: true, iodepth: 100 }, 65_536), 1024);
});

test('queues have no more entries than the controller gives them', () => {
  assert.deepEqual(
    [2, 100, 1024].map((most) => entriesOf({ iodepth: 1 }, most)),
    [2, 100, 256],
  );
  assert.equal(entriesOf({ iodepth: 600 }, 1000), 1000);
});

test('queues have the entries that the job asks for', () => {
  for (const queueEntries of [4, 64, 1024])
    assert.equal(entriesOf({ iodepth: 3, queueEntries }, 1024), queueEntries);
});

test('the rings are part of the memory of a job', () => {
  const memory = (queueEntries: number): number =>
    plan({ queueEntries }, 512, { capabilities: { maxQueueEntries: 4096 } }).memoryBytes;
  assert.equal(memory(4096) - memory(64), 4096 * (64 + 16) - 2 * 4096);
});

const refusals: readonly [name: string, job: Partial<JobSpec>, code: string, message: RegExp][] = [
  [
    'a block size that is no multiple of the LBA',
    { bsBytes: 6144 },
    'NOT_BLOCK_ALIGNED',
    /use bs of 6144.*multiple of 4096/,
  ],
  [
    'an offset that is no multiple of the LBA',
    { offsetBytes: 512 },
    'NOT_BLOCK_ALIGNED',
    /use offset of 512/,
  ],
  ['a range past the namespace', { sizeBytes: 2 ** 20 + 4096 }, 'OUT_OF_NAMESPACE', /ends at byte 1048576/],
  [
    'an offset that pushes the range past the namespace',
    { offsetBytes: 4096 },
    'OUT_OF_NAMESPACE',
    /ends at byte/,
  ],
  ['a region smaller than one I/O', { sizeBytes: 4096, bsBytes: 8192 }, 'OUT_OF_NAMESPACE', /does not fit/],
  ['a depth beyond MQES', { iodepth: 64 }, 'QUEUE_TOO_DEEP', /iodepth of at most 63/],
  [
    'more queue entries than MQES gives',
    { queueEntries: 128 },
    'BAD_QUEUE_ENTRIES',
    /use queue_entries 128.*at most 64 entries \(CAP\.MQES\).*use at most 64/,
  ],
  [
    'too few queue entries for the depth',
    { iodepth: 8, queueEntries: 8 },
    'BAD_QUEUE_ENTRIES',
    /iodepth 8 puts 8 commands.*use at least 16/,
  ],
  ['more queue pairs than there are', { numjobs: 5 }, 'TOO_MANY_QUEUES', /gives 4/],
  [
    'more queue pairs a worker than there are',
    { numjobs: 2, queuePairs: 3 },
    'TOO_MANY_QUEUES',
    /use 6 queue pairs/,
  ],
  ['a block size beyond MDTS', { bsBytes: 2 ** 18 }, 'BEYOND_MDTS', /131072 bytes \(MDTS\).*split: true/],
];

for (const [name, job, code, message] of refusals) {
  test(`${name} is refused as input`, () => {
    assert.throws(() => plan(job, 4096), { code, message, kind: 'input', target: 'fake:0' });
  });
}

test('an I/O whose buffer would be larger than a buffer can be is refused as input', () => {
  const { controller, namespace } = subject(512, { capabilities: { maxQueueEntries: 65_536 } });
  const large = { ...namespace, sizeBytes: 2 ** 33 };
  const job = { ...JOB, sizeBytes: 2 ** 33, iodepth: 1, split: true };
  assert.equal(planGeometry(controller, large, { ...job, bsBytes: 2 ** 30 }).parts, 8192);
  assert.throws(() => planGeometry(controller, large, { ...job, bsBytes: 2 ** 30 + 4096 }), {
    code: 'BLOCK_TOO_LARGE',
    kind: 'input',
  });
});

test('metadata in the blocks is refused', () => {
  const { controller, namespace } = subject();
  assert.throws(() => planGeometry(controller, { ...namespace, metadataBytes: 8 }, JOB), {
    code: 'UNSUPPORTED_FORMAT',
    kind: 'input',
  });
});

test('where splitting is allowed, an I/O beyond MDTS takes several commands', () => {
  const geometry = plan({ bsBytes: 300 * 1024, split: true, iodepth: 2 });
  assert.deepEqual([geometry.parts, geometry.partBytes, geometry.entries], [3, 131_072, 64]);
});

test('the depth of split I/O counts every part', () => {
  assert.throws(() => plan({ bsBytes: 300 * 1024, split: true, iodepth: 22 }), {
    code: 'QUEUE_TOO_DEEP',
    hint: /at most 21 \(an I\/O takes 3 commands\)/,
  });
});

test('without an MDTS a command is still limited to the 65536 blocks of NLB', () => {
  const unlimited = { maxTransferBytes: Number.POSITIVE_INFINITY };
  const big = { bsBytes: 2 ** 26, sizeBytes: 2 ** 26, iodepth: 1 };
  const { controller, namespace } = subject(512, unlimited);
  const large = { ...namespace, sizeBytes: 2 ** 30 };
  assert.throws(() => planGeometry(controller, large, { ...JOB, ...big }), {
    code: 'BEYOND_MDTS',
    reason: /\(NLB\)/,
  });
  const split = planGeometry(controller, large, { ...JOB, ...big, split: true });
  assert.deepEqual([split.parts, split.partBytes], [2, 2 ** 25]);
});

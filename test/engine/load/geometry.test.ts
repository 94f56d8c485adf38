import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planGeometry, shapeOf, workerRegion } from '../../../engine/load/geometry.js';
import type { JobSpec } from '../../../engine/load/job.js';
import type { JobDrive, QueueShape } from '../../../engine/path/path.js';
import { JOB } from './specs.js';

/** A namespace of 1 MiB. */
const namespaceOf = (lbaBytes: number) => ({
  nsid: 1,
  lbaBytes,
  sizeBytes: 2 ** 20,
  metadataBytes: 0,
  protectionType: 0,
});

function plan(job: Partial<JobSpec>, lbaBytes = 512) {
  const asked: QueueShape[] = [];
  const drive: JobDrive = {
    target: 'fake:0',
    planQueues(shape) {
      asked.push(shape);
      return { queues: shape.queues, entries: 64, commandsPerIo: 1, memoryBytes: 123 };
    },
    openQueues: () => assert.fail('planning opens nothing'),
  };
  return { geometry: planGeometry(drive, namespaceOf(lbaBytes), { ...JOB, ...job }), asked };
}

test('a job becomes blocks of its I/O, and the queues that the drive makes of it', () => {
  const { geometry } = plan({ bsBytes: 8192, offsetBytes: 65_536, sizeBytes: 100_000, numjobs: 2 });
  assert.deepEqual(geometry, {
    region: { startLba: 128, blockLbas: 16, blocks: 12 },
    incrementLbas: 0,
    queues: 2,
    entries: 64,
    commandsPerIo: 1,
    memoryBytes: 123,
  });
});

test('the regions of further workers begin later, and the last of them must fit', () => {
  const job = { offsetBytes: 4096, sizeBytes: 65_536, offsetIncrementBytes: 131_072, numjobs: 8 };
  const { geometry } = plan(job);
  assert.deepEqual(
    [0, 1, 7].map((index) => workerRegion(geometry, index).startLba),
    [8, 264, 1800],
  );
  assert.throws(() => plan({ ...job, offsetBytes: 2 ** 17 - 65_536 + 512 }), {
    code: 'OUT_OF_NAMESPACE',
    message: /from 983552 of 65536 bytes/,
  });
  assert.throws(() => plan({ ...job, offsetIncrementBytes: 512 }, 4096), { code: 'NOT_BLOCK_ALIGNED' });
});

test('the drive is asked for what the job needs of its queues', () => {
  const namespace = namespaceOf(512);
  const job = { numjobs: 2, queuePairs: 3, iodepth: 7, queueEntries: 32, split: true, bsBytes: 8192 };
  const expected: QueueShape = {
    namespace,
    bsBytes: 8192,
    operations: ['read'],
    iodepth: 7,
    queues: 6,
    queueEntries: 32,
    split: true,
    completion: 'poll',
  };
  assert.deepEqual(plan(job).asked, [expected]);
  assert.deepEqual(shapeOf(namespace, { ...JOB, ...job }), expected);
  assert.equal(shapeOf(namespace, { ...JOB, completion: 'hybrid' }).completion, 'hybrid');
});

for (const [readPercent, operations] of [
  [100, ['read']],
  [0, ['write']],
  [1, ['read', 'write']],
  [99, ['read', 'write']],
] as const)
  test(`${readPercent} % reads are the operations ${operations.join(' and ')}`, () => {
    assert.deepEqual(plan({ readPercent }).asked[0].operations, operations);
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
  [
    'a worker that would begin behind the namespace',
    { numjobs: 3, offsetIncrementBytes: 2 ** 19, sizeBytes: 0 },
    'OUT_OF_NAMESPACE',
    /begin at byte 1048576 .*ends at byte 1048576; choose a smaller offset, offset_increment or numjobs$/,
  ],
  [
    'a part of a region that holds no block',
    { numjobs: 3, sizeBytes: 0 },
    'OUT_OF_NAMESPACE',
    /each of 3 workers has less than one; choose a larger size/,
  ],
  ['a region smaller than one I/O', { sizeBytes: 4096, bsBytes: 8192 }, 'OUT_OF_NAMESPACE', /does not fit/],
  [
    'I/O in sequence that a region of whole blockaligns does not hold',
    {
      random: false,
      sizeBytes: 12_288,
      bsBytes: 12_288,
      lengths: { read: { law: { split: [{ bytes: 12_288, percent: 100 }] }, alignBytes: 8192 } },
    },
    'OUT_OF_NAMESPACE',
    /place I\/O of 12288 bytes.*multiples of blockalign/,
  ],
];

for (const [name, job, code, message] of refusals) {
  test(`${name} is refused as input`, () => {
    assert.throws(() => plan(job, 4096), { code, message, kind: 'input', target: 'fake:0' });
  });
}

test('what the drive refuses is refused', () => {
  const refusal = new Error('no');
  const drive = {
    target: 'fake:0',
    planQueues: () => {
      throw refusal;
    },
  } as unknown as JobDrive;
  assert.throws(() => planGeometry(drive, namespaceOf(512), JOB), refusal);
});

test('zones that the region does not have are refused', () => {
  const zoned =
    (...sizes: readonly ({ percent: number } | { bytes: number })[]) =>
    () =>
      plan({
        sizeBytes: 2 ** 20,
        distribution: { law: 'zoned', zones: sizes.map((size) => ({ ioPercent: 100 / sizes.length, size })) },
      });
  assert.throws(zoned({ bytes: 2 ** 19 }, { bytes: 2 ** 19 + 512 }), { code: 'NO_SUCH_ZONE', kind: 'input' });
  assert.throws(zoned({ percent: 50 }, { percent: 0.1 }), { code: 'NO_SUCH_ZONE' });
  assert.ok(zoned({ bytes: 2 ** 19 }, { bytes: 2 ** 19 })());
  assert.ok(zoned({ percent: 50 }, { percent: 50 })());
});

test('what is added to offsets is of whole logical blocks', () => {
  assert.throws(() => plan({ random: false, stepBytes: -6144 }, 4096), {
    code: 'NOT_BLOCK_ALIGNED',
    kind: 'input',
  });
  assert.ok(plan({ random: false, stepBytes: -8192 }, 4096));
});

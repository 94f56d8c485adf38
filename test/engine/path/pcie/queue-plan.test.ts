import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Controller } from '../../../../engine/index.js';
import type { QueueShape } from '../../../../engine/path/path.js';
import { pcieDrive } from '../../../../engine/path/pcie/drive.js';
import { mannerOf } from '../../../../engine/path/pcie/manner.js';
import { granted } from '../../../../engine/path/pcie/queue-grant.js';
import { chosenEntries, planQueues } from '../../../../engine/path/pcie/queue-plan.js';
import { READS } from '../reads.js';

/** What planning looks at: MDTS 128 KiB, queues of 64 entries, 4 queue pairs, pages of 4 KiB. */
const CONTROLLER = {
  device: { target: 'fake:0' },
  identity: {},
  capabilities: { maxQueueEntries: 64 },
  maxTransferBytes: 128 * 1024,
  queueGrant: granted(4),
  quirks: new Set(),
  manner: mannerOf({}, true),
  maxIoQueues: 4,
  pageBytes: 4096,
} as unknown as Controller;

const plan = (shape: Partial<QueueShape>, change: object = {}) =>
  planQueues({ ...CONTROLLER, ...change } as Controller, { ...READS, ...shape });

const ofEntries = (maxQueueEntries: number) => ({ capabilities: { maxQueueEntries } });

test('a job becomes queues, commands and memory', () => {
  assert.deepEqual(plan({ bsBytes: 8192, iodepth: 7, queues: 2 }), {
    queues: 2,
    entries: 64,
    commandsPerIo: 1,
    partBytes: 8192,
    // Seven slots with room for a list of three pointers; rings of a page each.
    memoryBytes: 2 * (7 * (8192 + 16) + 2 * 4096),
  });
});

const entriesOf = (shape: Partial<QueueShape>, most: number): number => plan(shape, ofEntries(most)).entries;

test('queues have 256 entries, or a power of two that is at least twice the commands in flight', () => {
  const depths = [1, 128, 129, 1000];
  assert.deepEqual(
    depths.map((iodepth) => entriesOf({ iodepth }, 65_536)),
    [256, 256, 512, 2048],
  );
  assert.deepEqual(
    depths.map((iodepth) => chosenEntries(iodepth, 65_536)),
    [256, 256, 512, 2048],
  );
  assert.equal(entriesOf({ bsBytes: 300 * 1024, split: true, iodepth: 100 }, 65_536), 1024);
});

test('queues of a family that is slow with smaller ones have 1024 entries, as far as it has them', () => {
  const manner = mannerOf({ pciId: { vendorId: 0x8086, deviceId: 0x0953 } }, true);
  const entries = (shape: Partial<QueueShape>, most: number): number =>
    plan(shape, { ...ofEntries(most), manner }).entries;
  assert.deepEqual(
    [
      entries({}, 4096),
      entries({}, 512),
      entries({ iodepth: 1000 }, 4096),
      entries({ queueEntries: 32 }, 4096),
    ],
    [1024, 512, 2048, 32],
  );
});

test('queues have no more entries than the controller gives them', () => {
  assert.deepEqual(
    [2, 100, 1024].map((most) => entriesOf({ iodepth: 1 }, most)),
    [2, 100, 256],
  );
  assert.equal(entriesOf({ iodepth: 600 }, 1000), 1000);
});

test('queues have the entries that the job asks for, down to one that stays free', () => {
  for (const queueEntries of [4, 64, 1024])
    assert.equal(entriesOf({ iodepth: 3, queueEntries }, 1024), queueEntries);
});

test('the rings are part of the memory of a job', () => {
  const memory = (queueEntries: number): number => plan({ queueEntries }, ofEntries(4096)).memoryBytes;
  assert.equal(memory(4096) - memory(64), 4096 * (64 + 16) - 2 * 4096);
});

test('a job that reads and writes has two buffers for each slot', () => {
  const rings = 2 * 4096;
  const slots = (...operations: QueueShape['operations']): number => plan({ operations }).memoryBytes - rings;
  assert.equal(slots('write'), slots('read'));
  assert.equal(slots('read', 'write'), 2 * slots('read'));
});

const refusals: readonly [name: string, shape: Partial<QueueShape>, code: string, message: RegExp][] = [
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
  ['more queue pairs than there are', { queues: 5 }, 'TOO_MANY_QUEUES', /use 5 queue pairs.*gives 4/],
  ['a block size beyond MDTS', { bsBytes: 2 ** 18 }, 'BEYOND_MDTS', /131072 bytes \(MDTS\).*split: true/],
];

test('who may not split is not advised to', () => {
  for (const change of [{ operations: ['trim'] }, { placement: { handles: [0], perWorker: false } }] as const)
    assert.throws(() => plan({ bsBytes: 2 ** 18, ...(change as unknown as Partial<QueueShape>) }), {
      code: 'BEYOND_MDTS',
      hint: 'use a smaller bs',
    });
});

test('where no queue can be had, fewer of them are no advice', () => {
  const none = { ...CONTROLLER, maxIoQueues: 0, queueGrant: granted(0) } as Controller;
  assert.throws(() => plan({}, none), { code: 'TOO_MANY_QUEUES', hint: /use its block device/ });
});

for (const [name, shape, code, message] of refusals) {
  test(`${name} is refused as input`, () => {
    assert.throws(() => plan(shape), { code, message, kind: 'input', target: 'fake:0' });
  });
}

test('metadata in the blocks has room of its own, where it is not the controller that makes all of it', () => {
  const memory = (change: Partial<QueueShape['namespace']>): number =>
    plan({ namespace: { ...READS.namespace, ...change }, bsBytes: 4096, iodepth: 100 }, ofEntries(256))
      .memoryBytes;
  const plain = memory({});
  assert.equal(memory({ metadataBytes: 8, protectionType: 1 }), plain);
  // Eight blocks of 16 bytes take two cache lines in each slot, all slots whole pages.
  assert.equal(memory({ metadataBytes: 16, protectionType: 1 }) - plain, 4 * 4096);
});

test('formats whose transfers would not fit the buffers are refused', () => {
  const namespace = { ...READS.namespace, metadataBytes: 8, metadataInline: true };
  assert.throws(() => pcieDrive(CONTROLLER).planQueues({ ...READS, namespace }), {
    code: 'UNSUPPORTED_FORMAT',
    kind: 'input',
    target: 'fake:0',
  });
});

test('each command of an I/O has room for its own metadata', () => {
  const memory = (change: Partial<QueueShape['namespace']>): number =>
    plan({ namespace: { ...READS.namespace, ...change }, bsBytes: 2 ** 18, split: true, iodepth: 2 })
      .memoryBytes;
  // Two I/Os of two commands, each of 256 blocks.
  assert.equal(memory({ metadataBytes: 16 }) - memory({}), 2 * 2 * 256 * 16);
});

test('an I/O whose buffer would be larger than a buffer can be is refused as input', () => {
  const large = { iodepth: 1, split: true };
  assert.equal(plan({ ...large, bsBytes: 2 ** 30 }, ofEntries(65_536)).commandsPerIo, 8192);
  assert.throws(() => plan({ ...large, bsBytes: 2 ** 30 + 4096 }, ofEntries(65_536)), {
    code: 'BLOCK_TOO_LARGE',
    kind: 'input',
  });
});

test('where splitting is allowed, an I/O beyond MDTS takes several commands', () => {
  const { commandsPerIo, partBytes, entries } = plan({ bsBytes: 300 * 1024, split: true, iodepth: 2 });
  assert.deepEqual([commandsPerIo, partBytes, entries], [3, 131_072, 64]);
});

test('the depth of split I/O counts every command', () => {
  assert.throws(() => plan({ bsBytes: 300 * 1024, split: true, iodepth: 22 }), {
    code: 'QUEUE_TOO_DEEP',
    hint: /at most 21 \(an I\/O takes 3 commands\)/,
  });
});

test('without an MDTS a command is still limited to the 65536 blocks of NLB', () => {
  const unlimited = { maxTransferBytes: Number.POSITIVE_INFINITY };
  const big = { bsBytes: 2 ** 26, iodepth: 1 };
  assert.throws(() => plan(big, unlimited), { code: 'BEYOND_MDTS', reason: /\(NLB\)/ });
  const { commandsPerIo, partBytes } = plan({ ...big, split: true }, unlimited);
  assert.deepEqual([commandsPerIo, partBytes], [2, 2 ** 25]);
});

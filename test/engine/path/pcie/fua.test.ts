/** FUA (bit 30 of CDW12; NVM command set 1.0, 3.2) in the commands of queues as a controller gives them to a job. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, Controller, pcieDrive } from '../../../../engine/index.js';
import type { QueueShape } from '../../../../engine/path/path.js';
import { pcieQueues } from '../../../../engine/path/pcie/queues.js';
import type { PcieQueueSpec } from '../../../../engine/path/pcie/transfer-queue.js';
import { takeRecords } from '../../../../engine/path/records.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { type Name, OPCODES, postOne } from '../posted.js';

const BOTH = { reads: true, writes: true };
const READS = { reads: true, writes: false };
const WRITES = { reads: false, writes: true };
const READ_WRITE = ['read', 'write'] as const;
const OTHERS = ['write', 'write-zeroes', 'verify', 'deallocate', 'flush', 'write-uncorrectable'] as const;

type Posted = readonly [name: Name, lbas: number, cdw12: number];

/** The shape of a job, how its queue is made, and CDW12 of each command that is posted in turn. */
const CASES: readonly (readonly [Partial<QueueShape>, string, readonly Posted[], options?: string])[] = [
  [{ operations: ['read'], fua: READS }, 'NearQueue', [['read', 8, 0x4000_0007]]],
  [{ operations: ['read'], fua: WRITES }, 'NearQueue', [['read', 8, 7]]],
  [{ operations: ['read'] }, 'NearQueue', [['read', 8, 7]]],
  [
    { operations: READ_WRITE, fua: BOTH },
    'NearQueue',
    [
      ['write', 8, 0x4000_0007],
      ['read', 8, 0x4000_0007],
    ],
  ],
  [{ operations: ['write'], fua: WRITES, bsBytes: 16_384 }, 'ListQueue', [['write', 32, 0x4000_001f]]],
  // What differs from command to command is written with each.
  [
    { operations: READ_WRITE, fua: WRITES },
    'MetadataQueue',
    [
      ['write', 8, 0x4000_0007],
      ['read', 8, 7],
      ['write', 8, 0x4000_0007],
    ],
  ],
  [
    { operations: READ_WRITE, fua: BOTH, varied: true },
    'MetadataQueue',
    [
      ['read', 8, 0x4000_0007],
      ['write', 1, 0x4000_0000],
    ],
  ],
  [
    { operations: ['write'], fua: WRITES, bsBytes: 24_576 },
    'MetadataSplitQueue',
    [['write', 48, 0x4000_001f]],
  ],
  [
    { operations: OTHERS, fua: WRITES },
    'MetadataQueue',
    [
      ['write', 8, 0x4000_0007],
      ['write-zeroes', 8, 0x4000_0007],
      ['verify', 8, 0x4000_0007],
      ['deallocate', 8, 0],
      ['flush', 0, 0],
      ['write-uncorrectable', 8, 7],
    ],
  ],
  // Beside PRACT (bit 29).
  [
    { operations: READ_WRITE, fua: WRITES },
    'MetadataQueue',
    [
      ['write', 8, 0x6000_0007],
      ['read', 8, 0x2000_0007],
    ],
    '&metadata=8&pi=1',
  ],
];

for (const [change, kind, posted, options = ''] of CASES)
  test(`${JSON.stringify(change)}${options}: ${kind}`, async () => {
    const device = await attachTransport(`sim:?size=16MiB&latency=none&mdts=16KiB${options}`);
    const controller = await Controller.start(device, { hugepages: 'never' });
    try {
      const shape: QueueShape = {
        namespace: await controller.namespace(),
        bsBytes: 4096,
        operations: ['read'],
        iodepth: 2,
        queues: 1,
        split: true,
        completion: 'poll',
        ...change,
      };
      const { specs, release } = await pcieDrive(controller).openQueues(shape);
      const spec = specs[0] as PcieQueueSpec;
      const slots = takeRecords(2);
      // Nothing is rung: the controller never sees these.
      const queue = pcieQueues.openQueue(spec, slots);
      assert.equal(queue.constructor.name, kind);
      const entries = new Uint32Array(viewAt(spec.queue.sqAddress, posted.length * 64));
      for (const [name, lbas] of posted) postOne(queue, slots, 1, OPCODES[name], 16, lbas);
      const found = posted.map(([name], i) => [name, entries[16 * i] & 0xff, entries[16 * i + 12]]);
      assert.deepEqual(
        found,
        posted.map(([name, , cdw12]) => [name, OPCODES[name], cdw12]),
      );
      await release();
    } finally {
      await controller.close();
    }
  });

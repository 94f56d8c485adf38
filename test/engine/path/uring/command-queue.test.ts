/** NVMe commands as the kernel's driver would read them, on a real ring whose commands do nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLOT } from '../../../../engine/path/path.js';
import { probeAbilities } from '../../../../engine/path/uring/abilities.js';
import { fillEntries } from '../../../../engine/path/uring/entries.js';
import { uringQueues } from '../../../../engine/path/uring/queues.js';
import { closeRing, createRing } from '../../../../engine/path/uring/ring.js';
import type { UringQueueSpec } from '../../../../engine/path/uring/uring-queue.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { READS } from '../reads.js';

const DEPTH = 4;
const { flags } = probeAbilities('test');
const RING = { entries: 2 * DEPTH, flags: flags | SETUP.SQE128 | SETUP.CQE32, target: 'test' };
const NAMESPACE = { ...READS.namespace, nsid: 7 };
const SHAPE = { ...READS, namespace: NAMESPACE, operations: ['read', 'write'], iodepth: DEPTH } as const;
const NOWHERE = { addressOf: () => 0n, writesFrom: DEPTH, rangesAddress: 0n };

test('length and block count of a command are of one number, whatever the block size', () => {
  for (const [lbaBytes, bsBytes] of [
    [512, 512],
    [512, 131_072],
    [4096, 4096],
    [4096, 65_536],
  ]) {
    const ring = createRing(RING);
    fillEntries(ring, { ...SHAPE, bsBytes, namespace: { ...NAMESPACE, lbaBytes } }, NOWHERE);
    const words = new Uint32Array(viewAt(ring.sqesAddress, ring.sqesBytes));
    for (let entry = 0; entry < 2 * DEPTH; entry++) {
      const [dataLength, cdw12] = [words[entry * 32 + 21], words[entry * 32 + 24]];
      assert.deepEqual([dataLength, (cdw12 + 1) * lbaBytes], [bsBytes, bsBytes]);
    }
    closeRing(ring);
  }
});

test('what is no whole number of blocks makes no command', () => {
  const ring = createRing(RING);
  assert.throws(() => fillEntries(ring, { ...SHAPE, bsBytes: 1000 }, NOWHERE), RangeError);
  closeRing(ring);
});

test('each entry has its opcode, namespace, buffer and slot', () => {
  const ring = createRing(RING);
  const addressOf = (buffer: number): bigint => 0x7_0000_0000n + BigInt(buffer * 4096);
  fillEntries(ring, SHAPE, { ...NOWHERE, addressOf });
  const words = new Uint32Array(viewAt(ring.sqesAddress, ring.sqesBytes));
  const read = words.subarray(2 * 32, 3 * 32);
  const write = words.subarray((DEPTH + 2) * 32, (DEPTH + 3) * 32);
  assert.deepEqual([read[0], read[2], read[7], read[8]], [46 | 256, 0xc048_4e80, 1, 2]);
  assert.deepEqual([read[12], read[13], read[18], read[19]], [2, 7, 2 * 4096, 7]);
  assert.deepEqual([read[10], write[10]], [2, DEPTH + 2]);
  assert.deepEqual([write[8], write[12], write[18], write[19]], [2, 1, (DEPTH + 2) * 4096, 7]);
  closeRing(ring);
});

test('a post puts the block into its command, and the status of the drive is that of the I/O', () => {
  const ring = createRing(RING);
  const base = { path: 'uring', iodepth: DEPTH, ring, lbaShift: 9, success: 0, writesFrom: DEPTH };
  const model: UringQueueSpec = { ...base, writeBuffers: [], bsBytes: 4096, waitAddress: 0n };
  const played = uringQueues.playQueue(model);
  const spec = played.spec as UringQueueSpec;
  const slots = new Int32Array(DEPTH * SLOT.WORDS);
  slots.set([2, -2, 9], 3 * SLOT.WORDS);
  const queue = uringQueues.openQueue(spec, slots);
  queue.post(Uint16Array.of(3), 1);
  const words = new Int32Array(viewAt(spec.ring.sqesAddress, spec.ring.sqesBytes));
  assert.deepEqual([...words.subarray(3 * 32 + 22, 3 * 32 + 24)], [-2, 9]);
  queue.ring();
  const into = new Uint16Array(64);
  assert.deepEqual([queue.reap(into, 64), into[0], queue.failures], [1, 3, 0]);
  // As the kernel's driver answers: DNR, LBA out of range.
  const rings = new Int32Array(viewAt(spec.ring.ringAddress, spec.ring.ringBytes));
  rings.set([2, 0, 0x4080], spec.ring.cqes + 8);
  rings[spec.ring.cqTail]++;
  assert.deepEqual([queue.reap(into, 64), into[0], queue.failures, queue.statuses[0]], [1, 2, 1, 0x4080]);
  played.release();
  closeRing(ring);
});

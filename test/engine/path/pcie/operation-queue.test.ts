import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLOT } from '../../../../engine/path/path.js';
import { AppendQueue } from '../../../../engine/path/pcie/append-queue.js';
import { OperationQueue } from '../../../../engine/path/pcie/operation-queue.js';
import { mapAnonymous, viewAt } from '../../../../engine/sys/mapping.js';
import { hex, type Name, OPCODES, postOne, rangeOf, SLBA } from '../posted.js';
import { PRP1, playedLane } from './played-lane.js';

const DEPTH = 4;
const ENTRIES = DEPTH + 1;
const RANGES_IOVA = 0x5_8765_4000n;

/** A queue all of whose entries have been writes. */
function usedQueue(appends = false) {
  const { spec, pair } = playedLane({ iodepth: DEPTH, entries: ENTRIES, readPercent: 50 });
  const { address } = mapAnonymous(4096);
  const iovas = BigUint64Array.from({ length: DEPTH }, (_, slot) => RANGES_IOVA + BigInt(slot * 16));
  const slots = new Int32Array(DEPTH * SLOT.WORDS);
  const given = { address, iovas: new Int32Array(iovas.buffer) };
  const queue = appends
    ? new AppendQueue({ ...spec, ranges: given }, slots)
    : new OperationQueue(spec, given, slots);
  let posted = 0;
  /** The bytes of its entry. */
  const post = (slot: number, name: Name, slba: number, lbas: number): string => {
    postOne(queue, slots, slot, OPCODES[name], slba, lbas);
    const at = spec.queue.sqAddress + BigInt((posted++ % ENTRIES) * 64);
    return Buffer.from(viewAt(at, 64)).toString('hex');
  };
  for (let entry = 0; entry < ENTRIES; entry++) post(1, 'write', 2 ** 33 - 1, 8);
  const ranges = (): string => Buffer.from(viewAt(address, DEPTH * 16)).toString('hex');
  return { post, ranges, queue, pair };
}

/** Where the data lies and what the operation says of it: PRP1, CDW10 and 11 as one word, CDW12. */
type Fields = readonly [prp1: number | bigint, cdw10And11: number, cdw12: number];

/** NVMe base 2.0, figure 86. */
const command = (name: Name, slot: number, [prp1, cdw10And11, cdw12]: Fields): string =>
  [
    hex(OPCODES[name], 2), // no fuse, PRP
    hex(slot, 2), // command identifier
    '01000000', // NSID
    '0000000000000000', // CDW2, CDW3
    '0000000000000000', // metadata
    hex(prp1, 8),
    '0000000000000000', // PRP2
    hex(cdw10And11, 8),
    hex(cdw12, 4),
    '00000000'.repeat(3), // CDW13 to CDW15
  ].join('');

/** Of five blocks in the fourth slot. */
const FIELDS: Readonly<Record<Name, Fields>> = {
  read: [PRP1 + 3, SLBA, 4],
  write: [PRP1 + DEPTH + 3, SLBA, 4],
  // CDW10 has one less than the number of ranges, CDW11 the attribute Deallocate.
  deallocate: [RANGES_IOVA + 48n, 0x4_0000_0000, 0],
  'write-zeroes': [0, SLBA, 4],
  flush: [0, 0, 0],
  verify: [0, SLBA, 4],
  'write-uncorrectable': [0, SLBA, 4],
  compare: [PRP1 + DEPTH + 3, SLBA, 4],
  'zone-append': [PRP1 + DEPTH + 3, SLBA, 4],
};

for (const name of Object.keys(OPCODES) as Name[])
  test(`the command of ${name}, byte for byte, in an entry that was a write's`, () => {
    const { post } = usedQueue(name === 'zone-append');
    const entry = name === 'flush' ? post(3, name, 0, 0) : post(3, name, SLBA, 5);
    assert.equal(entry, command(name, 3, FIELDS[name]));
  });

test('the range of a slot, byte for byte, and no other', () => {
  const { post, ranges } = usedQueue();
  post(2, 'deallocate', SLBA, 0x1_0005);
  assert.equal(ranges(), '00'.repeat(32) + rangeOf(SLBA, 0x1_0005) + '00'.repeat(16));
});

test('where an append went stands in DW0 and DW1 of its completion, and no other I/O has such a place', () => {
  const { post, queue, pair } = usedQueue(true);
  const into = new Uint16Array(32);
  // Over the end of the ring, at which the phase turns.
  for (let turn = 0; turn < ENTRIES; turn++) {
    post(2, 'zone-append', SLBA, 5);
    post(1, 'write', SLBA, 5);
    pair.complete(2, { result: SLBA + turn });
    pair.complete(1, { result: 7 });
    assert.equal(queue.reap(into, 32), 2);
    queue.releaseAll();
    assert.deepEqual([...((queue as AppendQueue).assignedLbas ?? [])], [0, 0, SLBA + turn, 0]);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamespaceExtent, ProtectionUse } from '../../../../engine/path/path.js';
import { SLOT } from '../../../../engine/path/path.js';
import { planMetadata } from '../../../../engine/path/pcie/metadata.js';
import { MetadataQueue } from '../../../../engine/path/pcie/metadata-queue.js';
import { mapAnonymous, viewAt } from '../../../../engine/sys/mapping.js';
import { hex, type Name, OPCODES, postOne, SLBA } from '../posted.js';
import { READS } from '../reads.js';
import { PRP1, playedLane } from './played-lane.js';

const DEPTH = 4;
const ENTRIES = DEPTH + 1;
const RANGES_IOVA = 0x5_8765_4000n;
/** Where the metadata of slots lies: of reads, then of writes. */
const METADATA_IOVA = 0x6_1234_0000n;
const CHECKS: ProtectionUse = {
  checks: ['GUARD', 'APPTAG', 'REFTAG'],
  applicationTag: 0xbeef,
  applicationTagMask: 0xfff0,
};

/** The entry of a queue all of whose entries have been writes, as bytes. */
function entryOf(name: Name, format: Partial<NamespaceExtent>, protection: ProtectionUse = CHECKS): string {
  const { spec } = playedLane({ iodepth: DEPTH, entries: ENTRIES, readPercent: 50 });
  const plan = planMetadata({ namespace: { ...READS.namespace, ...format }, protection }, 'fake:0');
  assert.ok(plan);
  const count = plan.hostBytes === 0 ? 0 : 2 * DEPTH;
  const pointers = BigUint64Array.from({ length: count }, (_, at) => METADATA_IOVA + BigInt(at * 64));
  const { address } = mapAnonymous(4096);
  const iovas = BigUint64Array.from({ length: DEPTH }, (_, slot) => RANGES_IOVA + BigInt(slot * 16));
  const ranges = { address, iovas: new Int32Array(iovas.buffer) };
  const slots = new Int32Array(DEPTH * SLOT.WORDS);
  const { byHost: _, ...words } = plan;
  const metadata = { ...words, pointers: new Int32Array(pointers.buffer) };
  const queue = new MetadataQueue({ ...spec, ranges }, metadata, slots);
  for (let entry = 0; entry < ENTRIES; entry++) postOne(queue, slots, 1, OPCODES.write, 2 ** 33 - 1, 8);
  postOne(queue, slots, 3, OPCODES[name], name === 'flush' ? 0 : SLBA, name === 'flush' ? 0 : 5);
  return Buffer.from(viewAt(spec.queue.sqAddress, 64)).toString('hex');
}

interface Fields {
  readonly cdw3?: number;
  readonly prp1?: number | bigint;
  readonly mptr?: bigint;
  readonly cdw10And11?: number;
  readonly cdw12?: number;
  readonly cdw14?: number;
  readonly cdw15?: number;
}

/** NVMe base 2.0, figure 86. */
const command = (name: Name, fields: Fields): string =>
  [
    hex(OPCODES[name], 2), // no fuse, PRP
    hex(3, 2), // command identifier
    '01000000', // NSID
    '00000000', // CDW2
    hex(fields.cdw3 ?? 0, 4),
    hex(fields.mptr ?? 0, 8),
    hex(fields.prp1 ?? 0, 8),
    '0000000000000000', // PRP2
    hex(fields.cdw10And11 ?? 0, 8),
    hex(fields.cdw12 ?? 0, 4),
    '00000000', // CDW13
    hex(fields.cdw14 ?? 0, 4),
    hex(fields.cdw15 ?? 0, 4),
  ].join('');

const [READ, WRITE] = [PRP1 + 3, PRP1 + DEPTH + 3];
/** NVM command set 1.0, figures 34 to 36: PRACT bit 29, PRCHK bits 28:26, of five blocks. */
const ALL = 0x3c00_0004;
const MADE = 0x2000_0004;
const TAGS = 0xfff0_beef;
const LOW = SLBA % 2 ** 32;

const PROTECTED = { metadataBytes: 8, protectionType: 1 };

for (const [name, type, fields] of [
  ['read', 1, { prp1: READ, cdw10And11: SLBA, cdw12: ALL, cdw14: LOW, cdw15: TAGS }],
  ['read', 2, { prp1: READ, cdw10And11: SLBA, cdw12: ALL, cdw14: LOW, cdw15: TAGS }],
  ['read', 3, { prp1: READ, cdw10And11: SLBA, cdw12: ALL, cdw14: 0, cdw15: TAGS }],
  ['write', 1, { prp1: WRITE, cdw10And11: SLBA, cdw12: MADE, cdw14: LOW, cdw15: TAGS }],
  ['write', 3, { prp1: WRITE, cdw10And11: SLBA, cdw12: MADE, cdw14: 0, cdw15: TAGS }],
  // Write Zeroes has nothing to check, Verify nothing to make.
  ['write-zeroes', 1, { cdw10And11: SLBA, cdw12: MADE, cdw14: LOW, cdw15: TAGS }],
  ['verify', 2, { cdw10And11: SLBA, cdw12: 0x1c00_0004, cdw14: LOW, cdw15: TAGS }],
  // It has neither protection information nor FUA.
  ['write-uncorrectable', 1, { cdw10And11: SLBA, cdw12: 4 }],
  ['deallocate', 1, { prp1: RANGES_IOVA + 48n, cdw10And11: 0x4_0000_0000 }],
  ['flush', 1, {}],
] as const satisfies readonly (readonly [Name, number, Fields])[])
  test(`the command of ${name} with protection of type ${type}, byte for byte, in an entry that was a write's`, () =>
    assert.equal(entryOf(name, { metadataBytes: 8, protectionType: type }), command(name, fields)));

/** Storage and reference tag share 48 bits with a guard of 64 bits, 80 with one of 32 (NVM command set 1.0, 5.2.1.4). */
for (const [bits, storageTagBits, cdw3, cdw14] of [
  [64, 0, 9, LOW],
  [64, 14, 1, LOW],
  [64, 24, 0, LOW % 2 ** 24],
  [32, 16, 9, LOW],
] as const)
  for (const name of ['read', 'verify'] as const)
    test(`the ${name} of a format with guards of ${bits} bits and storage tags of ${storageTagBits}`, () => {
      const format = { metadataBytes: 16, protectionType: 1, guardBits: bits, storageTagBits };
      const own = name === 'read' ? { prp1: READ, cdw12: ALL } : { cdw12: 0x1c00_0004 };
      const fields = { ...own, cdw10And11: SLBA, cdw3, cdw14, cdw15: TAGS };
      assert.equal(entryOf(name, format), command(name, fields));
    });

test('a read that checks nothing has PRACT alone', () => {
  const none = { checks: [], applicationTag: 0, applicationTagMask: 0 };
  const fields = { prp1: READ, cdw10And11: SLBA, cdw12: MADE, cdw14: LOW };
  assert.equal(entryOf('read', PROTECTED, none), command('read', fields));
});

for (const [name, at, prp1] of [
  ['read', 3, READ],
  ['write', DEPTH + 3, WRITE],
] as const) {
  test(`the ${name} of a format without protection names the metadata buffer of its slot`, () => {
    const mptr = METADATA_IOVA + BigInt(at * 64);
    const fields = { prp1, mptr, cdw10And11: SLBA, cdw12: 4 };
    assert.equal(entryOf(name, { metadataBytes: 8, protectionType: 0 }), command(name, fields));
  });

  test(`the ${name} of a format with more metadata than protection has PRACT and the buffer`, () => {
    const mptr = METADATA_IOVA + BigInt(at * 64);
    const cdw12 = name === 'read' ? ALL : MADE;
    const fields = { prp1, mptr, cdw10And11: SLBA, cdw12, cdw14: LOW, cdw15: TAGS };
    assert.equal(entryOf(name, { metadataBytes: 64, protectionType: 1 }), command(name, fields));
  });
}

for (const name of ['write-zeroes', 'deallocate', 'verify'] as const)
  test(`a ${name} names no metadata buffer, though its entry had one`, () =>
    assert.equal(entryOf(name, { metadataBytes: 64, protectionType: 0 }).slice(32, 48), '0'.repeat(16)));

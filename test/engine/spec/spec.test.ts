/** Structures of the specification, decoded from bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cqHeadDoorbell,
  decodeCapabilities,
  decodeCommandSet,
  decodeController,
  decodeNamespace,
  decodeNamespaceNames,
  decodeSmart,
  decodeVersion,
  decodeZones,
  encodeStatus,
  lastDoorbellPair,
  sqTailDoorbell,
  statusName,
  withExtendedFormats,
} from '../../../engine/spec/index.js';

test('CAP of QEMU 7.2 decodes to its known limits', () => {
  // MQES 07FFh, CQR 1, TO 0Fh, DSTRD 0, CSS bits 0 and 6, MPSMIN 0, MPSMAX 4
  const cap = decodeCapabilities(0x0040_0820_0f01_07ffn);
  assert.equal(cap.maxQueueEntries, 2048);
  assert.equal(cap.contiguousQueuesRequired, true);
  assert.equal(cap.readyTimeoutMs, 7500);
  assert.equal(cap.doorbellStrideBytes, 4);
  assert.equal(cap.commandSets, 0x41);
  assert.equal(cap.minPageBytes, 4096);
  assert.equal(cap.maxPageBytes, 65536);
});

test('doorbells lie at 2y and 2y + 1 strides', () => {
  assert.deepEqual([sqTailDoorbell(3, 4), cqHeadDoorbell(3, 4)], [24, 28]);
  assert.deepEqual([sqTailDoorbell(3, 16), cqHeadDoorbell(3, 16)], [96, 112]);
});

test('the last pair of doorbells within a window ends within it', () => {
  for (const strideBytes of [4, 16, 4096])
    for (const lengthBytes of [0, 4, 7, 8, 31, 32, 4096, 8192, 2 ** 26]) {
      const last = lastDoorbellPair(lengthBytes, strideBytes);
      assert.ok(last >= -1);
      if (last >= 0) assert.ok(cqHeadDoorbell(last, strideBytes) + 4 <= lengthBytes);
      assert.ok(cqHeadDoorbell(last + 1, strideBytes) + 4 > lengthBytes);
    }
});

test('VS is major, minor, tertiary', () => {
  assert.equal(decodeVersion(0x00010400), '1.4.0');
  assert.equal(decodeVersion(0x00020003), '2.0.3');
});

test('Identify Controller is read at the offsets of the specification', () => {
  const data = new DataView(new ArrayBuffer(4096));
  const put = (offset: number, text: string): void => {
    for (let i = 0; i < text.length; i++) data.setUint8(offset + i, text.charCodeAt(i));
  };
  data.setUint16(0, 0x144d, true);
  put(4, 'S4EWNX0N            ');
  put(24, 'Example Drive 1TB'.padEnd(40));
  put(64, '2B2QEXE7');
  data.setUint8(77, 9);
  data.setUint16(78, 4, true);
  data.setUint32(80, 0x00010300, true);
  data.setUint8(258, 7);
  data.setUint32(516, 1, true);
  data.setUint16(520, 0x5f, true);
  data.setUint8(525, 1);
  data.setUint32(88, 8_000_000, true);
  data.setUint8(524, 5);
  const id = decodeController(data);
  assert.equal(id.pciVendorId, 0x144d);
  assert.equal(id.serialNumber, 'S4EWNX0N');
  assert.equal(id.modelNumber, 'Example Drive 1TB');
  assert.equal(id.firmwareRevision, '2B2QEXE7');
  assert.deepEqual([id.mdts, id.controllerId, id.version, id.abortLimit], [9, 4, '1.3.0', 8]);
  assert.deepEqual([id.shutdownLatencyUs, id.formatAttributes], [8_000_000, 5]);
  assert.deepEqual([id.numberOfNamespaces, id.optionalNvmCommands, id.volatileWriteCache], [1, 0x5f, true]);
});

for (const [bytes, serialNumber] of [
  ['414243202020', 'ABC'],
  ['204142430000', 'ABC'],
  ['', ''],
  ['ff41', 'hex:ff41'],
  ['ff42', 'hex:ff42'],
  ['410042', 'hex:410042'],
  ['6865783a6666', 'hex:6865783a6666'],
] as const)
  test(`the serial number of bytes ${bytes || 'that are all 0'} is '${serialNumber}'`, () => {
    const data = new DataView(new ArrayBuffer(4096));
    for (const [i, byte] of Buffer.from(bytes, 'hex').entries()) data.setUint8(4 + i, byte);
    assert.equal(decodeController(data).serialNumber, serialNumber);
  });

test('Identify Namespace is read at the offsets of the specification', () => {
  const data = new DataView(new ArrayBuffer(4096));
  data.setBigUint64(0, 1_953_525_168n, true);
  data.setBigUint64(8, 1_953_525_000n, true);
  data.setBigUint64(16, 5n, true);
  data.setUint8(25, 1);
  data.setUint8(26, 0x11);
  data.setUint8(29, 0x02);
  data.setUint32(128, 0x02_09_0000, true);
  data.setUint32(132, 0x00_0c_0008, true);
  for (let i = 0; i < 8; i++) data.setUint8(120 + i, 0xa0 + i);
  const ns = decodeNamespace(data);
  assert.deepEqual([ns.sizeLbas, ns.capacityLbas, ns.utilizationLbas], [1_953_525_168n, 1_953_525_000n, 5n]);
  assert.deepEqual(ns.lbaFormats[0], { dataBytes: 512, metadataBytes: 0, relativePerformance: 2 });
  assert.deepEqual(ns.lbaFormats[1], { dataBytes: 4096, metadataBytes: 8, relativePerformance: 0 });
  assert.deepEqual([ns.formatIndex, ns.metadataInline, ns.protectionType], [1, true, 2]);
  assert.equal(ns.eui64, 'a0a1a2a3a4a5a6a7');
});

test('guards and storage tags of LBA formats are read at the offsets of the specification', () => {
  const data = new DataView(new ArrayBuffer(4096));
  // PIF in bits 8:7, STS in bits 6:0, of words from byte 12 on.
  for (const [i, word] of [0x000, 0x010, 0x080, 0x130, 0x180].entries())
    data.setUint32(12 + 4 * i, word, true);
  const format = { dataBytes: 512, metadataBytes: 16, relativePerformance: 0 };
  const found = withExtendedFormats(Array(5).fill(format), data);
  assert.deepEqual(
    found.map(({ guardBits, storageTagBits }) => [guardBits, storageTagBits]),
    [
      [16, 0],
      [16, 16],
      [32, 0],
      [64, 48],
      [0, 0],
    ],
  );
});

test('that there are such formats is said by CTRATT', () => {
  const data = new DataView(new ArrayBuffer(4096));
  assert.equal(decodeController(data).extendedLbaFormats, false);
  data.setUint32(96, 0x8000, true);
  assert.equal(decodeController(data).extendedLbaFormats, true);
});

test('what a namespace prefers is read where it says that it says so', () => {
  const data = new DataView(new ArrayBuffer(4096));
  data.setUint16(46, 256, true);
  data.setUint16(64, 7, true);
  data.setUint16(66, 15, true);
  const preferences = () => {
    const ns = decodeNamespace(data);
    const { thinProvisioned, optimalBoundaryLbas, preferredWriteLbas, preferredWriteAlignmentLbas } = ns;
    return [thinProvisioned, optimalBoundaryLbas, preferredWriteLbas, preferredWriteAlignmentLbas];
  };
  assert.deepEqual(preferences(), [false, 256, 1, 1]);
  data.setUint8(24, 0x11);
  assert.deepEqual(preferences(), [true, 256, 8, 16]);
});

test('SMART counters are 128-bit little-endian', () => {
  const data = new DataView(new ArrayBuffer(512));
  data.setUint8(0, 0x04);
  data.setUint16(1, 310, true);
  data.setUint8(3, 100);
  data.setUint8(5, 3);
  data.setBigUint64(48, 7n, true);
  data.setBigUint64(56, 1n, true);
  data.setBigUint64(128, 4242n, true);
  const smart = decodeSmart(data);
  assert.deepEqual([smart.criticalWarning, smart.temperatureKelvin, smart.percentageUsed], [4, 310, 3]);
  assert.equal(smart.dataUnitsWritten, (1n << 64n) + 7n);
  assert.equal(smart.powerOnHours, 4242n);
});

test('a status is named, with its type, code and DNR', () => {
  assert.equal(statusName(0x4080), 'LBA Out of Range (SCT 0h, SC 80h, DNR)');
  assert.equal(statusName(0x0281), 'Unrecovered Read Error (SCT 2h, SC 81h)');
  assert.equal(statusName(0x0102), 'Invalid Queue Size (SCT 1h, SC 02h)');
  assert.equal(statusName(0x0282), 'End-to-end Guard Check Error (SCT 2h, SC 82h)');
  assert.equal(statusName(0x01bc), 'Zone Invalid Write (SCT 1h, SC bch)');
  assert.equal(statusName(0x0742), 'Vendor Specific (SCT 7h, SC 42h)');
  assert.equal(encodeStatus(0, 0x80, true), 0x4080);
});

test('namespace descriptors are a list of type, length and name', () => {
  const data = new DataView(new ArrayBuffer(4096));
  const put = (at: number, hex: string): void => {
    for (const [i, byte] of Buffer.from(hex, 'hex').entries()) data.setUint8(at + i, byte);
  };
  put(0, '01080000' + '0011223344556677'); // EUI64
  put(12, '03100000' + '000102030405060708090a0b0c0d0e0f'); // UUID
  put(32, '04010000' + '00'); // command set, no name
  assert.deepEqual(decodeNamespaceNames(data), {
    eui64: '0011223344556677',
    uuid: '000102030405060708090a0b0c0d0e0f',
  });
});

test('the command set of a namespace is a descriptor, that of NVM where there is none', () => {
  const data = new DataView(new ArrayBuffer(4096));
  assert.equal(decodeCommandSet(data), 0);
  for (const [i, byte] of Buffer.from(`01080000${'00'.repeat(8)}0401000002`, 'hex').entries())
    data.setUint8(i, byte);
  assert.equal(decodeCommandSet(data), 2);
});

test('zones are read at the offsets of the specification', () => {
  const data = new DataView(new ArrayBuffer(4096));
  data.setUint32(4, 0xffff_ffff, true);
  data.setUint32(8, 13, true);
  data.setBigUint64(2816 + 16, 0x8_0000n, true);
  assert.deepEqual(decodeZones(data, 1), { zoneLbas: 0x8_0000, mostOpen: 14 });
});

test('a descriptor that runs past the page is ignored', () => {
  const data = new DataView(new ArrayBuffer(16));
  data.setUint8(0, 2);
  data.setUint8(1, 16);
  assert.deepEqual(decodeNamespaceNames(data), {});
});

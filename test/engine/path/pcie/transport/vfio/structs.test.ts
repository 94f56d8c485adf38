import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeDeviceInfo,
  decodeGroupFlags,
  decodeIrqInfo,
  decodeRegionInfo,
  encodeGroupStatus,
  encodeIrqDisable,
  encodeIrqEventFds,
} from '../../../../../../engine/path/pcie/transport/vfio/structs.js';

/** Bytes written as hex, blanks for reading only. */
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

test('vfio_group_status asks with its own size', () => {
  assert.equal(hexOf(encodeGroupStatus()), '0800000000000000');
});

test('vfio_group_status answers flags behind argsz', () => {
  assert.equal(decodeGroupFlags(bytes('08000000 03000000')), 3);
});

test('vfio_device_info: flags, regions and interrupts', () => {
  const info = bytes('18000000 03000000 09000000 05000000 00000000 00000000');
  assert.deepEqual(decodeDeviceInfo(info), { flags: 3, regionCount: 9, irqIndexCount: 5 });
});

test('vfio_region_info without capabilities', () => {
  // The configuration space: readable, writable, 4 KiB at offset 7 << 40.
  const info = bytes('20000000 03000000 07000000 00000000 0010000000000000 0000000000070000');
  assert.deepEqual(decodeRegionInfo(info), {
    index: 7,
    flags: 3,
    lengthBytes: 4096,
    fdOffset: 7n << 40n,
    sparseAreas: undefined,
    msixMappable: false,
  });
});

test('vfio_region_info with the MSI-X mappable capability', () => {
  const info = bytes(
    '28000000 0f000000 00000000 20000000 0040000000000000 0000000000000000' + // cap_offset 32
      '0300 0100 00000000', // id 3, version 1, no next
  );
  const region = decodeRegionInfo(info);
  assert.equal(region.msixMappable, true);
  assert.equal(region.sparseAreas, undefined);
  assert.equal(region.lengthBytes, 16_384);
});

test('vfio_region_info with sparse areas, and a capability of another kind before them', () => {
  const info = bytes(
    '60000000 0f000000 00000000 20000000 0080000000000000 0000000000000000' +
      '0200 0100 30000000 11000000 22000000' + // type capability, next at 48
      '0100 0100 00000000 02000000 00000000' + // sparse mmap, two areas
      '0000000000000000 0020000000000000' +
      '0030000000000000 0050000000000000',
  );
  assert.equal(info.length, 96);
  assert.deepEqual(decodeRegionInfo(info).sparseAreas, [
    { offset: 0, lengthBytes: 0x2000 },
    { offset: 0x3000, lengthBytes: 0x5000 },
  ]);
});

test('a capability offset is read only where the flag says that there is one', () => {
  const info = bytes('20000000 07000000 00000000 99000000 0040000000000000 0000000000000000');
  assert.equal(decodeRegionInfo(info).msixMappable, false);
});

test('sparse areas that the structure has no room for are an error', () => {
  const info = bytes(
    '30000000 0f000000 00000000 20000000 0080000000000000 0000000000000000' +
      '0100 0100 00000000 02000000 00000000',
  );
  assert.throws(() => decodeRegionInfo(info), { code: 'VFIO_INFO_BROKEN' });
});

test('a capability chain that loops is an error', () => {
  const info = bytes(
    '28000000 0f000000 00000000 20000000 0080000000000000 0000000000000000 0300 0100 20000000',
  );
  assert.throws(() => decodeRegionInfo(info), { code: 'VFIO_INFO_BROKEN' });
});

test('a capability outside the structure is an error', () => {
  const info = bytes('20000000 0f000000 00000000 20000000 0080000000000000 0000000000000000');
  assert.throws(() => decodeRegionInfo(info), { code: 'VFIO_INFO_BROKEN' });
});

test('vfio_irq_info', () => {
  assert.deepEqual(decodeIrqInfo(bytes('10000000 01000000 04000000 01000000')), {
    flags: 1,
    index: 4,
    count: 1,
  });
});

test('vfio_irq_set puts the eventfds behind a header of 20 bytes', () => {
  // DATA_EVENTFD | ACTION_TRIGGER is 24h; index 2, start 1, count 3; fds 5, none, 300.
  assert.equal(
    hexOf(encodeIrqEventFds(2, 1, [5, -1, 300])),
    '20000000 24000000 02000000 01000000 03000000 05000000 ffffffff 2c010000'.replaceAll(' ', ''),
  );
});

test('vfio_irq_set disables an index with no data and a count of 0', () => {
  assert.equal(
    hexOf(encodeIrqDisable(4)),
    '14000000 21000000 04000000 00000000 00000000'.replaceAll(' ', ''),
  );
});

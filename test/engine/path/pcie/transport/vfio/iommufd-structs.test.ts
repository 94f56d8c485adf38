/** Golden bytes after include/uapi/linux/iommufd.h and vfio.h of Linux 6.12. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeIoasId,
  decodeIoasUnmapped,
  decodeIovaRanges,
  decodeRangeList,
  encodeAttach,
  encodeBind,
  encodeDestroy,
  encodeDetach,
  encodeIoasAlloc,
  encodeIoasMap,
  encodeIoasUnmap,
  encodeIovaRanges,
} from '../../../../../../engine/path/pcie/transport/vfio/iommufd-structs.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

test('vfio_device_bind_iommufd has argsz 16, the descriptor at 8 and room for the device id', () => {
  assert.equal(hex(encodeBind(5)), '10000000' + '00000000' + '05000000' + '00000000');
});

test('vfio_device_attach_iommufd_pt has argsz 12 and the id at 8', () => {
  assert.equal(hex(encodeAttach(0x1234)), '0c000000' + '00000000' + '34120000');
});

test('vfio_device_detach_iommufd_pt has argsz 8', () => {
  assert.equal(hex(encodeDetach()), '08000000' + '00000000');
});

test('iommu_destroy has size 8 and the id at 4', () => {
  assert.equal(hex(encodeDestroy(7)), '08000000' + '07000000');
});

test('iommu_ioas_alloc has size 12 and answers with the id at 8', () => {
  assert.equal(hex(encodeIoasAlloc()), '0c000000' + '00000000' + '00000000');
  assert.equal(decodeIoasId(bytes('0c000000 00000000 03000000')), 3);
});

test('iommu_ioas_map is 40 bytes: flags FIXED, WRITEABLE, READABLE; user_va 16, length 24, iova 32', () => {
  assert.equal(
    hex(encodeIoasMap(3, 0x7f12_3456_7000n, 0x40_0000n, 0x20_0000)),
    '28000000' +
      '07000000' +
      '03000000' +
      '00000000' +
      '00705634127f0000' +
      '0000200000000000' +
      '0000400000000000',
  );
});

test('iommu_ioas_unmap is 24 bytes and answers with the bytes unmapped at 16', () => {
  assert.equal(
    hex(encodeIoasUnmap(3, 0x40_0000n, 0x20_0000)),
    '18000000' + '03000000' + '0000400000000000' + '0000200000000000',
  );
  assert.equal(decodeIoasUnmapped(bytes('18000000 03000000 0000400000000000 0010000000000000')), 4096n);
});

test('iommu_ioas_iova_ranges is 32 bytes: count at 8, list at 16, alignment answered at 24', () => {
  assert.equal(
    hex(encodeIovaRanges(3, 64, 0x7f00_0000_1000n)),
    '20000000' + '03000000' + '40000000' + '00000000' + '00100000007f0000' + '0000000000000000',
  );
  const answer = bytes('20000000 03000000 02000000 00000000 00100000007f0000 0010000000000000');
  assert.deepEqual(decodeIovaRanges(answer), { count: 2, alignBytes: 4096 });
});

test('iommu_iova_range is start and last', () => {
  const list = bytes('0000000000000000 ffffdffe00000000 0000f0fe00000000 ffffffffff7f0000');
  assert.deepEqual(decodeRangeList(list.buffer as ArrayBuffer, 2), [
    { start: 0n, last: 0xfedf_ffffn },
    { start: 0xfef0_0000n, last: 0x7fff_ffff_ffffn },
  ]);
});

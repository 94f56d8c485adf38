import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeType1Info,
  decodeUnmappedBytes,
  encodeDmaMap,
  encodeDmaUnmap,
} from '../../../../../../engine/path/pcie/transport/vfio/type1-structs.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

test('vfio_iommu_type1_info with ranges, DMA available, and a capability that is of no use here', () => {
  const info = bytes(
    '78000000 03000000 0010204000000000 18000000 00000000' + // pages of 4 KiB, 2 MiB, 1 GiB; caps at 24
      '0300 0100 24000000 fdff0000' + // 24: DMA available 65533, next at 36
      '0200 0100 44000000 00000000 00000000 0010000000000000 0000001000000000' + // 36: migration
      '0100 0100 00000000 02000000 00000000' + // 68: two ranges
      '0000000000000000 ffffdffe00000000 0000f0fe00000000 ffffffffffff0000' +
      '00000000',
  );
  assert.equal(info.length, 0x78);
  const decoded = decodeType1Info(info);
  assert.equal(decoded.pageSizes, 0x4020_1000n);
  assert.equal(decoded.dmaAvailable, 65_533);
  assert.deepEqual(decoded.iovaRanges, [
    { start: 0n, last: 0xfedf_ffffn },
    { start: 0xfef0_0000n, last: 0xffff_ffff_ffffn },
  ]);
});

test('vfio_iommu_type1_info of an old kernel states nothing more than page sizes', () => {
  const info = bytes('18000000 01000000 0010000000000000 00000000 00000000');
  assert.deepEqual(decodeType1Info(info), {
    pageSizes: 0x1000n,
    iovaRanges: undefined,
    dmaAvailable: undefined,
  });
});

test('ranges that the structure has no room for are an error', () => {
  const info = bytes(
    '28000000 03000000 0010000000000000 18000000 00000000 0100 0100 00000000 01000000 00000000',
  );
  assert.throws(() => decodeType1Info(info), { code: 'VFIO_INFO_BROKEN' });
});

test('vfio_iommu_type1_dma_map: 32 bytes, readable and writable', () => {
  assert.equal(
    hexOf(encodeDmaMap(0x7fc7_1c80_0000n, 0x20_0000n, 0x40_0000)),
    '20000000 03000000 0000801cc77f0000 0000200000000000 0000400000000000'.replaceAll(' ', ''),
  );
});

test('vfio_iommu_type1_dma_unmap: 24 bytes, no flags', () => {
  assert.equal(
    hexOf(encodeDmaUnmap(0xfef0_0000n, 0x1000)),
    '18000000 00000000 0000f0fe00000000 0010000000000000'.replaceAll(' ', ''),
  );
});

test('the unmapped length is the size field of the answer', () => {
  assert.equal(decodeUnmappedBytes(bytes('18000000 00000000 0000200000000000 0000400000000000')), 0x40_0000n);
});

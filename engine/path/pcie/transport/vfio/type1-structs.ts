/** Structures of the type 1 IOMMU in vfio.h. */
import type { IovaRange } from '../../../../memory/iova.js';
import {
  VFIO_DMA_MAP_FLAG_READ,
  VFIO_DMA_MAP_FLAG_WRITE,
  VFIO_IOMMU_INFO_CAPS,
  VFIO_IOMMU_INFO_PGSIZES,
  VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE,
  VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL,
} from '../../../../sys/vfio-abi.js';
import { checkFits, infoCapabilities, viewOf } from './info.js';

/** With the padding behind cap_offset that the structure has. */
export const TYPE1_INFO_BYTES = 24;
const DMA_MAP_BYTES = 32;
const DMA_UNMAP_BYTES = 24;

/** struct vfio_iommu_type1_info and its capabilities; undefined where the kernel does not state one. */
export interface Type1Info {
  /** Bit n set: pages of 2^n bytes. */
  readonly pageSizes: bigint | undefined;
  readonly iovaRanges: readonly IovaRange[] | undefined;
  /** Mappings that may still be made. */
  readonly dmaAvailable: number | undefined;
}

/** Throws EngineError `VFIO_INFO_BROKEN`. */
export function decodeType1Info(info: Uint8Array): Type1Info {
  const view = viewOf(info);
  const flags = view.getUint32(4, true);
  let iovaRanges: IovaRange[] | undefined;
  let dmaAvailable: number | undefined;
  const firstCap = (flags & VFIO_IOMMU_INFO_CAPS) !== 0 ? view.getUint32(16, true) : 0;
  for (const cap of infoCapabilities(info, firstCap)) {
    if (cap.id === VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) iovaRanges = decodeRanges(info, cap.offset);
    if (cap.id === VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL) {
      checkFits(info, cap.offset, 12);
      dmaAvailable = view.getUint32(cap.offset + 8, true);
    }
  }
  const pageSizes = (flags & VFIO_IOMMU_INFO_PGSIZES) !== 0 ? view.getBigUint64(8, true) : undefined;
  return { pageSizes, iovaRanges, dmaAvailable };
}

/** struct vfio_iommu_type1_info_cap_iova_range: header, nr_iovas, reserved, then pairs of start and end. */
function decodeRanges(info: Uint8Array, capOffset: number): IovaRange[] {
  const view = viewOf(info);
  checkFits(info, capOffset, 16);
  const count = view.getUint32(capOffset + 8, true);
  checkFits(info, capOffset, 16 + count * 16);
  const ranges: IovaRange[] = [];
  for (let at = capOffset + 16; ranges.length < count; at += 16)
    ranges.push({ start: view.getBigUint64(at, true), last: view.getBigUint64(at + 8, true) });
  return ranges;
}

/** struct vfio_iommu_type1_dma_map, readable and writable by the device. */
export function encodeDmaMap(address: bigint, iova: bigint, lengthBytes: number): Uint8Array {
  const map = new Uint8Array(DMA_MAP_BYTES);
  const view = viewOf(map);
  view.setUint32(0, DMA_MAP_BYTES, true);
  view.setUint32(4, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, true);
  view.setBigUint64(8, address, true);
  view.setBigUint64(16, iova, true);
  view.setBigUint64(24, BigInt(lengthBytes), true);
  return map;
}

/** struct vfio_iommu_type1_dma_unmap */
export function encodeDmaUnmap(iova: bigint, lengthBytes: number): Uint8Array {
  const unmap = new Uint8Array(DMA_UNMAP_BYTES);
  const view = viewOf(unmap);
  view.setUint32(0, DMA_UNMAP_BYTES, true);
  view.setBigUint64(8, iova, true);
  view.setBigUint64(16, BigInt(lengthBytes), true);
  return unmap;
}

/** How many bytes an unmap that succeeded has unmapped. */
export function decodeUnmappedBytes(unmap: Uint8Array): bigint {
  return viewOf(unmap).getBigUint64(16, true);
}

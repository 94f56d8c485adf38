/** Structures of iommufd.h and of VFIO's character devices in vfio.h, little-endian. */
import type { IovaRange } from '../../../../memory/iova.js';
import {
  IOMMU_IOAS_MAP_FIXED_IOVA,
  IOMMU_IOAS_MAP_READABLE,
  IOMMU_IOAS_MAP_WRITEABLE,
} from '../../../../sys/iommufd-abi.js';
import { viewOf } from './info.js';

export const IOVA_RANGE_BYTES = 16;
const IOVA_RANGES_BYTES = 32;
const MAP_BYTES = 40;
const UNMAP_BYTES = 24;

/** A structure of 32-bit words that starts with its own size. */
function words(...rest: readonly number[]): Uint8Array {
  const struct = new Uint8Array(4 + rest.length * 4);
  [struct.length, ...rest].forEach((word, at) => {
    viewOf(struct).setUint32(at * 4, word, true);
  });
  return struct;
}

/** struct vfio_device_bind_iommufd: argsz, flags, iommufd, out_devid. */
export const encodeBind = (iommufd: number): Uint8Array => words(0, iommufd, 0);

/** struct vfio_device_attach_iommufd_pt: argsz, flags, pt_id. */
export const encodeAttach = (ioasId: number): Uint8Array => words(0, ioasId);

/** struct vfio_device_detach_iommufd_pt: argsz, flags. */
export const encodeDetach = (): Uint8Array => words(0);

/** struct iommu_destroy: size, id. */
export const encodeDestroy = (objectId: number): Uint8Array => words(objectId);

/** struct iommu_ioas_alloc: size, flags, out_ioas_id. */
export const encodeIoasAlloc = (): Uint8Array => words(0, 0);

export const decodeIoasId = (alloc: Uint8Array): number => viewOf(alloc).getUint32(8, true);

/** struct iommu_ioas_iova_ranges with room for `count` struct iommu_iova_range at `address`. */
export function encodeIovaRanges(ioasId: number, count: number, address: bigint): Uint8Array {
  const request = new Uint8Array(IOVA_RANGES_BYTES);
  const view = viewOf(request);
  view.setUint32(0, IOVA_RANGES_BYTES, true);
  view.setUint32(4, ioasId, true);
  view.setUint32(8, count, true);
  view.setBigUint64(16, address, true);
  return request;
}

/** What an answered struct iommu_ioas_iova_ranges says, apart from the ranges themselves. */
export function decodeIovaRanges(request: Uint8Array): { count: number; alignBytes: number } {
  const view = viewOf(request);
  return { count: view.getUint32(8, true), alignBytes: Number(view.getBigUint64(24, true)) };
}

/** struct iommu_iova_range, `count` times: start and last. */
export function decodeRangeList(list: ArrayBuffer, count: number): IovaRange[] {
  const view = new DataView(list);
  return Array.from({ length: count }, (_, index) => ({
    start: view.getBigUint64(index * IOVA_RANGE_BYTES, true),
    last: view.getBigUint64(index * IOVA_RANGE_BYTES + 8, true),
  }));
}

/** struct iommu_ioas_map at a fixed IOVA, readable and writable by the device. */
export function encodeIoasMap(
  ioasId: number,
  address: bigint,
  iova: bigint,
  lengthBytes: number,
): Uint8Array {
  const map = new Uint8Array(MAP_BYTES);
  const view = viewOf(map);
  view.setUint32(0, MAP_BYTES, true);
  view.setUint32(4, IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_WRITEABLE | IOMMU_IOAS_MAP_READABLE, true);
  view.setUint32(8, ioasId, true);
  view.setBigUint64(16, address, true);
  view.setBigUint64(24, BigInt(lengthBytes), true);
  view.setBigUint64(32, iova, true);
  return map;
}

/** struct iommu_ioas_unmap */
export function encodeIoasUnmap(ioasId: number, iova: bigint, lengthBytes: number): Uint8Array {
  const unmap = new Uint8Array(UNMAP_BYTES);
  const view = viewOf(unmap);
  view.setUint32(0, UNMAP_BYTES, true);
  view.setUint32(4, ioasId, true);
  view.setBigUint64(8, iova, true);
  view.setBigUint64(16, BigInt(lengthBytes), true);
  return unmap;
}

/** How many bytes an unmap that succeeded has unmapped. */
export const decodeIoasUnmapped = (unmap: Uint8Array): bigint => viewOf(unmap).getBigUint64(16, true);

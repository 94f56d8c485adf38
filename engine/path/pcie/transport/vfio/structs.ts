/**
 * Device and group structures of vfio.h, little-endian as every host that this runs on. Encoders give the bytes an
 * ioctl takes; decoders read what it left there.
 */
import {
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  VFIO_REGION_INFO_FLAG_CAPS,
} from '../../../../sys/vfio-abi.js';
import { checkFits, infoCapabilities, viewOf } from './info.js';

export const GROUP_STATUS_BYTES = 8;
/** With the padding behind cap_offset that newer headers have. */
export const DEVICE_INFO_BYTES = 24;
export const REGION_INFO_BYTES = 32;
export const IRQ_INFO_BYTES = 16;
const IRQ_SET_HEADER_BYTES = 20;

/** struct vfio_device_info */
export interface DeviceInfo {
  readonly flags: number;
  readonly regionCount: number;
  readonly irqIndexCount: number;
}

/** A part of a region, in bytes from its start. */
export interface RegionArea {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** struct vfio_region_info with the capabilities that decide how it may be mapped. */
export interface RegionInfo {
  readonly index: number;
  readonly flags: number;
  readonly lengthBytes: number;
  /** Where the region starts in the device's descriptor. */
  readonly fdOffset: bigint;
  /** Areas of the sparse mmap capability; undefined where the kernel states none. */
  readonly sparseAreas: readonly RegionArea[] | undefined;
  readonly msixMappable: boolean;
}

/** struct vfio_irq_info */
export interface IrqInfo {
  readonly flags: number;
  readonly index: number;
  readonly count: number;
}

/** struct vfio_group_status, empty. */
export function encodeGroupStatus(): Uint8Array {
  const status = new Uint8Array(GROUP_STATUS_BYTES);
  viewOf(status).setUint32(0, GROUP_STATUS_BYTES, true);
  return status;
}

/** The flags of struct vfio_group_status. */
export function decodeGroupFlags(status: Uint8Array): number {
  return viewOf(status).getUint32(4, true);
}

export function decodeDeviceInfo(info: Uint8Array): DeviceInfo {
  const view = viewOf(info);
  return {
    flags: view.getUint32(4, true),
    regionCount: view.getUint32(8, true),
    irqIndexCount: view.getUint32(12, true),
  };
}

/** Throws EngineError `VFIO_INFO_BROKEN`. */
export function decodeRegionInfo(info: Uint8Array): RegionInfo {
  const view = viewOf(info);
  const flags = view.getUint32(4, true);
  let sparseAreas: RegionArea[] | undefined;
  let msixMappable = false;
  const firstCap = (flags & VFIO_REGION_INFO_FLAG_CAPS) !== 0 ? view.getUint32(12, true) : 0;
  for (const cap of infoCapabilities(info, firstCap)) {
    if (cap.id === VFIO_REGION_INFO_CAP_SPARSE_MMAP) sparseAreas = decodeSparseAreas(info, cap.offset);
    if (cap.id === VFIO_REGION_INFO_CAP_MSIX_MAPPABLE) msixMappable = true;
  }
  return {
    index: view.getUint32(8, true),
    flags,
    lengthBytes: Number(view.getBigUint64(16, true)),
    fdOffset: view.getBigUint64(24, true),
    sparseAreas,
    msixMappable,
  };
}

/** struct vfio_region_info_cap_sparse_mmap: header, nr_areas, reserved, then pairs of offset and size. */
function decodeSparseAreas(info: Uint8Array, capOffset: number): RegionArea[] {
  const view = viewOf(info);
  checkFits(info, capOffset, 16);
  const count = view.getUint32(capOffset + 8, true);
  checkFits(info, capOffset, 16 + count * 16);
  const areas: RegionArea[] = [];
  for (let at = capOffset + 16; areas.length < count; at += 16) {
    const lengthBytes = Number(view.getBigUint64(at + 8, true));
    areas.push({ offset: Number(view.getBigUint64(at, true)), lengthBytes });
  }
  return areas;
}

export function decodeIrqInfo(info: Uint8Array): IrqInfo {
  const view = viewOf(info);
  return {
    flags: view.getUint32(4, true),
    index: view.getUint32(8, true),
    count: view.getUint32(12, true),
  };
}

function irqSetHeader(lengthBytes: number, flags: number, index: number, start: number, count: number) {
  const set = new Uint8Array(lengthBytes);
  [lengthBytes, flags, index, start, count].forEach((word, at) => {
    viewOf(set).setUint32(at * 4, word, true);
  });
  return set;
}

/** struct vfio_irq_set that signals interrupts `start` and on through eventfds (-1: none). */
export function encodeIrqEventFds(index: number, start: number, eventFds: readonly number[]): Uint8Array {
  const lengthBytes = IRQ_SET_HEADER_BYTES + eventFds.length * 4;
  const flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  const set = irqSetHeader(lengthBytes, flags, index, start, eventFds.length);
  eventFds.forEach((fd, at) => {
    viewOf(set).setInt32(IRQ_SET_HEADER_BYTES + at * 4, fd, true);
  });
  return set;
}

/** struct vfio_irq_set that disables a whole index. */
export function encodeIrqDisable(index: number): Uint8Array {
  const flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
  return irqSetHeader(IRQ_SET_HEADER_BYTES, flags, index, 0, 0);
}

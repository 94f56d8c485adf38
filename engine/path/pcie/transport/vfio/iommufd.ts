/** The calls of iommufd and of VFIO's character devices (iommufd.h; vfio.h, "VFIO_DEVICE_BIND_IOMMUFD"). */
import { EngineError, SystemError } from '../../../../errors.js';
import { describeBlockers, groupBlockers, readIommuGroup } from '../../../../pci/group.js';
import { blockersHint } from '../../../../pci/vmd.js';
import {
  IOMMU_DESTROY,
  IOMMU_IOAS_ALLOC,
  IOMMU_IOAS_IOVA_RANGES,
  IOMMU_IOAS_MAP,
  IOMMU_IOAS_UNMAP,
  VFIO_DEVICE_ATTACH_IOMMUFD_PT,
  VFIO_DEVICE_BIND_IOMMUFD,
  VFIO_DEVICE_DETACH_IOMMUFD_PT,
} from '../../../../sys/iommufd-abi.js';
import { mapAnonymous, unmap } from '../../../../sys/mapping.js';
import type { VfioHandle } from './device.js';
import { brokenInfo } from './info.js';
import type { IommuTable, SpaceInfo } from './iommu-space.js';
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
  IOVA_RANGE_BYTES,
} from './iommufd-structs.js';
import type { VfioSystem } from './system.js';

export const IOMMUFD_PATH = '/dev/iommu';
const LEAST_PAGE_BYTES = 4096;
const FIRST_RANGE_ROOM = 64;
/** The first refusal states the count; more rounds than this mean that it never settles. */
const MAX_ROUNDS = 4;

/** Throws SystemError. */
export function openIommufd(system: VfioSystem): number {
  return system.openDevice(IOMMUFD_PATH, {
    op: 'open iommufd',
    hints: {
      ENOENT: 'load it: modprobe iommufd, on a kernel with CONFIG_IOMMUFD; or use --attach group',
      ENODEV: 'load it: modprobe iommufd; or use --attach group',
      EACCES: `run as root, or give this user access: chmod 0666 ${IOMMUFD_PATH}; or use --attach group`,
      EPERM: `run as root, or give this user access: chmod 0666 ${IOMMUFD_PATH}; or use --attach group`,
    },
  });
}

/** Opens a device's own node. It can do nothing until it is bound. Throws SystemError. */
export function openDeviceNode(system: VfioSystem, path: string, address: string): number {
  const asUser = `run as root, or give this user the device: chown $USER ${path}`;
  return system.openDevice(path, {
    op: `open VFIO device ${address}`,
    hints: {
      ENOENT: `bind ${address} to vfio-pci (modprobe vfio-pci; see nvbench list)`,
      EACCES: asUser,
      EPERM: asUser,
      EBUSY: `another process holds the device: see fuser -v ${path}`,
      ENODEV: 'the function is being removed; scan again',
    },
  });
}

/** Where a device stands, for what a refusal of it may be about. */
export interface DevicePlace {
  readonly path: string;
  readonly iommuGroup: number | undefined;
  readonly sysfsRoot: string;
}

/** Gives a device to an iommufd. Throws SystemError, or EngineError `GROUP_NOT_VIABLE`. */
export function bindIommufd({ system, fd, address }: VfioHandle, iommufd: number, place: DevicePlace): void {
  const held = `another process holds the device: see fuser -v ${place.path} /dev/vfio/${place.iommuGroup ?? '*'}`;
  try {
    system.ioctl(fd, VFIO_DEVICE_BIND_IOMMUFD, encodeBind(iommufd), {
      op: 'VFIO_DEVICE_BIND_IOMMUFD',
      target: address,
      hints: {
        EINVAL: held,
        EBUSY: held,
        EPERM:
          'the platform has no interrupt remapping: enable it (intremap=on, x2APIC in the firmware), or accept ' +
          'that the device may forge interrupts: echo 1 > /sys/module/iommufd/parameters/allow_unsafe_interrupts',
        EACCES: 'the function is a virtual function that needs a VF token of its physical one',
        ENODEV: 'the function is being removed, or no IOMMU is behind it; scan again',
        EIO: 'the function does not answer: reset or power cycle the drive',
        ENOTTY: 'the kernel is older than Linux 6.6: use --attach group',
      },
    });
  } catch (error) {
    throw error instanceof SystemError && error.errnoName === 'EBUSY'
      ? (notViable(address, place, error) ?? error)
      : error;
  }
}

/** EBUSY is also the answer where another member of the group does DMA for a driver of the kernel. */
function notViable(address: string, place: DevicePlace, cause: SystemError): EngineError | undefined {
  if (place.iommuGroup === undefined) return undefined;
  const blockers = groupBlockers(readIommuGroup(place.iommuGroup, place.sysfsRoot));
  if (blockers.length === 0) return undefined;
  return new EngineError({
    code: 'GROUP_NOT_VIABLE',
    op: cause.op,
    target: address,
    reason: `group ${place.iommuGroup} is not viable: ${describeBlockers(blockers)}`,
    hint: blockersHint(
      blockers,
      `bind ${blockers.map((blocker) => blocker.address).join(', ')} to vfio-pci too, or leave without a driver`,
    ),
    cause,
  });
}

/** Puts a bound device into an IOAS. Throws SystemError. */
export function attachIoas({ system, fd, address }: VfioHandle, ioasId: number): void {
  system.ioctl(fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, encodeAttach(ioasId), {
    op: 'VFIO_DEVICE_ATTACH_IOMMUFD_PT',
    target: address,
    hints: {
      EINVAL:
        'the IOMMU cannot take the device into this address space: look for DMAR or AMD-Vi lines in dmesg',
      EADDRINUSE: 'the device reserves addresses that are mapped: look for DMAR or AMD-Vi lines in dmesg',
      EBUSY: 'the IOMMU domain is in use: look for other users with fuser -v /dev/vfio/devices/*',
      ENOMEM: 'the host is out of memory for I/O page tables',
    },
  });
}

/** Takes a device out of its IOAS. Throws SystemError. */
export function detachIoas({ system, fd, address }: VfioHandle): void {
  const op = 'VFIO_DEVICE_DETACH_IOMMUFD_PT';
  system.ioctl(fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, encodeDetach(), { op, target: address });
}

/** A new, empty address space. Throws SystemError. */
export function allocateIoas(system: VfioSystem, iommufd: number, target: string): number {
  const alloc = encodeIoasAlloc();
  system.ioctl(iommufd, IOMMU_IOAS_ALLOC, alloc, { op: 'IOMMU_IOAS_ALLOC', target });
  return decodeIoasId(alloc);
}

/** Destroys an object of an iommufd that nothing uses any more. Throws SystemError. */
export function destroyObject(system: VfioSystem, iommufd: number, objectId: number, target: string): void {
  const op = 'IOMMU_DESTROY';
  system.ioctl(iommufd, IOMMU_DESTROY, encodeDestroy(objectId), { op, target });
}

/** IOMMU_IOAS_IOVA_RANGES, again with more room where the kernel says EMSGSIZE. Throws SystemError, EngineError. */
function readIovaRanges(system: VfioSystem, iommufd: number, ioasId: number, target: string): SpaceInfo {
  let room = FIRST_RANGE_ROOM;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const list = mapAnonymous(room * IOVA_RANGE_BYTES, 'IOVA ranges');
    try {
      const request = encodeIovaRanges(ioasId, room, list.address);
      const fits = queryRanges(system, iommufd, request, target);
      const { count, alignBytes } = decodeIovaRanges(request);
      if (fits) {
        return {
          iovaRanges: decodeRangeList(list.buffer, count),
          pageSizeBytes: Math.max(LEAST_PAGE_BYTES, alignBytes),
          mappingsAvailable: Number.POSITIVE_INFINITY,
        };
      }
      room = count;
    } finally {
      unmap(list); // its view has not left this function
    }
  }
  throw brokenInfo(`the number of IOVA ranges grows without end, last ${room}`);
}

/** False where there are more ranges than room; the request then holds their number. */
function queryRanges(system: VfioSystem, iommufd: number, request: Uint8Array, target: string): boolean {
  try {
    system.ioctl(iommufd, IOMMU_IOAS_IOVA_RANGES, request, { op: 'IOMMU_IOAS_IOVA_RANGES', target });
    return true;
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EMSGSIZE') return false;
    throw error;
  }
}

/** The page table of an IOAS. */
export function ioasTable(system: VfioSystem, iommufd: number, ioasId: number): IommuTable {
  return {
    mapName: 'IOMMU_IOAS_MAP',
    unmapName: 'IOMMU_IOAS_UNMAP',
    limitHint: 'reserve memory in fewer pieces',
    map({ address, lengthBytes }, iova, call) {
      system.ioctl(iommufd, IOMMU_IOAS_MAP, encodeIoasMap(ioasId, address, iova, lengthBytes), call);
    },
    unmap(iova, lengthBytes, call) {
      const request = encodeIoasUnmap(ioasId, iova, lengthBytes);
      system.ioctl(iommufd, IOMMU_IOAS_UNMAP, request, call);
      return decodeIoasUnmapped(request);
    },
    readInfo: (target) => readIovaRanges(system, iommufd, ioasId, target),
  };
}

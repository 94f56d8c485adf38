/** The container: one I/O address space (vfio.h, "IOCTLs for VFIO file descriptor"). */
import { EngineError } from '../../../../errors.js';
import {
  VFIO_API_VERSION,
  VFIO_CHECK_EXTENSION,
  VFIO_GET_API_VERSION,
  VFIO_IOMMU_GET_INFO,
  VFIO_NOIOMMU_IOMMU,
  VFIO_SET_IOMMU,
  VFIO_TYPE1v2_IOMMU,
} from '../../../../sys/vfio-abi.js';
import { queryInfo } from './info.js';
import type { VfioSystem } from './system.js';
import { decodeType1Info, TYPE1_INFO_BYTES, type Type1Info } from './type1-structs.js';

export const CONTAINER_PATH = '/dev/vfio/vfio';

/**
 * Opens the container and checks that it speaks API version 0 and has the type 1 v2 IOMMU, or the mode without one.
 * Throws SystemError, or EngineError `VFIO_API_VERSION`, `TYPE1V2_MISSING`, `NOIOMMU_MODE_OFF`.
 */
export function openContainer(system: VfioSystem, noIommu = false): number {
  const fd = system.openDevice(CONTAINER_PATH, {
    op: 'open VFIO container',
    hints: {
      ENOENT: 'load VFIO: modprobe vfio-pci',
      ENODEV: 'load VFIO: modprobe vfio-pci',
      EACCES: `run as root, or give this user access: chmod 0666 ${CONTAINER_PATH}`,
    },
  });
  try {
    checkVersion(system, fd);
    if (noIommu) checkNoIommu(system, fd);
    else checkType1(system, fd);
  } catch (error) {
    system.closeFd(fd);
    throw error;
  }
  return fd;
}

function checkVersion(system: VfioSystem, fd: number): void {
  const target = CONTAINER_PATH;
  const version = system.ioctlNumber(fd, VFIO_GET_API_VERSION, 0, { op: 'VFIO_GET_API_VERSION', target });
  if (version === VFIO_API_VERSION) return;
  throw new EngineError({
    code: 'VFIO_API_VERSION',
    op: 'VFIO_GET_API_VERSION',
    target,
    reason: `the kernel has version ${version}, version ${VFIO_API_VERSION} is needed`,
    hint: 'use a kernel whose VFIO is of that version',
  });
}

function checkType1(system: VfioSystem, fd: number): void {
  const op = 'VFIO_CHECK_EXTENSION VFIO_TYPE1v2_IOMMU';
  const target = CONTAINER_PATH;
  if (system.ioctlNumber(fd, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU, { op, target }) > 0) return;
  throw new EngineError({
    code: 'TYPE1V2_MISSING',
    op,
    target,
    reason: 'the kernel offers no type 1 v2 IOMMU',
    hint: 'load it with modprobe vfio_iommu_type1, on a host whose IOMMU is enabled',
  });
}

function checkNoIommu(system: VfioSystem, fd: number): void {
  const op = 'VFIO_CHECK_EXTENSION VFIO_NOIOMMU_IOMMU';
  const target = CONTAINER_PATH;
  if (system.ioctlNumber(fd, VFIO_CHECK_EXTENSION, VFIO_NOIOMMU_IOMMU, { op, target }) > 0) return;
  throw new EngineError({
    code: 'NOIOMMU_MODE_OFF',
    op,
    target,
    reason: 'VFIO works without an IOMMU only where that is enabled',
    hint: 'enable the IOMMU, or echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode',
  });
}

/** Gives the container its IOMMU. A group must have joined it. Throws SystemError. */
export function setIommu(system: VfioSystem, containerFd: number, target: string, noIommu = false): void {
  if (noIommu) {
    system.ioctlNumber(containerFd, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU, {
      op: 'VFIO_SET_IOMMU VFIO_NOIOMMU_IOMMU',
      target,
      hints: { EPERM: 'VFIO without an IOMMU needs CAP_SYS_RAWIO: run as root' },
    });
    return;
  }
  system.ioctlNumber(containerFd, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU, {
    op: 'VFIO_SET_IOMMU VFIO_TYPE1v2_IOMMU',
    target,
    hints: {
      EPERM:
        'the platform has no interrupt remapping: enable it (intremap=on, x2APIC in the firmware), or accept ' +
        'that the device may forge interrupts: echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts',
      EINVAL: 'the group cannot use this IOMMU: look for vfio or DMAR lines in dmesg',
      ENODEV: 'the group cannot use this IOMMU: look for vfio or DMAR lines in dmesg',
      EBUSY: 'the IOMMU domain is in use: look for other users of the group with fuser -v /dev/vfio/*',
      ENOMEM: 'the host is out of memory for I/O page tables',
    },
  });
}

/** VFIO_IOMMU_GET_INFO with its capabilities. Throws SystemError, EngineError `VFIO_INFO_BROKEN`. */
export function readType1Info(system: VfioSystem, containerFd: number, target: string): Type1Info {
  const op = 'VFIO_IOMMU_GET_INFO';
  return decodeType1Info(
    queryInfo(TYPE1_INFO_BYTES, (info) => {
      system.ioctl(containerFd, VFIO_IOMMU_GET_INFO, info, { op, target });
    }),
  );
}

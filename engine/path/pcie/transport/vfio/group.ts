/** The group: what the IOMMU can tell apart, and so what is taken as a whole (vfio.h, "IOCTLs for GROUP"). */
import { EngineError } from '../../../../errors.js';
import { describeBlockers, groupBlockers, readIommuGroup } from '../../../../pci/group.js';
import { blockersHint } from '../../../../pci/vmd.js';
import {
  VFIO_GROUP_FLAGS_CONTAINER_SET,
  VFIO_GROUP_FLAGS_VIABLE,
  VFIO_GROUP_GET_DEVICE_FD,
  VFIO_GROUP_GET_STATUS,
  VFIO_GROUP_SET_CONTAINER,
  VFIO_GROUP_UNSET_CONTAINER,
} from '../../../../sys/vfio-abi.js';
import { decodeGroupFlags, encodeGroupStatus } from './structs.js';
import type { VfioSystem } from './system.js';

/** What decides a group's node. */
export interface GroupNode {
  readonly iommuGroup: number;
  /** VFIO made the group up: no IOMMU is behind it. */
  readonly noIommu: boolean;
}

export function groupPath({ iommuGroup, noIommu }: GroupNode): string {
  return noIommu ? `/dev/vfio/noiommu-${iommuGroup}` : `/dev/vfio/${iommuGroup}`;
}

/** Who holds a node, as a next step. */
const heldBy = (path: string): string =>
  `another process, or this one, holds the device: see fuser -v ${path}`;

/**
 * Opens a group and checks that it is viable and free. `address` is the function it is opened for.
 * Throws SystemError, or EngineError `GROUP_NOT_VIABLE`, `GROUP_IN_USE`.
 */
export function openGroup(system: VfioSystem, node: GroupNode, address: string, sysfsRoot: string): number {
  const path = groupPath(node);
  const asUser = `run as root, or give this user the group: chown $USER ${path}`;
  const refused = node.noIommu ? 'a group without an IOMMU needs CAP_SYS_RAWIO: run as root' : asUser;
  const fd = system.openDevice(path, {
    op: `open VFIO group of ${address}`,
    hints: {
      ENOENT: `bind ${address} to vfio-pci (modprobe vfio-pci; see nvbench list)`,
      EACCES: refused,
      EPERM: refused,
      EBUSY: heldBy(path),
      ENODEV: 'the function is being removed; scan again',
    },
  });
  try {
    checkGroup(system, fd, node, address, sysfsRoot);
  } catch (error) {
    system.closeFd(fd);
    throw error;
  }
  return fd;
}

function checkGroup(
  system: VfioSystem,
  fd: number,
  node: GroupNode,
  address: string,
  sysfsRoot: string,
): void {
  const op = 'VFIO_GROUP_GET_STATUS';
  const status = encodeGroupStatus();
  system.ioctl(fd, VFIO_GROUP_GET_STATUS, status, { op, target: address });
  const flags = decodeGroupFlags(status);
  if ((flags & VFIO_GROUP_FLAGS_VIABLE) === 0) throw notViable(node.iommuGroup, address, sysfsRoot);
  if ((flags & VFIO_GROUP_FLAGS_CONTAINER_SET) === 0) return;
  throw new EngineError({
    code: 'GROUP_IN_USE',
    op,
    target: address,
    reason: `group ${node.iommuGroup} is in a container already`,
    hint: heldBy(groupPath(node)),
  });
}

function notViable(group: number, address: string, sysfsRoot: string): EngineError {
  const { members } = readIommuGroup(group, sysfsRoot);
  const blockers = groupBlockers({ number: group, members });
  // Where none of them looks guilty, name all: the kernel knows better.
  const named =
    blockers.length > 0
      ? blockers
      : members.map((member) => ({
          address: member.address,
          driverName: member.driver.name === '' ? 'no driver' : member.driver.name,
        }));
  return new EngineError({
    code: 'GROUP_NOT_VIABLE',
    op: 'VFIO_GROUP_GET_STATUS',
    target: address,
    reason: `group ${group} is not viable: ${describeBlockers(named)}`,
    hint: blockersHint(
      named,
      `bind ${named.map((member) => member.address).join(', ')} to vfio-pci too, or leave without a driver`,
    ),
  });
}

/** Puts a group into a container. Throws SystemError. */
export function joinContainer(
  system: VfioSystem,
  groupFd: number,
  containerFd: number,
  target: string,
): void {
  system.ioctlInt(groupFd, VFIO_GROUP_SET_CONTAINER, containerFd, {
    op: 'VFIO_GROUP_SET_CONTAINER',
    target,
    hints: {
      EINVAL: 'the group is in another container: end the process that holds it (fuser -v /dev/vfio/*)',
      EPERM: 'a group without an IOMMU needs CAP_SYS_RAWIO: run as root',
      EBUSY: 'the group is in use: end the process that holds it (fuser -v /dev/vfio/*)',
    },
  });
}

/** Takes a group out of its container; its devices are closed before. Throws SystemError. */
export function leaveContainer(system: VfioSystem, groupFd: number, target: string): void {
  system.ioctlNumber(groupFd, VFIO_GROUP_UNSET_CONTAINER, 0, { op: 'VFIO_GROUP_UNSET_CONTAINER', target });
}

/** The descriptor of one device of the group. Throws SystemError. */
export function openGroupDevice(system: VfioSystem, groupFd: number, address: string): number {
  return system.ioctlString(groupFd, VFIO_GROUP_GET_DEVICE_FD, address, {
    op: 'VFIO_GROUP_GET_DEVICE_FD',
    target: address,
    hints: {
      ENODEV: `bind ${address} to vfio-pci`,
      EINVAL: 'the function is not open to VFIO: look for vfio-pci lines in dmesg',
      EBUSY: 'another process holds the device: see fuser -v /dev/vfio/*',
      EACCES: 'the function is a virtual function that needs a VF token of its physical one',
      EIO: 'the function does not answer: reset or power cycle the drive',
    },
  });
}

/** IOMMU groups: what else comes along when VFIO takes a function, and what stands in its way. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors.js';
import { type KernelDriver, readKernelDriver } from './kernel-driver.js';
import { DEFAULT_SYSFS_ROOT, fsErrorCode, readHex } from './sysfs-read.js';

export interface GroupMember {
  /** Canonical PCI address, or the name of a device of another bus. */
  readonly address: string;
  readonly driver: KernelDriver;
  /** Undefined where the member is not a PCI function. */
  readonly classCode: number | undefined;
}

export interface IommuGroup {
  readonly number: number;
  readonly members: readonly GroupMember[];
}

/** A member that keeps its group from being handed to user space. */
export interface GroupBlocker {
  readonly address: string;
  readonly driverName: string;
}

const BRIDGE_CLASS = 0x0604; // PCI-to-PCI bridge, any programming interface
const VFIO_VARIANT = /[-_]vfio[-_]pci$/; // mlx5_vfio_pci and its like

function readMember(dir: string, address: string): GroupMember {
  let classCode: number | undefined;
  try {
    classCode = readHex(join(dir, 'class'), 6);
  } catch {
    classCode = undefined; // a platform device has no class
  }
  return { address, driver: readKernelDriver(dir), classCode };
}

/**
 * The members of a group and their drivers, by name.
 * Throws EngineError IOMMU_GROUP_UNREADABLE, or SYSFS_MALFORMED for a member's driver link.
 */
export function readIommuGroup(number: number, sysfsRoot: string = DEFAULT_SYSFS_ROOT): IommuGroup {
  const dir = join(sysfsRoot, 'kernel/iommu_groups', String(number), 'devices');
  let names: string[];
  try {
    names = readdirSync(dir).sort();
  } catch (cause) {
    throw new EngineError({
      code: 'IOMMU_GROUP_UNREADABLE',
      op: 'read IOMMU group',
      target: dir,
      reason: fsErrorCode(cause),
      hint: 'the function may have just gone; scan again',
      cause,
    });
  }
  return { number, members: names.map((name) => readMember(join(dir, name), name)) };
}

function sharesGroup(member: GroupMember): boolean {
  const { kind, name } = member.driver;
  if (kind === 'none' || kind === 'vfio-pci' || name === 'pci-stub' || VFIO_VARIANT.test(name)) return true;
  return name === 'pcieport' && member.classCode !== undefined && member.classCode >>> 8 === BRIDGE_CLASS;
}

/**
 * The members that keep a group from being viable: VFIO refuses a group while any member is in the hands of a
 * driver that does DMA of its own. Empty where the group is viable.
 */
export function groupBlockers(group: IommuGroup): GroupBlocker[] {
  return group.members
    .filter((member) => !sharesGroup(member))
    .map((member) => ({ address: member.address, driverName: member.driver.name }));
}

/** For messages, for example `0000:02:00.1 is bound to snd_hda_intel, 0000:02:00.2 is bound to xhci_hcd`. */
export function describeBlockers(blockers: readonly GroupBlocker[]): string {
  return blockers.map((blocker) => `${blocker.address} is bound to ${blocker.driverName}`).join(', ');
}

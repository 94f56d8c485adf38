/** On which block devices a file system lies: its source by name and by number, and the other disks of a btrfs. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { blockId, type DeviceId, deviceIdAt } from '../pci/device-id.js';
import { listNames, readOptionalText } from '../pci/sysfs-read.js';
import type { Mount } from './mounts.js';

/** A mount with the block devices that it is known to lie on. */
export interface PlacedMount extends Mount {
  readonly deviceIds: ReadonlySet<DeviceId>;
}

/** As much of a block device as tells whether a mount lies on it. */
export interface MountableNode {
  /** For example `nvme0n1p2`. */
  readonly name: string;
  /** `major:minor`. */
  readonly deviceNumber: string;
}

/** For each file system of btrfs that the kernel has, its devices. */
function btrfsDevices(sysfsRoot: string): Set<DeviceId>[] {
  const folder = join(sysfsRoot, 'fs/btrfs');
  return listNames(folder).map((id) => {
    const devices = join(folder, id, 'devices');
    const numbers = listNames(devices).map((name) => readOptionalText(join(devices, name, 'dev')));
    return new Set(numbers.filter((number) => number !== undefined).map(blockId));
  });
}

/** The paths that a source may stand for: bcachefs names all its devices, with colons between. */
function pathsOf(source: string): string[] {
  return [...new Set([source, ...source.split(':')])].filter((path) => path.startsWith('/'));
}

/**
 * Finds the block devices of each mount. By name alone `/dev/mapper/root` is no `dm-0`; by the number in mountinfo
 * alone a btrfs, whose number is anonymous, lies nowhere. `idAt` tells the device at a path.
 */
export function placeMounts(
  mounts: readonly Mount[],
  sysfsRoot: string,
  idAt: (path: string) => DeviceId | undefined = deviceIdAt,
): PlacedMount[] {
  const pools = btrfsDevices(sysfsRoot);
  return mounts.map((mount) => {
    const ids = new Set<DeviceId>();
    if (mount.deviceNumber !== '') ids.add(blockId(mount.deviceNumber));
    for (const path of pathsOf(mount.source)) {
      const id = idAt(path);
      if (id !== undefined) ids.add(id);
    }
    for (const pool of pools) if ([...pool].some((id) => ids.has(id))) for (const id of pool) ids.add(id);
    return { ...mount, deviceIds: ids };
  });
}

/** Whether the mount lies on the device, as far as it is known. */
export function liesOn(mount: PlacedMount, { name, deviceNumber }: MountableNode): boolean {
  if (mount.source === `/dev/${name}`) return true;
  return deviceNumber !== '' && mount.deviceIds.has(blockId(deviceNumber));
}

/** Whether a block device is a file in the end, of a file system on who knows which disk. */
function isOnLoop(dir: string): boolean {
  if (basename(realpathSync(dir)).startsWith('loop')) return true;
  return listNames(join(dir, 'slaves')).some((name) => isOnLoop(join(dir, 'slaves', name)));
}

/** Whether one of the mounts at `/` lies on a block device of this machine, so that its disk can be told. */
export function rootIsPlaced(mounts: readonly PlacedMount[], sysfsRoot: string): boolean {
  const roots = mounts.filter(({ mountPoint }) => mountPoint === '/');
  return roots.some(({ source, deviceIds }) => {
    const byName = /^\/dev\/[^/]+$/.test(source) ? [join(sysfsRoot, 'class/block', basename(source))] : [];
    const byNumber = [...deviceIds].map((id) => join(sysfsRoot, 'dev/block', id.slice(1)));
    const dirs = [...byName, ...byNumber].filter((dir) => existsSync(dir));
    return dirs.length > 0 && !dirs.some(isOnLoop);
  });
}

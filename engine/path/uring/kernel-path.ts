/** What of the kernel a drive of this path is reached through, for reports. Opens nothing. */
import { release } from 'node:os';
import { dirname } from 'node:path';
import { blockUses } from '../../disks/block-uses.js';
import { type Mount, readMounts } from '../../disks/mounts.js';
import { EngineError } from '../../errors.js';
import { kernelHost } from '../../pci/bind-host.js';
import { blockIdNumber, deviceIdAt } from '../../pci/device-id.js';
import { DEFAULT_SYSFS_ROOT } from '../../pci/sysfs-read.js';
import { SETUP } from '../../sys/io-uring-abi.js';
import type { KernelPath } from '../drive.js';
import { blockLayers } from './block-layers.js';
import type { Place } from './place.js';

/** Names of SETUP flags; a ring that is made disabled is enabled before its first I/O. */
function ringFlagNames(flags: number): string[] {
  return Object.entries(SETUP)
    .filter(([name, bit]) => name !== 'R_DISABLED' && (flags & bit) !== 0)
    .map(([name]) => name);
}

/** `flags` are those that the kernel has granted. */
export function kernelPathOf(place: Place, flags: number, sysfsRoot = DEFAULT_SYSFS_ROOT): KernelPath {
  const { kind, deviceNumber } = place;
  const mount = kind === 'file' ? mountOf(place) : undefined;
  const { layers, disks } = blockLayers(mount?.deviceNumber ?? deviceNumber, sysfsRoot);
  return {
    way: kind,
    ringFlags: ringFlagNames(flags),
    registered: ['buffers', 'file'],
    ...(mount === undefined ? {} : { fileSystem: mount.fileSystem }),
    layers,
    disks,
    uses: usesOf(place, sysfsRoot),
  };
}

/** What cannot be found out is left out: it stops no run. */
function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return otherwise;
  }
}

/** Where a file's file system is mounted from. Those with several devices, as btrfs, have a number that is of none of them. */
function mountOf({ path, deviceNumber }: Place): Mount | undefined {
  const mounts = orElse([], () => readMounts());
  const holds = ({ mountPoint }: Mount): boolean =>
    mountPoint === '/' || dirname(path) === mountPoint || path.startsWith(`${mountPoint}/`);
  const [first, ...others] = mounts.filter(holds);
  if (first === undefined) return undefined;
  // Of two on one place the later covers the earlier.
  const found = others.reduce((a, b) => (b.mountPoint.length >= a.mountPoint.length ? b : a), first);
  const source = blockIdNumber(deviceIdAt(found.source));
  return { ...found, deviceNumber: source ?? deviceNumber };
}

/** Who uses a block device beside the run, as far as that can be told; of a generic device that beside it. */
function usesOf({ blockName }: Place, sysfsRoot: string): string[] {
  if (blockName === undefined) return [];
  const host = { ...kernelHost(release()), sysfsRoot };
  return orElse([], () => blockUses(host, blockName).map(({ found }) => found));
}

/** What the kernel does with the namespaces of a function that its nvme driver holds. */
import { join } from 'node:path';
import { DEFAULT_SYSFS_ROOT, listNames, readOptionalText } from '../pci/sysfs-read.js';
import { liesOn, type PlacedMount } from './mount-devices.js';
import type { Mount } from './mounts.js';

/** A kernel block device that a function backs, and who uses it. */
export interface BlockDevice {
  /** For example `nvme0n1`; under native multipath the name of the shared head, not of the path. */
  readonly name: string;
  /** Devices stacked on it or on its partitions (device mapper, md), for example `dm-0`. */
  readonly holders: readonly string[];
  /** Mounts of it, its partitions and its holders; swap has mount point `[SWAP]`. */
  readonly mounts: readonly Mount[];
}

const CONTROLLER = /^nvme\d+$/;
// nvme0n1, or nvme0c1n1 for the path through controller 1 to head nvme0n1 of subsystem 0.
const NAMESPACE = /^(nvme\d+)(?:c\d+)?(n\d+)$/;

/** Directory of the kernel's NVMe controller on a function; undefined where its nvme driver made none. */
export function nvmeControllerDir(functionDir: string): string | undefined {
  const name = listNames(join(functionDir, 'nvme')).find((entry) => CONTROLLER.test(entry));
  return name === undefined ? undefined : join(functionDir, 'nvme', name);
}

/** A disk, its partitions and everything stacked on them: names and directories. */
function stackOf(sysfsRoot: string, disk: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(disk)) return found;
  const diskDir = join(sysfsRoot, 'block', disk);
  found.set(disk, diskDir);
  const partitions = listNames(diskDir).filter((name) => name.startsWith(`${disk}p`));
  for (const name of partitions) found.set(name, join(diskDir, name));
  for (const dir of [diskDir, ...partitions.map((name) => join(diskDir, name))])
    for (const holder of listNames(join(dir, 'holders'))) stackOf(sysfsRoot, holder, found);
  return found;
}

function describeDisk(sysfsRoot: string, name: string, mounts: readonly PlacedMount[]): BlockDevice {
  const stack = stackOf(sysfsRoot, name);
  const nodes = [...stack].map(([entry, dir]) => ({
    name: entry,
    deviceNumber: readOptionalText(join(dir, 'dev')) ?? '',
  }));
  return {
    name,
    holders: [...stack.keys()].filter((entry) => entry !== name && !entry.startsWith(`${name}p`)),
    mounts: mounts.filter((mount) => nodes.some((node) => liesOn(mount, node))),
  };
}

/** The block devices of a function bound to the kernel's nvme driver, ordered by name; none for any other. */
export function blockDevicesOf(
  functionDir: string,
  mounts: readonly PlacedMount[],
  sysfsRoot: string = DEFAULT_SYSFS_ROOT,
): BlockDevice[] {
  const controller = nvmeControllerDir(functionDir);
  if (controller === undefined) return [];
  const heads = new Set<string>();
  for (const entry of listNames(controller)) {
    const parts = NAMESPACE.exec(entry);
    if (parts !== null) heads.add(parts[1] + parts[2]);
  }
  return [...heads].sort().map((name) => describeDisk(sysfsRoot, name, mounts));
}

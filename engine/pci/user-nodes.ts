/** The device nodes through which user space reaches a function, and the processes that have one open. */
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BindHost } from './bind-host.js';
import { listNames, readLinkName, readOptionalText } from './sysfs-read.js';

export interface UserNodes {
  /** `/dev/vfio/N`, or `/dev/vfio/noiommu-N`. */
  readonly group?: string;
  /** `/dev/vfio/devices/vfioN`, kernels with CONFIG_VFIO_DEVICE_CDEV. */
  readonly device?: string;
  /** `/dev/iommu`, which goes with `device`. */
  readonly iommufd?: string;
  /** `/dev/uioN`. */
  readonly uio?: string;
}

/** A process with a file open. */
export interface OpenFile {
  readonly pid: number;
  readonly processName: string;
  readonly path: string;
}

const present = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** The nodes that exist now for a function. */
export function userNodes(host: BindHost, address: string): UserNodes {
  const dir = join(host.sysfsRoot, 'bus/pci/devices', address);
  const vfio = join(host.devRoot, 'vfio');
  const number = readLinkName(join(dir, 'iommu_group'));
  const cdev = listNames(join(dir, 'vfio-dev'))[0];
  const uioName = listNames(join(dir, 'uio')).find((name) => /^uio\d+$/.test(name));
  const group =
    number === undefined
      ? undefined
      : (present(join(vfio, number)) ?? present(join(vfio, `noiommu-${number}`)));
  const device = cdev === undefined ? undefined : present(join(vfio, 'devices', cdev));
  const iommufd = device === undefined ? undefined : present(join(host.devRoot, 'iommu'));
  const uio = uioName === undefined ? undefined : present(join(host.devRoot, uioName));
  return { group, device, iommufd, uio };
}

/** The nodes of this function alone: not `/dev/iommu`, which all share. */
export function ownNodes({ group, device, uio }: UserNodes): string[] {
  return [group, device, uio].filter((path) => path !== undefined);
}

/** Processes that have one of these paths open, this one included; those this user may not look into are left out. */
export function openFiles(host: BindHost, paths: readonly string[]): OpenFile[] {
  const wanted = new Set(paths);
  if (wanted.size === 0) return [];
  const found: OpenFile[] = [];
  for (const pid of listNames(host.procRoot).filter((name) => /^\d+$/.test(name))) {
    const dir = join(host.procRoot, pid);
    for (const path of openPathsOf(join(dir, 'fd'))) {
      if (wanted.has(path)) found.push({ pid: Number(pid), processName: nameOf(dir), path });
    }
  }
  return found;
}

function openPathsOf(fdDir: string): Set<string> {
  const paths = new Set<string>();
  for (const fd of listNames(fdDir)) {
    try {
      paths.add(readlinkSync(join(fdDir, fd)));
    } catch {
      // closed since, or another's
    }
  }
  return paths;
}

function nameOf(processDir: string): string {
  try {
    return readOptionalText(join(processDir, 'comm')) ?? 'a process';
  } catch {
    return 'a process'; // it has ended since
  }
}

/** For messages, for example `smartd (process 812) has /dev/nvme0 open`. */
export function describeOpenFile({ processName, pid, path }: OpenFile): string {
  return `${processName} (process ${pid}) has ${path} open`;
}

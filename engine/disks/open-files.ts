/** The processes that have a device open, under whatever name. */
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import type { DeviceId } from '../pci/device-id.js';
import { listNames, readOptionalText } from '../pci/sysfs-read.js';

/** A process with a file open. */
export interface OpenFile {
  readonly pid: number;
  readonly processName: string;
  readonly path: string;
}

/** A device node to look for. */
export interface WantedNode {
  readonly path: string;
  /** Undefined where only the path can tell it. */
  readonly id: DeviceId | undefined;
}

type Host = Pick<BindHost, 'procRoot' | 'deviceIdAt'>;

/** The nodes at these paths, each by its number too. */
export function wantedNodes(host: Host, paths: readonly string[]): WantedNode[] {
  return paths.map((path) => ({ path, id: host.deviceIdAt(path) }));
}

/**
 * Processes that have one of these nodes open, this one included; those this user may not look into are left out. A
 * node is known by its path and by its number, since a container may have given it a name of its own.
 */
export function openFiles(host: Host, wanted: readonly WantedNode[]): OpenFile[] {
  if (wanted.length === 0) return [];
  const byPath = new Map(wanted.map((node) => [node.path, node]));
  const byId = new Map(wanted.filter(({ id }) => id !== undefined).map((node) => [node.id, node]));
  const found: OpenFile[] = [];
  for (const pid of processIds(host)) {
    const dir = join(host.procRoot, String(pid));
    const open = new Set<string>();
    for (const { path, link } of descriptorsOf(dir)) {
      const node = byPath.get(path) ?? (isFile(path) ? byId.get(host.deviceIdAt(link)) : undefined);
      if (node !== undefined) open.add(node.path);
    }
    for (const path of open) found.push({ pid, processName: processName(dir), path });
  }
  return found;
}

/** Ids of all processes that can be seen. */
export function processIds({ procRoot }: Pick<BindHost, 'procRoot'>): number[] {
  return listNames(procRoot)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether a descriptor's text names a file of a file system, and not a socket, a pipe or an anonymous inode. */
const isFile = (path: string): boolean => path.startsWith('/') && !path.startsWith('/memfd:');

/** What a process has open: the text of each link below /proc/PID/fd, and the link. */
export function descriptorsOf(processDir: string): { path: string; link: string }[] {
  const fdDir = join(processDir, 'fd');
  return listNames(fdDir).flatMap((fd) => {
    const link = join(fdDir, fd);
    try {
      return [{ path: readlinkSync(link), link }];
    } catch {
      return []; // closed since, or another's
    }
  });
}

/** The name of the process of a directory of proc. */
export function processName(processDir: string): string {
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

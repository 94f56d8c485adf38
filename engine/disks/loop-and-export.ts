/** Parts of the kernel that use a disk without holding it exclusively: loop devices, the NVMe-oF target. */
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { fsErrorCode, listNames, readOptionalText } from '../pci/sysfs-read.js';
import type { WantedNode } from './open-files.js';
import { type Use, use } from './reason.js';

/** Which of the nodes a path stands for, by its text or by the device that it leads to. */
function nodeAt(host: BindHost, path: string, nodes: readonly WantedNode[]): WantedNode | undefined {
  const id = host.deviceIdAt(path);
  return nodes.find((node) => node.path === path || (id !== undefined && node.id === id));
}

/** Loop devices on one of these nodes. */
export function loopUses(host: BindHost, nodes: readonly WantedNode[]): Use[] {
  const folder = join(host.sysfsRoot, 'block');
  return listNames(folder).flatMap((name) => {
    const file = readOptionalText(join(folder, name, 'loop/backing_file'));
    const node = file === undefined ? undefined : nodeAt(host, file, nodes);
    if (node === undefined) return [];
    return [use('loop', `${node.path} is behind ${name}`, `losetup -d /dev/${name}`)];
  });
}

/** An attribute of configfs without blanks; undefined where it is not there or may not be read. */
function attribute(path: string): string | undefined {
  try {
    return readOptionalText(path);
  } catch (error) {
    if (fsErrorCode((error as Error).cause) === 'EACCES') return undefined; // whoever is not root is refused later
    throw error;
  }
}

/** What the NVMe-oF target offers of these nodes: it opens them as any program does, and has no process. */
export function targetUses(host: BindHost, nodes: readonly WantedNode[]): Use[] {
  const folder = join(host.sysfsRoot, 'kernel/config/nvmet/subsystems');
  return listNames(folder).flatMap((subsystem) => {
    const dir = join(folder, subsystem);
    const spaces = listNames(join(dir, 'namespaces')).map((name) => join(dir, 'namespaces', name));
    return [...spaces, join(dir, 'passthru')].flatMap((offer) => {
      const path = attribute(join(offer, 'device_path'));
      const node = path === undefined ? undefined : nodeAt(host, path, nodes);
      if (node === undefined || attribute(join(offer, 'enable')) === '0') return [];
      const found = `${node.path} is offered by the kernel's NVMe-oF target (subsystem ${subsystem})`;
      return [use('target', found, `echo 0 > ${join(offer, 'enable')}`)];
    });
  });
}

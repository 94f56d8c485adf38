/** What speaks against taking a disk because of file systems and swap on it. */
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { readOptionalText } from '../pci/sysfs-read.js';
import type { BlockNode } from './block-stack.js';
import { liesOn, type PlacedMount, placeMounts } from './mount-devices.js';
import { type Mount, parseMountinfo, readMounts } from './mounts.js';
import { type Use, use } from './reason.js';

/** Mounts this process sees, and those of process 1, which in a container may be the host's. */
function allMounts({ procRoot }: BindHost): Mount[] {
  const mounts = readMounts(join(procRoot, 'self/mountinfo'), join(procRoot, 'swaps'));
  try {
    mounts.push(...parseMountinfo(readOptionalText(join(procRoot, '1/mountinfo')) ?? ''));
  } catch {
    // not root: an exclusive open still finds what they mount
  }
  return mounts;
}

/** All mounts that can be seen, each with its devices. Throws EngineError SYSFS_UNREADABLE. */
export function placedMounts(host: BindHost): PlacedMount[] {
  return placeMounts(allMounts(host), host.sysfsRoot, (path) => host.deviceIdAt(path));
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

function mountUse(name: string, mountPoint: string): Use {
  if (mountPoint === '[SWAP]') return use('swap', `${name} is swap`, `swapoff /dev/${name}`);
  if (mountPoint !== '/')
    return use('mounted', `${name} is mounted on ${mountPoint}`, `umount ${quoted(mountPoint)}`);
  const found = `${name} holds the root file system of this machine`;
  return use('root-disk', found, 'choose another drive: nothing overrides this', false);
}

/** Each mount on one of these nodes, once. */
export function mountUses(nodes: readonly BlockNode[], mounts: readonly PlacedMount[]): Use[] {
  const uses = new Map<string, Use>();
  for (const node of nodes)
    for (const { mountPoint } of mounts.filter((mount) => liesOn(mount, node)))
      uses.set(`${node.name} ${mountPoint}`, mountUse(node.name, mountPoint));
  return [...uses.values()];
}

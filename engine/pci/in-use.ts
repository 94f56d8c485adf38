/** What speaks against taking a function from the kernel: everything that uses its disks, or has written on them. */
import { basename, join } from 'node:path';
import type { BindHost } from './bind-host.js';
import { type BlockNode, blockStack, disksOf } from './block-stack.js';
import { type PlacedMount, rootIsPlaced } from './mount-devices.js';
import { mountUses, placedMounts } from './mount-uses.js';
import { readSignatures } from './signatures.js';
import { fsErrorCode, listNames, readOptionalText } from './sysfs-read.js';
import { type Use, type UseKind, uniqueUses, use } from './use.js';
import { describeOpenFile, type OpenFile, openFiles, ownNodes, userNodes } from './user-nodes.js';

function holderUses(disk: string, nodes: readonly BlockNode[]): Use[] {
  return nodes
    .filter(({ isHolder, kind }) => isHolder && kind !== 'partition')
    .map(({ name, kind }) =>
      use('holder', `${disk} is held by ${name} (${kind})`, `stop ${name} with the tool that made it`),
    );
}

function loopUses(sysfsRoot: string, paths: ReadonlySet<string>): Use[] {
  return listNames(join(sysfsRoot, 'block')).flatMap((name) => {
    const file = readOptionalText(join(sysfsRoot, 'block', name, 'loop/backing_file'));
    if (file === undefined || !paths.has(file)) return [];
    return [use('loop', `${file} is behind ${name}`, `losetup -d /dev/${name}`)];
  });
}

function claimUse(host: BindHost, disk: string): Use[] {
  const path = join(host.devRoot, disk);
  try {
    host.claim(path);
    return [];
  } catch (error) {
    const reason = fsErrorCode(error);
    if (reason !== 'EBUSY') return [unreadable(path, reason)];
    const found = `the kernel or a program has ${path} open for itself alone (EBUSY)`;
    return [use('exclusive', found, 'see lsblk, zpool status, and mounts of other containers')];
  }
}

const unreadable = (path: string, reason: string): Use =>
  use('unreadable', `${path} cannot be read (${reason}), so what is on it is not known`, 'run as root');

function signatureUses(host: BindHost, nodes: readonly BlockNode[]): Use[] {
  return nodes
    .filter(({ isHolder }) => !isHolder)
    .flatMap(({ name, sizeBytes }) => {
      const path = join(host.devRoot, name);
      try {
        return readSignatures(path, sizeBytes).map((found) =>
          use(
            'signature',
            `${name} holds a signature: ${found}`,
            `wipefs ${path} shows it, and with --all erases it`,
          ),
        );
      } catch (error) {
        return [unreadable(path, fsErrorCode((error as Error).cause))];
      }
    });
}

function openUses(host: BindHost, functionDir: string, nodes: readonly BlockNode[]): Use[] {
  const names = nodes.filter(({ isHolder }) => !isHolder).map(({ name }) => name);
  const controllers = listNames(join(functionDir, 'nvme')).filter((name) => /^nvme\d+$/.test(name));
  const generic = names
    .filter((name) => /^nvme\d+n\d+$/.test(name))
    .map((name) => name.replace(/^nvme/, 'ng'));
  const paths = [...controllers, ...generic, ...names].map((name) => join(host.devRoot, name));
  const remedy = (file: OpenFile): string => `end process ${file.pid} (${file.processName})`;
  return [
    ...openFiles(host, paths).map((file) => use('open', describeOpenFile(file), remedy(file))),
    // Nobody can insist here: the kernel itself waits for the last of them to close.
    ...openFiles(host, ownNodes(userNodes(host, basename(functionDir)))).map((file) =>
      use('open', describeOpenFile(file), remedy(file), false),
    ),
  ];
}

/** What may be the root file system where that shows on no disk: ZFS, an overlay, a container. */
const MAYBE_ROOT: readonly UseKind[] = ['mounted', 'holder', 'exclusive', 'unreadable'];

function asMaybeRoot(each: Use): Use {
  if (!MAYBE_ROOT.includes(each.kind)) return each;
  const remedy = `${each.remedy}; nothing overrides this where / shows on no disk, since it may be this one`;
  return { ...each, remedy, overridable: false };
}

function diskUses(host: BindHost, disk: string, mounts: readonly PlacedMount[]): Use[] {
  const nodes = blockStack(host.sysfsRoot, disk);
  const paths = new Set(nodes.map(({ name }) => join(host.devRoot, name)));
  const named = [...mountUses(nodes, mounts), ...holderUses(disk, nodes), ...loopUses(host.sysfsRoot, paths)];
  if (!rootIsPlaced(mounts, host.sysfsRoot)) {
    const final = named.map(asMaybeRoot);
    if (final.every(({ overridable }) => overridable)) final.push(...claimUse(host, disk).map(asMaybeRoot));
    return [...final, ...signatureUses(host, nodes)];
  }
  // What is named above is what holds the disk; without any of it, the kernel still knows whether someone does.
  const held = named.length > 0 ? [] : claimUse(host, disk);
  return [...named, ...held, ...signatureUses(host, nodes)];
}

/**
 * Everything that speaks against taking this function from its driver; empty where it is idle. Reads sysfs, proc
 * and the disks, and changes nothing. Throws EngineError SYSFS_UNREADABLE where mounts are not known.
 */
export function findUses(host: BindHost, address: string): Use[] {
  const dir = join(host.sysfsRoot, 'bus/pci/devices', address);
  const mounts = placedMounts(host);
  const disks = disksOf(host.sysfsRoot, dir);
  const uses = disks.flatMap((disk) => diskUses(host, disk, mounts));
  const nodes = disks.flatMap((disk) => blockStack(host.sysfsRoot, disk));
  uses.push(...openUses(host, dir, nodes));
  const vfCount = Number(readOptionalText(join(dir, 'sriov_numvfs')) ?? '0');
  if (vfCount > 0)
    uses.push(
      use(
        'virtual-functions',
        `${address} has ${vfCount} virtual functions`,
        `echo 0 > ${dir}/sriov_numvfs ends them`,
      ),
    );
  return uniqueUses(uses);
}

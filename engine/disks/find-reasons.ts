/** What speaks against taking a function from the kernel: everything that uses its disks, or has written on them. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { blockId, characterId } from '../pci/device-id.js';
import { fsErrorCode, listNames, readOptionalText } from '../pci/sysfs-read.js';
import { type BlockNode, blockStack, disksOf } from './block-stack.js';
import { deviceUsers } from './device-processes.js';
import { loopUses, targetUses } from './loop-and-export.js';
import { type PlacedMount, rootIsPlaced } from './mount-devices.js';
import { mountUses, placedMounts } from './mounted.js';
import { describeOpenFile, type OpenFile, openFiles, type WantedNode } from './open-files.js';
import { type Use, type UseKind, uniqueUses, use } from './reason.js';
import { signatureUses, unreadable } from './signature-uses.js';

function holderUses(disk: string, nodes: readonly BlockNode[]): Use[] {
  return nodes
    .filter(({ isHolder, kind }) => isHolder && kind !== 'partition')
    .map(({ name, kind }) =>
      use('holder', `${disk} is held by ${name} (${kind})`, `stop ${name} with the tool that made it`),
    );
}

/** Whether the kernel has someone who uses the disk exclusively. */
function claimUse(host: BindHost, { path, id }: WantedNode): Use[] {
  if (existsSync(path) && host.deviceIdAt(path) !== id) return [unreadable(path, 'it is not this disk here')];
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

/** The nodes of a function's controllers and of its namespaces as character devices, with the numbers sysfs has. */
function characterNodes(host: BindHost, functionDir: string, disks: readonly string[]): WantedNode[] {
  const folder = join(functionDir, 'nvme');
  const controllers = listNames(folder).filter((name) => /^nvme\d+$/.test(name));
  const generic = disks
    .filter((name) => /^nvme\d+n\d+$/.test(name))
    .map((name) => name.replace('nvme', 'ng'));
  const numbers = [
    ...controllers.map((name) => [name, join(folder, name, 'dev')]),
    ...generic.map((name) => [name, join(host.sysfsRoot, 'class/nvme-generic', name, 'dev')]),
  ];
  return numbers.map(([name, file]) => {
    const number = readOptionalText(file);
    return { path: join(host.devRoot, name), id: number === undefined ? undefined : characterId(number) };
  });
}

const blockNodes = (host: BindHost, nodes: readonly BlockNode[]): WantedNode[] =>
  nodes.map(({ name, deviceNumber }) => ({
    path: join(host.devRoot, name),
    id: deviceNumber === '' ? undefined : blockId(deviceNumber),
  }));

function openUses(host: BindHost, functionDir: string, nodes: readonly BlockNode[]): Use[] {
  const own = nodes.filter(({ isHolder }) => !isHolder);
  const names = own.map(({ name }) => name);
  const characters = characterNodes(host, functionDir, names);
  const remedy = (file: OpenFile): string => `end process ${file.pid} (${file.processName})`;
  return [
    ...targetUses(host, characters),
    ...openFiles(host, [...characters, ...blockNodes(host, own)]).map((file) =>
      use('open', describeOpenFile(file), remedy(file)),
    ),
    // Nobody can insist here: the kernel itself waits for the last of them to close.
    ...deviceUsers(host, basename(functionDir)).map((file) =>
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
  const wanted = blockNodes(host, nodes);
  const inKernel = [...loopUses(host, wanted), ...targetUses(host, wanted)];
  const named = [...mountUses(nodes, mounts), ...holderUses(disk, nodes), ...inKernel];
  if (!rootIsPlaced(mounts, host.sysfsRoot)) {
    const final = named.map(asMaybeRoot);
    if (final.every(({ overridable }) => overridable))
      final.push(...claimUse(host, wanted[0]).map(asMaybeRoot));
    return [...final, ...signatureUses(host, nodes)];
  }
  // What is named above is what holds the disk; without any of it, the kernel still knows whether someone does.
  const held = named.length > 0 ? [] : claimUse(host, wanted[0]);
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

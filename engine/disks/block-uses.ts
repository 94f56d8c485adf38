/** Who uses a disk or a partition of it, so that nothing may be written there past them. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { blockId } from '../pci/device-id.js';
import { type BlockNode, blockStack } from './block-stack.js';
import { loopUses, targetUses } from './loop-and-export.js';
import { mountUses, placedMounts } from './mounted.js';
import { type Use, uniqueUses, use } from './reason.js';
import { signatureUses } from './signature-uses.js';

/** A partition with what is stacked on it, or a disk with all of its partitions. */
function nodesOf(sysfsRoot: string, name: string): BlockNode[] {
  const dir = realpathSync(join(sysfsRoot, 'class/block', name));
  if (!existsSync(join(dir, 'partition'))) return blockStack(sysfsRoot, name);
  const disk = basename(dirname(dir));
  // Of what holds the disk's partitions, not all may be on this one: to name too many refuses, which harms nothing.
  return blockStack(sysfsRoot, disk).filter((node) => node.name === name || node.isHolder);
}

/**
 * Mounts, swap, holders, loop devices and exports of a block device by its kernel name, for example `nvme0n1`; empty where it
 * is idle. Who has it open exclusively only open(2) tells. Throws EngineError SYSFS_UNREADABLE.
 */
export function blockUses(host: BindHost, name: string): Use[] {
  const nodes = nodesOf(host.sysfsRoot, name);
  const wanted = nodes.map((node) => ({
    path: join(host.devRoot, node.name),
    id: node.deviceNumber === '' ? undefined : blockId(node.deviceNumber),
  }));
  const holders = nodes
    .filter(({ isHolder, kind }) => isHolder && kind !== 'partition')
    .map((holder) =>
      use('holder', `${name} is held by ${holder.name} (${holder.kind})`, `stop ${holder.name} first`),
    );
  const mounts = mountUses(nodes, placedMounts(host));
  return uniqueUses([...mounts, ...holders, ...loopUses(host, wanted), ...targetUses(host, wanted)]);
}

/**
 * What is written on it that somebody may miss: file systems, partition tables, members of arrays; of a disk on its partitions too.
 * Opens them to read.
 */
export function blockContents(host: BindHost, name: string): Use[] {
  return uniqueUses(signatureUses(host, nodesOf(host.sysfsRoot, name)));
}

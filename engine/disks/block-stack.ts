/** A disk of the kernel with its partitions and all that is stacked on them, each by what it is. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { listNames, readOptionalText } from '../pci/sysfs-read.js';
import { blockDevicesOf } from './block.js';

export interface BlockNode {
  /** For example `nvme0n1p2` or `dm-0`. */
  readonly name: string;
  /** `disk`, `partition`, or what a holder is, for example `LVM volume vg-data`. */
  readonly kind: string;
  readonly isHolder: boolean;
  /** `major:minor`. */
  readonly deviceNumber: string;
  readonly sizeBytes: number;
}

const SECTOR_BYTES = 512; // of the size attribute, whatever the disk's own sectors are
/** Prefixes of dm/uuid by which the tools mark what they have made. */
const MAPPER_TYPES: readonly [RegExp, string][] = [
  [/^LVM-/, 'LVM volume'],
  [/^CRYPT-/, 'dm-crypt device'],
  [/^(part\d+-)?mpath-/, 'multipath device'],
  [/^DMRAID-/, 'dmraid device'],
  [/^VDO-/, 'VDO device'],
  [/^stratis-/, 'Stratis device'],
];

/** What a device stacked on others is, by its folder of sysfs, for example `LVM volume vg-data`. */
export function holderKind(dir: string, name: string): string {
  if (existsSync(join(dir, 'md'))) {
    const level = readOptionalText(join(dir, 'md/level')) ?? '';
    return level === '' ? 'md array' : `md ${level} array`;
  }
  if (existsSync(join(dir, 'bcache')) || /^bcache\d/.test(name)) return 'bcache device';
  if (!existsSync(join(dir, 'dm'))) return 'block device';
  const uuid = readOptionalText(join(dir, 'dm/uuid')) ?? '';
  const type = MAPPER_TYPES.find(([pattern]) => pattern.test(uuid))?.[1] ?? 'device mapper device';
  const mapped = readOptionalText(join(dir, 'dm/name')) ?? '';
  return mapped === '' ? type : `${type} ${mapped}`;
}

function nodeOf(dir: string, name: string, kind: string, isHolder: boolean): BlockNode {
  const sectors = Number(readOptionalText(join(dir, 'size')) ?? '0');
  const deviceNumber = readOptionalText(join(dir, 'dev')) ?? '';
  return { name, kind, isHolder, deviceNumber, sizeBytes: sectors * SECTOR_BYTES };
}

function partitionsOf(dir: string, disk: string): string[] {
  return listNames(dir).filter((name) => name.startsWith(disk) && existsSync(join(dir, name, 'dev')));
}

function addDisk(sysfsRoot: string, name: string, isHolder: boolean, found: Map<string, BlockNode>): void {
  if (found.has(name)) return;
  const dir = join(sysfsRoot, 'block', name);
  found.set(name, nodeOf(dir, name, isHolder ? holderKind(dir, name) : 'disk', isHolder));
  const partitions = partitionsOf(dir, name);
  for (const each of partitions) found.set(each, nodeOf(join(dir, each), each, 'partition', isHolder));
  for (const each of [dir, ...partitions.map((partition) => join(dir, partition))])
    for (const holder of listNames(join(each, 'holders'))) addDisk(sysfsRoot, holder, true, found);
}

/** The disk, its partitions, and recursively what holds them; the disk first. */
export function blockStack(sysfsRoot: string, disk: string): BlockNode[] {
  const found = new Map<string, BlockNode>();
  addDisk(sysfsRoot, disk, false, found);
  return [...found.values()];
}

/** Disks that come from a function, of any driver; those without a device node (paths of a multipath) left out. */
export function disksOf(sysfsRoot: string, functionDir: string): string[] {
  const names = new Set(blockDevicesOf(functionDir, [], sysfsRoot).map(({ name }) => name));
  const real = `${realpathSync(functionDir)}/`;
  for (const name of listNames(join(sysfsRoot, 'block'))) {
    const dir = join(sysfsRoot, 'block', name);
    if (existsSync(join(dir, 'dev')) && realpathSync(dir).startsWith(real)) names.add(name);
  }
  return [...names].sort();
}

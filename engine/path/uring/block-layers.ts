/** What is stacked between a block device and the disks that have its data, by sysfs. Opens nothing. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { holderKind } from '../../disks/block-stack.js';
import { listNames } from '../../pci/sysfs-read.js';
import type { KernelDisk, KernelLayer } from '../drive.js';
import { attribute, controllersOf } from './namespaces.js';

export interface BlockLayers {
  /** From the top. */
  readonly layers: readonly KernelLayer[];
  readonly disks: readonly KernelDisk[];
}

/** Below the block devices of these numbers, for example `259:0`; nothing below one that is of none, as that of a btrfs. */
export function blockLayers(deviceNumbers: readonly string[], sysfsRoot: string): BlockLayers {
  const layers: KernelLayer[] = [];
  const disks = new Map<string, KernelDisk>();
  const seen = new Set<string>();
  function descend(dir: string): void {
    if (seen.has(dir)) return;
    seen.add(dir);
    const name = basename(dir);
    const stand = (kind: KernelLayer['kind'], what: string, below: readonly string[]): void => {
      layers.push({ name, kind, what });
      below.forEach(descend);
    };
    if (existsSync(join(dir, 'partition'))) {
      stand('partition', `partition of ${basename(dirname(dir))}`, [dirname(dir)]);
      return;
    }
    const paths = pathsOf(dir, name);
    const lower = listNames(join(dir, 'slaves')).map((each) => realpathSync(join(dir, 'slaves', each)));
    if (paths.length > 0) stand('multipath', 'NVMe multipath', paths);
    else if (lower.length > 0) stand('filter', holderKind(dir, name), lower);
    else disks.set(dir, diskOf(dir, name));
  }
  for (const number of deviceNumbers) {
    const link = join(sysfsRoot, 'dev/block', number);
    if (existsSync(link)) descend(realpathSync(link));
  }
  return { layers, disks: [...disks.values()] };
}

/** Hidden disks of the paths to a namespace, for example `nvme0c1n1` of the head `nvme0n1`. */
function pathsOf(dir: string, name: string): string[] {
  const parts = /^(nvme\d+)(n\d+)$/.exec(name);
  if (parts === null) return [];
  const pattern = new RegExp(`^${parts[1]}c\\d+${parts[2]}$`);
  return controllersOf(dir).flatMap((controller) =>
    listNames(controller)
      .filter((each) => pattern.test(each))
      .map((each) => join(controller, each)),
  );
}

function diskOf(dir: string, name: string): KernelDisk {
  const queue = (each: string): string => attribute(join(dir, 'queue', each));
  const flag = (text: string): boolean | undefined => (text === '' ? undefined : text !== '0');
  const listed = queue('scheduler');
  return {
    name,
    // All that there are, the one in force in brackets; a single word where there is no choice.
    scheduler: /\[(.+)\]/.exec(listed)?.[1] ?? (listed || undefined),
    requests: Number(queue('nr_requests')) || undefined,
    writeCache: queue('write_cache') || undefined,
    ioStats: flag(queue('iostats')),
    pollQueues: flag(queue('io_poll')),
  };
}

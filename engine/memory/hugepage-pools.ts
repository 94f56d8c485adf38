import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One size of hugepages as the kernel keeps it (Documentation/admin-guide/mm/hugetlbpage.rst). */
export interface HugepagePool {
  readonly pageSizeBytes: number;
  readonly totalPages: number;
  /** Free and not promised to another mapping. */
  readonly availablePages: number;
}

function readCount(path: string): number {
  return Number.parseInt(readFileSync(path, 'utf8'), 10);
}

/** The pools of `<sysfsRoot>/kernel/mm/hugepages`, small pages first; empty where the kernel has none. */
export function hugepagePools(sysfsRoot = '/sys'): HugepagePool[] {
  const folder = join(sysfsRoot, 'kernel/mm/hugepages');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // a kernel without CONFIG_HUGETLBFS has no such folder
  }
  const pools: HugepagePool[] = [];
  for (const name of names) {
    const size = /^hugepages-(\d+)kB$/.exec(name);
    if (size === null) continue;
    const path = join(folder, name);
    const free = readCount(join(path, 'free_hugepages'));
    const reserved = readCount(join(path, 'resv_hugepages'));
    pools.push({
      pageSizeBytes: Number(size[1]) * 1024,
      totalPages: readCount(join(path, 'nr_hugepages')),
      availablePages: Math.max(0, free - reserved),
    });
  }
  return pools.sort((a, b) => a.pageSizeBytes - b.pageSizeBytes);
}

const DEFAULT_PAGE_BYTES = 2 * 2 ** 20;

/** The command that makes so many pages available, counting those that are; of a NUMA node, where one is named. */
export function reserveCommand(pageSizeBytes: number, pages: number, node?: number): string {
  const mib = (bytes: number): string => `${bytes / 2 ** 20}MiB`;
  const page = pageSizeBytes === DEFAULT_PAGE_BYTES ? '' : ` --page ${mib(pageSizeBytes)}`;
  const where = node === undefined ? '' : ` --node ${node}`;
  return `sudo nvbench hugepages --reserve ${mib(pages * pageSizeBytes)}${page}${where}`;
}

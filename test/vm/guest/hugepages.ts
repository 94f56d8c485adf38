import { readFileSync, writeFileSync } from 'node:fs';

const NR_HUGEPAGES = '/proc/sys/vm/nr_hugepages';

/** Sets the number of 2 MiB hugepages and returns how many the kernel found. */
export function setHugepages(count: number): number {
  writeFileSync(NR_HUGEPAGES, String(count));
  return Number(readFileSync(NR_HUGEPAGES, 'utf8'));
}

/** Number of hugepages nobody uses. */
export function freeHugepages(): number {
  const match = /^HugePages_Free:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  if (match === null) throw new Error('/proc/meminfo has no HugePages_Free: the kernel is without hugepages');
  return Number(match[1]);
}

/** The generic device of an NVMe namespace, by which whole commands go to the kernel's driver, for example /dev/ng0n1. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readOptionalText } from '../../pci/sysfs-read.js';

/** Kernel name of the block device of the same namespace; undefined where the numbers are of no generic device. */
export function blockNameOf(deviceNumber: string, sysfsRoot: string): string | undefined {
  const folder = join(sysfsRoot, 'class/nvme-generic');
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find(
    (each) => readOptionalText(join(folder, each, 'dev')) === deviceNumber,
  );
  return name === undefined || !/^ng\d+n\d+$/.test(name) ? undefined : name.replace(/^ng/, 'nvme');
}

/** Most bytes of one command: the kernel splits none, and each page of a buffer may take a segment of its own. */
export function commandLimit(queueDir: string): number {
  const read = (name: string): number => Number(readOptionalText(join(queueDir, name)) ?? 'NaN');
  const limits = [read('max_hw_sectors_kb') * 1024, read('max_segments') * 4096].filter((bytes) => bytes > 0);
  return Math.min(...limits, 2 ** 30);
}

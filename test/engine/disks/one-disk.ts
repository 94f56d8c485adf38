/** A function with one controller and one disk in a tree of sysfs, and what is found to use it. */
import { afterEach, beforeEach } from 'node:test';
import { findUses } from '../../../engine/disks/find-reasons.js';
import type { Use } from '../../../engine/disks/reason.js';
import { type FakeKernelOptions, fakeKernel, ROOT_ELSEWHERE } from '../../fixtures/fake-kernel.js';
import { type BlockShape, SysfsTree } from '../../fixtures/sysfs.js';

export const ADDRESS = '0000:01:00.0';
const DISK_BYTES = 2 ** 20;
export let tree: SysfsTree;
export let controller: string;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 7 });
  controller = tree.addController(ADDRESS, 'nvme0');
});
afterEach(() => tree.remove());

/** A blank disk nvme0n1, with partitions and holders, whose nodes read as zeroes. */
export function addDisk(shape: Partial<BlockShape> = {}): void {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0', ...shape });
  for (const name of ['nvme0n1', ...Object.keys(shape.partitions ?? {})])
    tree.write(`dev/${name}`, '\0'.repeat(DISK_BYTES));
  tree.write(`${controller}/nvme0n1/size`, `${DISK_BYTES / 512}\n`);
  for (const name of Object.keys(shape.partitions ?? {}))
    tree.write(`${controller}/nvme0n1/${name}/size`, `${DISK_BYTES / 512}\n`);
}

export const uses = (options: FakeKernelOptions = {}): Use[] =>
  findUses(fakeKernel(tree.root, options), ADDRESS);
export const found = (options: FakeKernelOptions = {}): string[] => uses(options).map((each) => each.found);
export const kinds = (options: FakeKernelOptions = {}): [string, boolean][] =>
  uses(options).map(({ kind, overridable }) => [kind, overridable]);
export const mount = (dev: string, where: string, source: string): void =>
  tree.write(
    'proc/self/mountinfo',
    `${where === '/' ? '' : ROOT_ELSEWHERE}30 1 ${dev} / ${where} rw,relatime - ext4 ${source} rw\n`,
  );

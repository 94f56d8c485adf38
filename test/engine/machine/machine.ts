/** A played machine with one NVMe drive of the kernel, for the tests of binding. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../../engine/errors.js';
import type { BindOrder } from '../../../engine/machine/bind.js';
import { Journal } from '../../../engine/machine/journal.js';
import type { Setup } from '../../../engine/machine/setup.js';
import { readKernelDriver } from '../../../engine/pci/kernel-driver.js';
import { type FakeKernel, type FakeKernelOptions, fakeKernel } from '../../fixtures/fake-kernel.js';
import type { SysfsTree } from '../../fixtures/sysfs.js';

export const DRIVE = '0000:01:00.0';

/** Adds the drivers and an idle drive with a blank disk of 1 MiB. */
export function addDrive(tree: SysfsTree, address = DRIVE, index = 0, iommuGroup = 7): void {
  for (const driver of ['vfio-pci', 'nvme', 'uio_pci_generic'])
    mkdirSync(join(tree.root, 'bus/pci/drivers', driver), { recursive: true });
  tree.addFunction({ address, driver: 'nvme', iommuGroup });
  tree.writeAttribute(address, 'driver_override', '(null)\n');
  const controller = tree.addController(address, `nvme${index}`);
  const disk = `nvme${index}n1`;
  tree.addBlock(controller, { name: disk, dev: `259:${index}` });
  tree.write(`${controller}/${disk}/size`, '2048\n');
  tree.write(`dev/${disk}`, '\0'.repeat(2 ** 20));
}

export function setupOn(root: string, options: FakeKernelOptions = {}): Setup & { host: FakeKernel } {
  return { host: fakeKernel(root, options), journal: new Journal(join(root, 'state')) };
}

/** Driver and driver_override now. */
export function stateOf(tree: SysfsTree, address = DRIVE): [driver: string, override: string] {
  const dir = tree.deviceDir(address);
  return [readKernelDriver(dir).name, readFileSync(join(dir, 'driver_override'), 'utf8').trim()];
}

export const UNTOUCHED: [string, string] = ['nvme', '(null)'];

export const hasStateDir = (tree: SysfsTree): boolean => existsSync(join(tree.root, 'state'));

/** A process of the tree with these descriptors: number -> what its link says. */
export function addHolder(
  tree: SysfsTree,
  pid: number,
  name: string,
  descriptors: Readonly<Record<number, string>>,
): void {
  tree.write(`proc/${pid}/comm`, `${name}\n`);
  mkdirSync(join(tree.root, `proc/${pid}/fd`));
  for (const [fd, target] of Object.entries(descriptors))
    symlinkSync(target, join(tree.root, `proc/${pid}/fd/${fd}`));
}

/** The second function of the drive's device. */
export const TWIN = '0000:01:00.1';
/** `stateOf` a drive that is bound. */
export const BOUND = ['vfio-pci', 'vfio-pci'];

/** To bind the drive to vfio-pci, changed as asked. */
export const order = (more: Partial<BindOrder> = {}): BindOrder => ({
  address: DRIVE,
  driver: 'vfio-pci',
  force: false,
  maker: 'bind',
  ...more,
});

/** For `assert.rejects`: an EngineError of that code whose message has that text. */
export const refusedWith = (code: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, text);
  return true;
};

/** What is refused before anything is opened. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { openDrive } from '../../../../engine/path/open.js';
import { DeviceLists } from '../../../../engine/pci/device-lists.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
/** Any block device of this machine: its number stands for a namespace in the tree. */
const NODE = '/dev/loop0';
const NUMBER = '7:0';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 3 });
  const controller = tree.addController(ADDRESS, 'nvme0', { address: ADDRESS, transport: 'pcie' });
  tree.addBlock(controller, { name: 'nvme0n1', dev: NUMBER, attributes: { size: '2048' } });
});
afterEach(() => tree.remove());

const options = {
  skip: statSync(NODE, { throwIfNoEntry: false })?.isBlockDevice() !== true && `there is no ${NODE}`,
};

for (const [code, lists] of [
  ['DEVICE_BLOCKED', { block: [ADDRESS] }],
  ['DEVICE_NOT_ALLOWED', { allow: ['0000:02:00.0'] }],
] as const)
  test(`a namespace of a function that is kept away is not opened: ${code}`, options, async () => {
    const opening = openDrive(`uring:${NODE}`, {
      sysfsRoot: tree.root,
      pciLists: new DeviceLists(lists),
    });
    await assert.rejects(opening, { code, kind: 'input', target: ADDRESS });
  });

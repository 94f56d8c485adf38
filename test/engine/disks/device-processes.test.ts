import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { deviceUsers } from '../../../engine/disks/device-processes.js';
import { fakeKernel } from '../../fixtures/fake-kernel.js';
import { SysfsTree } from '../../fixtures/sysfs.js';
import { addHolder } from '../machine/machine.js';

const ADDRESS = '0000:01:00.0';
const DEVICE = 'anon_inode:[vfio-device]';
let tree: SysfsTree;
let group: string;
let container: string;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  tree.write('dev/vfio/7', '');
  group = join(tree.root, 'dev/vfio/7');
  container = join(tree.root, 'dev/vfio/vfio');
});
afterEach(() => tree.remove());

const users = (): string[] =>
  deviceUsers(fakeKernel(tree.root), ADDRESS).map(({ processName }) => processName);

test('a process that has the group open is a user, once', () => {
  addHolder(tree, 10, 'holder', { 5: group, 6: container, 7: DEVICE });
  assert.deepEqual(users(), ['holder']);
});

test('a process with device and container but no group was given the device', () => {
  addHolder(tree, 11, 'secondary', { 6: container, 7: DEVICE });
  assert.deepEqual(users(), ['secondary']);
});

test('a process that has another group open has the device of that one', () => {
  addHolder(tree, 12, 'spdk_tgt', { 5: join(tree.root, 'dev/vfio/8'), 6: container, 7: DEVICE });
  assert.deepEqual(users(), []);
});

test('where the kernel shows of which function a descriptor is, that alone counts', () => {
  for (const [pid, name, address] of [
    [13, 'this', ADDRESS],
    [14, 'other', '0000:02:00.0'],
  ] as const) {
    addHolder(tree, pid, name, { 6: container, 7: DEVICE });
    const text = `pos:\t0\nvfio-device-syspath: /sys/devices/pci0000:00/${address}\n`;
    tree.write(`proc/${pid}/fdinfo/7`, text);
  }
  assert.deepEqual(users(), ['this']);
});

test('a function that the kernel has is not looked for among the devices of VFIO', () => {
  tree.unbind(ADDRESS);
  tree.bind(ADDRESS, 'nvme');
  addHolder(tree, 15, 'secondary', { 6: container, 7: DEVICE });
  assert.deepEqual(users(), []);
});

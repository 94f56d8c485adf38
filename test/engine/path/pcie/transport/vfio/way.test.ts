import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { chooseVfioWay, type VfioWay } from '../../../../../../engine/path/pcie/transport/vfio/way.js';
import type { AttachChoice } from '../../../../../../engine/path/scheme.js';
import { readPciFunction } from '../../../../../../engine/pci/scan.js';
import { SysfsTree } from '../../../../../fixtures/sysfs.js';
import { FakeVfio } from './fake-vfio.js';

const ADDRESS = '0000:01:00.0';
const NODE = '/dev/vfio/devices/vfio3';
let tree: SysfsTree;
let system: FakeVfio;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  tree.write(`devices/pci0000:00/${ADDRESS}/vfio-dev/vfio3/dev`, '511:3\n');
  system = new FakeVfio();
});
afterEach(() => tree.remove());

const choose = (choice: AttachChoice): VfioWay =>
  chooseVfioWay(readPciFunction(tree.root, ADDRESS), choice, system);

test('cdev is taken by itself where both of its nodes are there', () => {
  assert.deepEqual(choose('auto'), { kind: 'cdev', node: NODE });
});

test('what sysfs says does not count where a node is missing', () => {
  for (const path of [NODE, '/dev/iommu']) {
    system = new FakeVfio();
    system.missingPaths.add(path);
    assert.deepEqual(choose('auto'), { kind: 'group' });
    assert.throws(() => choose('cdev'), { code: 'ATTACH_WAY_UNAVAILABLE', reason: new RegExp(path) });
  }
});

test('a kernel without the entry in sysfs has the group only', () => {
  tree.removeAttribute(ADDRESS, 'vfio-dev');
  assert.deepEqual(choose('auto'), { kind: 'group' });
  assert.throws(() => choose('cdev'), { reason: /CONFIG_VFIO_DEVICE_CDEV/ });
});

test('a user who may open only the group gets the group', () => {
  system.forbiddenPaths.add('/dev/iommu');
  assert.deepEqual(choose('auto'), { kind: 'group' });
  assert.equal(choose('cdev').kind, 'cdev');
});

test('where neither may be opened, cdev is tried and its error tells', () => {
  for (const path of ['/dev/iommu', '/dev/vfio/7']) system.forbiddenPaths.add(path);
  assert.equal(choose('auto').kind, 'cdev');
});

test('group can be forced, and is refused where the kernel has no container', () => {
  assert.deepEqual(choose('group'), { kind: 'group' });
  system.missingPaths.add('/dev/vfio/vfio');
  assert.throws(() => choose('group'), { code: 'ATTACH_WAY_UNAVAILABLE', reason: /\/dev\/vfio\/vfio/ });
});

test('a function without an IOMMU has no cdev', () => {
  tree.group(ADDRESS, 7, 'vfio-noiommu');
  assert.deepEqual(choose('auto'), { kind: 'group' });
  assert.throws(() => choose('cdev'), { reason: /without an IOMMU/ });
});

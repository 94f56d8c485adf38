import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { missingForBind } from '../../../engine/machine/bind-prerequisites.js';
import { fakeKernel } from '../../fixtures/fake-kernel.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

const missing = (driver: 'vfio-pci' | 'uio_pci_generic' = 'vfio-pci') =>
  missingForBind(fakeKernel(tree.root), driver);

test('without the driver and without groups, both are named', () => {
  assert.deepEqual(
    missing().map(({ what }) => what.replace(tree.root, '')),
    [
      'the module vfio-pci is not loaded, and there is no /modules to load it from',
      'there is no IOMMU group on this machine: no IOMMU is active',
    ],
  );
});

test('a module that is there wants modprobe; one that is not, another kernel', () => {
  tree.write('modules/modules.dep', 'kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/vfio.ko\n');
  assert.equal(missing()[0].fix, 'modprobe vfio-pci');
  assert.equal(missing('uio_pci_generic')[0].fix, 'boot a kernel with CONFIG_UIO_PCI_GENERIC');
});

test('nothing is missing with the driver and a group, or with no-IOMMU mode instead of one', () => {
  tree.write('bus/pci/drivers/vfio-pci/new_id', '');
  assert.equal(missing().length, 1);
  tree.write('module/vfio/parameters/enable_unsafe_noiommu_mode', 'Y\n');
  assert.deepEqual(missing(), []);
  tree.write('module/vfio/parameters/enable_unsafe_noiommu_mode', 'N\n');
  tree.addFunction({ address: '0000:01:00.0', iommuGroup: 1 });
  assert.deepEqual(missing(), []);
});

test('uio needs no IOMMU', () => {
  tree.write('bus/pci/drivers/uio_pci_generic/new_id', '');
  assert.deepEqual(missing('uio_pci_generic'), []);
});

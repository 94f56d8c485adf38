import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { describeBlockers, groupBlockers, readIommuGroup } from '../../../engine/pci/group.js';
import { type FunctionShape, SysfsTree } from '../../fixtures/sysfs.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: '0000:02:00.0', driver: 'vfio-pci', iommuGroup: 12 });
});
afterEach(() => tree.remove());

function blockersWith(neighbour: Omit<FunctionShape, 'address' | 'iommuGroup'>) {
  tree.addFunction({ address: '0000:02:00.1', iommuGroup: 12, ...neighbour });
  return groupBlockers(readIommuGroup(12, tree.root));
}

test('members come with driver and class', () => {
  tree.addFunction({ address: '0000:02:00.1', driver: 'snd_hda_intel', class: '0x040300', iommuGroup: 12 });
  assert.deepEqual(readIommuGroup(12, tree.root), {
    number: 12,
    members: [
      { address: '0000:02:00.0', driver: { kind: 'vfio-pci', name: 'vfio-pci' }, classCode: 0x010802 },
      { address: '0000:02:00.1', driver: { kind: 'other', name: 'snd_hda_intel' }, classCode: 0x040300 },
    ],
  });
});

test('members of other groups do not count', () => {
  tree.addFunction({ address: '0000:03:00.0', driver: 'nvme', iommuGroup: 13 });
  assert.deepEqual(groupBlockers(readIommuGroup(12, tree.root)), []);
});

for (const driver of ['vfio-pci', 'pci-stub', 'mlx5_vfio_pci', undefined]) {
  test(`a member bound to ${driver ?? 'nothing'} leaves the group viable`, () => {
    assert.deepEqual(blockersWith({ driver }), []);
  });
}

test('a bridge port of pcieport leaves the group viable', () => {
  assert.deepEqual(blockersWith({ driver: 'pcieport', class: '0x060400' }), []);
});

test('a subtractive bridge without a driver leaves the group viable', () => {
  assert.deepEqual(blockersWith({ class: '0x060401' }), []);
});

test('pcieport on something that is no bridge blocks', () => {
  assert.equal(blockersWith({ driver: 'pcieport', class: '0x088000' }).length, 1);
});

test('a bridge in the hands of another driver blocks', () => {
  assert.equal(blockersWith({ driver: 'shpchp', class: '0x060400' }).length, 1);
});

for (const driver of ['nvme', 'uio_pci_generic', 'igb_uio', 'vfio-pci-not']) {
  test(`a member bound to ${driver} blocks`, () => {
    assert.deepEqual(blockersWith({ driver }), [{ address: '0000:02:00.1', driverName: driver }]);
  });
}

test('blockers read as a clause', () => {
  const blockers = blockersWith({ driver: 'snd_hda_intel' });
  assert.equal(describeBlockers(blockers), '0000:02:00.1 is bound to snd_hda_intel');
});

test('a group that is not there is a typed error', () => {
  assert.throws(() => readIommuGroup(99, tree.root), { code: 'IOMMU_GROUP_UNREADABLE', reason: 'ENOENT' });
});

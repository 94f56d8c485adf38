import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { listNvmeFunctions } from '../../../engine/disks/nvme-functions.js';
import { type FunctionShape, SysfsTree } from '../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
  tree.write('mountinfo', '');
  tree.write('swaps', 'Filename Type Size Used Priority\n');
});
afterEach(() => tree.remove());

const list = (mountinfo = 'mountinfo') =>
  listNvmeFunctions({
    sysfsRoot: tree.root,
    mountinfoPath: join(tree.root, mountinfo),
    swapsPath: join(tree.root, 'swaps'),
  });

function only(shape: Omit<FunctionShape, 'address'> = {}) {
  tree.addFunction({ address: ADDRESS, ...shape });
  return list().functions[0];
}

test('only NVMe controllers are listed', () => {
  tree.addFunction({ address: '0000:00:02.0', class: '0x030000' });
  tree.addFunction({ address: '0000:00:17.0', class: '0x010601' });
  tree.addFunction({ address: '0000:00:18.0', class: '0x010801' });
  tree.addFunction({ address: ADDRESS });
  assert.deepEqual(
    list().functions.map((entry) => entry.address),
    [ADDRESS],
  );
});

test('model, serial and firmware come from the kernel controller without padding', () => {
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 3 });
  const identity = { model: 'Drive 1TB              ', serial: 'S5H9NS0N        ', firmware_rev: '2B2QEXM7' };
  tree.addController(ADDRESS, 'nvme0', identity);
  const [entry] = list().functions;
  assert.equal(entry.model, 'Drive 1TB');
  assert.equal(entry.serial, 'S5H9NS0N');
  assert.equal(entry.firmwareRevision, '2B2QEXM7');
});

test('without the kernel controller the strings are undefined', () => {
  const entry = only({ driver: 'vfio-pci', iommuGroup: 3 });
  assert.deepEqual([entry.model, entry.serial, entry.firmwareRevision], [undefined, undefined, undefined]);
});

test('vfio-pci and a viable group make it usable', () => {
  const entry = only({ driver: 'vfio-pci', iommuGroup: 3 });
  assert.deepEqual([entry.usable, entry.reason, entry.hint], [true, '', '']);
});

test('a drive behind VMD, or in its group, is offered no bind but the way without VMD', () => {
  const vmd = '0000:00:0e.0';
  tree.addFunction({ address: vmd, class: '0x010400', driver: 'vmd', iommuGroup: 12 });
  tree.addFunction({ address: '10000:01:00.0', driver: 'nvme' });
  tree.moveFunction('10000:01:00.0', `devices/pci0000:00/${vmd}/pci10000:00/10000:01:00.0`);
  tree.addFunction({ address: '0000:03:00.0', driver: 'nvme', iommuGroup: 12 });
  tree.addFunction({ address: '0000:04:00.0', driver: 'vfio-pci', iommuGroup: 12 });
  for (const { hint, reason } of list().functions) {
    assert.match(hint, /^turn Intel VMD off for its slot/);
    assert.match(reason, /0000:00:0e\.0/);
    assert.doesNotMatch(hint, /nvbench bind/);
  }
  assert.equal(list().functions.length, 3);
});

test('a group with a foreign member is named with the member and its driver', () => {
  tree.addFunction({ address: '0000:02:00.1', class: '0x040300', driver: 'snd_hda_intel', iommuGroup: 12 });
  const entry = only({ driver: 'vfio-pci', iommuGroup: 12 });
  assert.equal(entry.usable, false);
  assert.equal(entry.reason, 'group 12 is not viable: 0000:02:00.1 is bound to snd_hda_intel');
  assert.match(entry.hint, /^`sudo nvbench bind pci:0000:01:00\.0` takes its idle NVMe drives along/);
});

test('vfio-pci without a group asks for the IOMMU', () => {
  const entry = only({ driver: 'vfio-pci' });
  assert.deepEqual([entry.usable, entry.reason], [false, 'no IOMMU group']);
  assert.match(entry.hint, /^enable the IOMMU/);
});

test('no-IOMMU mode is usable with a warning', () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci' });
  tree.group(ADDRESS, 0, 'vfio-noiommu');
  const [entry] = list().functions;
  assert.equal(entry.usable, true);
  assert.deepEqual(
    entry.warnings.map((warning) => warning.code),
    ['no-iommu'],
  );
});

test('uio_pci_generic is usable with the same warning', () => {
  const entry = only({ driver: 'uio_pci_generic' });
  assert.equal(entry.usable, true);
  assert.equal(entry.warnings[0].code, 'no-iommu');
});

const BIND = `\`sudo nvbench bind pci:${ADDRESS}\``;

test('bound to nvme: the hint is the command that makes every check first', () => {
  const entry = only({ driver: 'nvme', iommuGroup: 3 });
  assert.deepEqual([entry.usable, entry.reason, entry.hint], [false, 'bound to nvme', BIND]);
});

test('bound to nothing: the hint is the same', () => {
  const entry = only({ iommuGroup: 3 });
  assert.deepEqual([entry.reason, entry.hint], ['bound to no driver', BIND]);
});

test('bound to nvme without a group: the IOMMU comes first', () => {
  const entry = only({ driver: 'nvme' });
  assert.equal(entry.reason, 'bound to nvme, and no IOMMU group');
  assert.match(entry.hint, /^enable the IOMMU.*then `sudo nvbench bind pci:/);
});

test('bound to nvme with a foreign member in its group: the hint says that too', () => {
  tree.addFunction({ address: '0000:01:00.1', driver: 'xhci_hcd', iommuGroup: 3 });
  const entry = only({ driver: 'nvme', iommuGroup: 3 });
  assert.match(entry.hint, /group 3 also needs it: 0000:01:00\.1 is bound to xhci_hcd$/);
});

function mountedDrive(mountinfo: string, swaps = '') {
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 3 });
  const partitions = { nvme0n1p1: '259:1', nvme0n1p2: '259:2' };
  tree.addBlock(tree.addController(ADDRESS, 'nvme0'), { name: 'nvme0n1', dev: '259:0', partitions });
  tree.write('mountinfo', mountinfo);
  tree.write('swaps', swaps);
}

test('a mounted drive is never told to be unbound', () => {
  mountedDrive(
    '25 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n26 25 259:1 / /boot rw - vfat /dev/nvme0n1p1 rw\n',
  );
  const [entry] = list().functions;
  assert.equal(entry.reason, 'bound to nvme and in use: nvme0n1 (mounted on /, /boot)');
  assert.doesNotMatch(entry.hint, /bind|vfio/);
});

test('a drive that holds swap is in use', () => {
  mountedDrive('', '/dev/nvme0n1p2 partition 8388604 0 -2\n');
  assert.match(list().functions[0].reason, /in use: nvme0n1 \(mounted on \[SWAP\]\)/);
});

test('unknown mounts are a warning of the listing', () => {
  tree.addFunction({ address: ADDRESS });
  const listing = list('missing');
  assert.equal(listing.functions.length, 1);
  assert.deepEqual(
    listing.warnings.map((warning) => warning.code),
    ['mounts-unknown'],
  );
});

test('a group whose directory is gone makes the function unusable, not the listing', () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci' });
  tree.write('kernel/iommu_groups/9/type', 'DMA\n');
  tree.link(`devices/pci0000:00/${ADDRESS}/iommu_group`, 'kernel/iommu_groups/9');
  const [entry] = list().functions;
  assert.deepEqual([entry.usable, entry.reason], [false, 'group 9 cannot be read: ENOENT']);
});

test('an unreadable function is listed as a problem beside the others', () => {
  tree.addFunction({ address: ADDRESS });
  tree.addFunction({ address: '0000:02:00.0' });
  tree.writeAttribute('0000:02:00.0', 'class', '??');
  const { functions, problems } = list();
  assert.deepEqual([functions.length, problems.length, problems[0].address], [1, 1, '0000:02:00.0']);
});

test('a block layout that cannot be read is a problem of that function alone', () => {
  tree.addFunction({ address: ADDRESS });
  tree.addFunction({ address: '0000:02:00.0', driver: 'nvme' });
  const controller = tree.addController('0000:02:00.0', 'nvme1');
  tree.addBlock(controller, { name: 'nvme1n1', dev: '259:0' });
  tree.removeAttribute('0000:02:00.0', 'nvme/nvme1/nvme1n1');
  tree.write(`${controller}/nvme1n1`, '');
  const { functions, problems } = list();
  assert.deepEqual(
    functions.map((entry) => entry.address),
    [ADDRESS],
  );
  assert.deepEqual(
    problems.map(({ address, error }) => [address, error.reason]),
    [['0000:02:00.0', 'ENOTDIR']],
  );
});

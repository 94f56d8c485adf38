import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { scanPci } from '../../../engine/pci/scan.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

const scan = () => scanPci({ sysfsRoot: tree.root });
const GOOD = '0000:02:00.0';
const BAD = '0000:01:00.0';

/** A tree with a sound function and one that `spoil` has damaged; the scan's only problem. */
function onlyProblem(spoil: () => void) {
  tree.addFunction({ address: BAD });
  tree.addFunction({ address: GOOD });
  spoil();
  const { functions, problems } = scan();
  assert.deepEqual(
    functions.map((entry) => entry.address),
    [GOOD],
  );
  assert.deepEqual(
    problems.map((problem) => problem.address),
    [BAD],
  );
  return problems[0].error;
}

test('every id of a function is read', () => {
  tree.addFunction({
    address: GOOD,
    vendor: '0x8086',
    device: '0x0a54',
    subsystemVendor: '0x1028',
    subsystemDevice: '0x2003',
    class: '0x010802',
    revision: '0x1f',
  });
  const [entry] = scan().functions;
  assert.equal(entry.vendorId, 0x8086);
  assert.equal(entry.deviceId, 0x0a54);
  assert.equal(entry.subsystemVendorId, 0x1028);
  assert.equal(entry.subsystemDeviceId, 0x2003);
  assert.equal(entry.classCode, 0x010802);
  assert.equal(entry.revision, 0x1f);
});

test('functions come in the order of addresses, also across wide domains', () => {
  const order = ['0000:02:00.0', '0000:10:00.0', '0001:00:00.0', '10000:01:00.0'];
  for (const address of order.toReversed()) tree.addFunction({ address });
  assert.deepEqual(
    scan().functions.map((entry) => entry.address),
    order,
  );
});

test('an empty bus is an empty result', () => {
  assert.deepEqual(scan(), { functions: [], problems: [] });
});

test('a known NUMA node is taken without a warning', () => {
  tree.addFunction({ address: GOOD, numaNode: '1' });
  const [entry] = scan().functions;
  assert.equal(entry.numaNode, 1);
  assert.deepEqual(entry.warnings, []);
});

for (const numaNode of ['-1', null]) {
  test(`NUMA node ${numaNode ?? 'absent'} is unknown, with a warning`, () => {
    tree.addFunction({ address: GOOD, numaNode });
    const [entry] = scan().functions;
    assert.equal(entry.numaNode, -1);
    assert.deepEqual(
      entry.warnings.map((warning) => warning.code),
      ['numa-node-unknown'],
    );
  });
}

for (const driver of ['vfio-pci', 'igb_uio', 'uio_pci_generic'] as const) {
  test(`driver ${driver} is told apart`, () => {
    tree.addFunction({ address: GOOD, driver });
    assert.deepEqual(scan().functions[0].driver, { kind: driver, name: driver });
  });
}

test('any other driver keeps its name', () => {
  tree.addFunction({ address: GOOD, driver: 'nvme' });
  assert.deepEqual(scan().functions[0].driver, { kind: 'other', name: 'nvme' });
});

test('no driver link means no driver', () => {
  tree.addFunction({ address: GOOD });
  assert.deepEqual(scan().functions[0].driver, { kind: 'none', name: '' });
});

test('the IOMMU group is the number its link ends in', () => {
  tree.addFunction({ address: GOOD, iommuGroup: 42 });
  const [entry] = scan().functions;
  assert.equal(entry.iommuGroup, 42);
  assert.equal(entry.noIommu, false);
});

test('no IOMMU group is undefined, not 0', () => {
  tree.addFunction({ address: GOOD });
  assert.equal(scan().functions[0].iommuGroup, undefined);
});

test('a group of the no-IOMMU mode of VFIO is recognised by its name', () => {
  tree.addFunction({ address: GOOD });
  tree.group(GOOD, 0, 'vfio-noiommu');
  const [entry] = scan().functions;
  assert.equal(entry.iommuGroup, 0);
  assert.equal(entry.noIommu, true);
});

test('virtual functions are counted from sriov_numvfs', () => {
  tree.addFunction({ address: GOOD, sriovNumvfs: '4' });
  assert.equal(scan().functions[0].vfCount, 4);
});

test('max_vfs of igb_uio goes before sriov_numvfs', () => {
  tree.addFunction({ address: GOOD, sriovNumvfs: '4', maxVfs: '2' });
  assert.equal(scan().functions[0].vfCount, 2);
});

for (const name of [
  'vendor',
  'device',
  'subsystem_vendor',
  'subsystem_device',
  'class',
  'revision',
  'resource',
]) {
  test(`a missing ${name} is a problem that does not hide the others`, () => {
    const error = onlyProblem(() => tree.removeAttribute(BAD, name));
    assert.equal(error.code, 'SYSFS_UNREADABLE');
    assert.equal(error.reason, 'ENOENT');
    assert.ok(error.target.endsWith(`/${BAD}/${name}`), error.target);
  });
}

const garbage: [string, string][] = [
  ['class', 'nonsense\n'],
  ['class', '0x01080200\n'],
  ['class', ''],
  ['vendor', '144d\n'],
  ['vendor', '0x144g\n'],
  ['device', '0x1a808\n'],
  ['revision', '0x\n'],
  ['numa_node', 'zero\n'],
  ['numa_node', '-2\n'],
  ['sriov_numvfs', '-1\n'],
];
for (const [name, text] of garbage) {
  test(`${name} of ${JSON.stringify(text)} is a problem that does not hide the others`, () => {
    const error = onlyProblem(() => tree.writeAttribute(BAD, name, text));
    assert.equal(error.code, 'SYSFS_MALFORMED');
    assert.ok(error.target.endsWith(`/${BAD}/${name}`), error.target);
  });
}

test('a directory in place of a file is a problem', () => {
  const error = onlyProblem(() => {
    tree.removeAttribute(BAD, 'vendor');
    tree.write(`devices/pci0000:00/${BAD}/vendor/x`, '');
  });
  assert.equal(error.reason, 'EISDIR');
});

test('a dangling driver link is a problem', () => {
  const error = onlyProblem(() =>
    symlinkSync('../../../bus/pci/drivers/gone', join(tree.deviceDir(BAD), 'driver')),
  );
  assert.equal(error.code, 'SYSFS_MALFORMED');
});

test('a file in place of the driver link is a problem', () => {
  const error = onlyProblem(() => tree.writeAttribute(BAD, 'driver', 'nvme\n'));
  assert.equal(error.code, 'SYSFS_MALFORMED');
});

test('a group link that does not end in a number is a problem', () => {
  const error = onlyProblem(() => tree.link(`devices/pci0000:00/${BAD}/iommu_group`, 'bus/pci'));
  assert.equal(error.code, 'SYSFS_MALFORMED');
});

test('a file in place of a function directory is a problem', () => {
  tree.addFunction({ address: GOOD });
  writeFileSync(join(tree.root, 'bus/pci/devices', BAD), '');
  const { functions, problems } = scan();
  assert.equal(functions.length, 1);
  assert.deepEqual(
    problems.map(({ address, error }) => [address, error.reason]),
    [[BAD, 'ENOTDIR']],
  );
});

test('an entry that is no address is a problem under its own name', () => {
  tree.addFunction({ address: GOOD });
  tree.link('bus/pci/devices/not-an-address', 'bus/pci');
  const { functions, problems } = scan();
  assert.equal(functions.length, 1);
  assert.deepEqual(
    problems.map(({ address, error }) => [address, error.code]),
    [['not-an-address', 'BAD_PCI_ADDRESS']],
  );
});

test('a missing bus directory is an error with a next step', () => {
  assert.throws(
    () => scanPci({ sysfsRoot: join(tree.root, 'nowhere') }),
    (error: { code: string; reason: string; hint: string }) => {
      assert.equal(error.code, 'PCI_BUS_MISSING');
      assert.equal(error.reason, 'ENOENT');
      assert.match(error.hint, /sysfs is mounted/);
      return true;
    },
  );
});

test('a file in place of the bus directory is the same error', () => {
  tree.write('other/bus/pci/devices', '');
  assert.throws(() => scanPci({ sysfsRoot: join(tree.root, 'other') }), {
    code: 'PCI_BUS_MISSING',
    reason: 'ENOTDIR',
  });
});

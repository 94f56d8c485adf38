/** The namespaces that the kernel's NVMe driver has, by a tree of sysfs. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { scanAll, targetOffers } from '../../../../engine/path/open.js';
import { numaNodeOf, scanNamespaces } from '../../../../engine/path/uring/namespaces.js';
import { DeviceLists } from '../../../../engine/pci/device-lists.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
const IDENTITY = { model: 'Drive 1TB     ', serial: 'S5H9 ', address: ADDRESS, transport: 'pcie' };
let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

interface Shape {
  readonly name?: string;
  readonly generic?: boolean;
  readonly nsid?: string;
  readonly size?: string;
}

/** A drive on the kernel's nvme driver; its controller's folder. */
function driveOf(address: string, controller: string, identity: Readonly<Record<string, string>>): string {
  tree.addFunction({ address, driver: 'nvme', iommuGroup: 3 });
  return tree.addController(address, controller, { ...identity, address });
}

let minor = 0;
function addNamespace(parent: string, shape: Shape = {}): void {
  const { name = 'nvme0n1', generic = true, nsid = '1', size = '2048' } = shape;
  minor++;
  tree.addBlock(parent, { name, dev: `259:${minor}`, attributes: { nsid, size } });
  if (generic) tree.addGeneric(parent, name.replace('nvme', 'ng'), `241:${minor}`);
}

const targets = (lists?: DeviceLists): string[] =>
  scanNamespaces(tree.root, lists).map(({ target }) => target);

test('a namespace is named by its block device and by its generic device, each with what it is', () => {
  addNamespace(driveOf(ADDRESS, 'nvme0', IDENTITY));
  const rest = { usable: true, reason: '', pciFunction: ADDRESS };
  const whose = `namespace 1 of Drive 1TB S5H9 (${ADDRESS})`;
  assert.deepEqual(scanNamespaces(tree.root), [
    { target: 'uring:/dev/nvme0n1', description: `${whose}, the kernel's block device`, ...rest },
    { target: 'uring:/dev/ng0n1', description: `${whose}, NVMe commands through the kernel`, ...rest },
  ]);
});

test('before Linux 5.13, which has no generic devices, the block device alone', () => {
  addNamespace(driveOf(ADDRESS, 'nvme0', IDENTITY), { generic: false });
  assert.deepEqual(targets(), ['uring:/dev/nvme0n1']);
});

test('namespaces come by their numbers; partitions, hidden paths and other disks are none', () => {
  const dir = driveOf(ADDRESS, 'nvme0', IDENTITY);
  for (const name of ['nvme0n10', 'nvme0n2', 'nvme0c0n1', 'vda'])
    addNamespace(dir, { name, generic: false, nsid: name.replace(/.*n/, '') });
  tree.addBlock(dir, { name: 'nvme0n1', dev: '259:90', partitions: { nvme0n1p1: '259:91' } });
  assert.deepEqual(targets(), ['uring:/dev/nvme0n1', 'uring:/dev/nvme0n2', 'uring:/dev/nvme0n10']);
});

test('under native multipath the head is named, once, with the only controller that reaches it', () => {
  const subsystem = 'devices/virtual/nvme-subsystem/nvme-subsys0';
  const controller = driveOf(ADDRESS, 'nvme0', IDENTITY);
  tree.write(`${controller}/numa_node`, '1\n');
  tree.link(`${subsystem}/nvme0`, controller);
  addNamespace(controller, { name: 'nvme0c0n1', generic: false });
  addNamespace(subsystem);
  const [first, ...others] = scanNamespaces(tree.root);
  assert.deepEqual([first.target, first.pciFunction, others.length], ['uring:/dev/nvme0n1', ADDRESS, 1]);
  assert.equal(numaNodeOf(join(tree.root, 'block/nvme0n1')), 1);
});

test('where two controllers reach it, none of them is named', () => {
  const subsystem = 'devices/virtual/nvme-subsystem/nvme-subsys0';
  for (const [name, address] of [
    ['nvme0', ADDRESS],
    ['nvme1', '0000:02:00.0'],
  ])
    tree.link(`${subsystem}/${name}`, driveOf(address, name, IDENTITY));
  addNamespace(subsystem);
  assert.deepEqual(
    scanNamespaces(tree.root).map(({ pciFunction }) => pciFunction),
    [undefined, undefined],
  );
});

test('a namespace of a drive over a network is named without a PCI function', () => {
  const dir = 'devices/virtual/nvme-fabrics/ctl/nvme2';
  mkdirSync(join(tree.root, dir), { recursive: true });
  for (const [name, text] of [
    ['transport', 'tcp'],
    ['address', 'traddr=192.0.2.1,trsvcid=4420'],
    ['model', 'Target'],
    ['serial', 'T1'],
  ])
    tree.write(`${dir}/${name}`, `${text}\n`);
  addNamespace(dir, { name: 'nvme2n1', generic: false });
  const [entry] = scanNamespaces(tree.root);
  assert.deepEqual(
    [entry.description, entry.pciFunction],
    ["namespace 1 of Target T1, the kernel's block device", undefined],
  );
});

test('a namespace that the kernel gives no size is not usable, and told why', () => {
  addNamespace(driveOf(ADDRESS, 'nvme0', IDENTITY), { size: '0' });
  for (const { usable, reason } of scanNamespaces(tree.root)) {
    assert.equal(usable, false);
    assert.match(reason, /no size.*metadata/);
  }
});

test('a function that is kept away keeps its namespaces away', () => {
  addNamespace(driveOf(ADDRESS, 'nvme0', IDENTITY));
  addNamespace(driveOf('0000:02:00.0', 'nvme1', IDENTITY), { name: 'nvme1n1', generic: false });
  const usable = scanNamespaces(tree.root, new DeviceLists({ block: [ADDRESS] })).filter(
    (each) => each.usable,
  );
  assert.deepEqual(
    usable.map(({ target }) => target),
    ['uring:/dev/nvme1n1'],
  );
});

test('scans and shells are offered them', async () => {
  addNamespace(driveOf(ADDRESS, 'nvme0', IDENTITY));
  const { entries } = await scanAll({ sysfsRoot: tree.root });
  const offers = targetOffers({ sysfsRoot: tree.root }).map(({ value }) => value);
  for (const target of ['uring:/dev/nvme0n1', 'uring:/dev/ng0n1']) {
    assert.ok(entries.some((entry) => entry.target === target));
    assert.ok(offers.includes(target));
  }
  assert.ok(offers.includes('uring:/'));
});

test('a machine without NVMe drives has none', () => {
  assert.deepEqual(targets(), []);
});

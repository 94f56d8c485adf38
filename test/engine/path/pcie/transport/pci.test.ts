import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createPciTransport } from '../../../../../engine/path/pcie/transport/pci.js';
import type { Target } from '../../../../../engine/path/target.js';
import { DeviceLists } from '../../../../../engine/pci/device-lists.js';
import { SysfsTree } from '../../../../fixtures/sysfs.js';
import { FakeVfio } from './vfio/fake-vfio.js';

const ADDRESS = '0000:01:00.0';
let tree: SysfsTree;
let system: FakeVfio;
beforeEach(() => {
  tree = new SysfsTree();
  tree.write('mountinfo', '30 1 259:1 / /data rw - ext4 /dev/nvme0n1 rw\n');
  tree.write('swaps', '');
  system = new FakeVfio();
});
afterEach(() => tree.remove());

const transport = () =>
  createPciTransport(system, {
    mountinfoPath: join(tree.root, 'mountinfo'),
    swapsPath: join(tree.root, 'swaps'),
  });

const target = (address: string, options: Record<string, string> = {}): Target => ({
  scheme: 'pci',
  address,
  options,
});

const attach = (address = ADDRESS) => transport().attach(target(address), { sysfsRoot: tree.root });

test('scan lists what can be attached and what cannot, with the reason', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  tree.addFunction({ address: '0000:02:00.0', driver: 'nvme', iommuGroup: 8 });
  const entries = await transport().scan({ sysfsRoot: tree.root });
  assert.deepEqual(
    entries.map((entry) => [entry.target, entry.usable]),
    [
      [`pci:${ADDRESS}`, true],
      ['pci:0000:02:00.0', false],
    ],
  );
  assert.match(entries[1].reason, /bound to nvme/);
});

test('scan does not offer a function that is held without an IOMMU', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci' });
  tree.group(ADDRESS, 9, 'vfio-noiommu');
  const [entry] = await transport().scan({ sysfsRoot: tree.root });
  assert.equal(entry.usable, false);
  await assert.rejects(attach(), { code: 'UNSAFE_DMA_REFUSED', kind: 'input' });
});

test('any spelling of the address attaches, and the target is canonical', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  const device = await attach('01:00.0');
  assert.equal(device.target, `pci:${ADDRESS}`);
  assert.equal(device.kind, 'vfio-group');
  await device.close();
});

test('a function bound to the kernel is refused with its use, and nothing is opened', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 7 });
  tree.addBlock(tree.addController(ADDRESS, 'nvme0'), { name: 'nvme0n1', dev: '259:1' });
  await assert.rejects(attach(), (error: unknown) => {
    const { code, reason } = error as { code: string; reason: string };
    return code === 'DEVICE_BOUND_TO_KERNEL' && /nvme0n1.*\/data/.test(reason);
  });
  assert.deepEqual(system.log, []);
});

test('block devices are named also where nobody uses them', async () => {
  tree.write('mountinfo', '');
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 7 });
  tree.addBlock(tree.addController(ADDRESS, 'nvme0'), { name: 'nvme0n1', dev: '259:1' });
  await assert.rejects(attach(), {
    code: 'DEVICE_BOUND_TO_KERNEL',
    reason: /nvme0n1/,
    hint: /^`sudo nvbench bind pci:0000:01:00\.0`$/,
  });
});

test('a blocked function is refused before anything is looked at', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  const pciLists = new DeviceLists({ block: [ADDRESS] });
  await assert.rejects(transport().attach(target(ADDRESS), { sysfsRoot: tree.root, pciLists }), {
    code: 'DEVICE_BLOCKED',
    kind: 'input',
  });
  assert.deepEqual(system.log, []);
});

test('scan offers only what the lists permit', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  const pciLists = new DeviceLists({ allow: ['0000:7f:00.0'] });
  const [entry] = await transport().scan({ sysfsRoot: tree.root, pciLists });
  assert.equal(entry.usable, false);
  assert.match(entry.reason, /not on the allow list; .*--pci-allowed/);
});

test('a watch says what has come, and what has gone from under this process', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  const pci = transport();
  const device = await pci.attach(target(ADDRESS), { sysfsRoot: tree.root });
  const look = pci.watch?.({ sysfsRoot: tree.root }) ?? assert.fail('no watch');
  assert.deepEqual(look(), []);
  tree.removeFunction(ADDRESS);
  tree.addFunction({ address: '0000:02:00.0' });
  assert.deepEqual(look(), [
    { target: `pci:${ADDRESS}`, kind: 'removed', attached: true },
    { target: 'pci:0000:02:00.0', kind: 'added', attached: false },
  ]);
  await device.close();
});

test('an address where nothing is points to the list', async () => {
  await assert.rejects(attach(), { code: 'NO_SUCH_DEVICE', hint: /nvbench list/, kind: 'environment' });
});

test('a function that is no NVMe controller is refused by its class', async () => {
  tree.addFunction({ address: ADDRESS, class: '0x030000', driver: 'vfio-pci', iommuGroup: 7 });
  await assert.rejects(attach(), { code: 'NOT_NVME', reason: /030000/ });
});

test('a function without a driver is told how to be bound', async () => {
  tree.addFunction({ address: ADDRESS, iommuGroup: 7 });
  await assert.rejects(attach(), { code: 'DEVICE_NOT_BOUND', hint: /sudo nvbench bind/ });
});

test('a function that this process holds is not attached again until it is closed', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  const pci = transport();
  const device = await pci.attach(target(ADDRESS), { sysfsRoot: tree.root });
  await assert.rejects(pci.attach(target(ADDRESS), { sysfsRoot: tree.root }), { code: 'ALREADY_PROBED' });
  await device.close();
  const again = await pci.attach(target(ADDRESS), { sysfsRoot: tree.root });
  await again.close();
});

test('options that pci does not have are refused', async () => {
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  await assert.rejects(transport().attach(target(ADDRESS, { size: '1G' }), { sysfsRoot: tree.root }), {
    code: 'BAD_TARGET_OPTION',
    kind: 'input',
  });
});

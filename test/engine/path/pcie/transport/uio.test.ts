import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createPciTransport } from '../../../../../engine/path/pcie/transport/pci.js';
import type { Transport, TransportDevice } from '../../../../../engine/path/pcie/transport/transport.js';
import type { AttachOptions } from '../../../../../engine/path/scheme.js';
import { SysfsTree } from '../../../../fixtures/sysfs.js';
import { FakeVfio } from './vfio/fake-vfio.js';

const ADDRESS = '0000:01:00.0';
const VFIO = '0000:02:00.0';
const SPDK_LOCK = `/var/tmp/spdk_pci_lock_${ADDRESS}`;
let tree: SysfsTree;
let system: FakeVfio;
let pci: Transport;
beforeEach(() => {
  tree = new SysfsTree();
  tree.write('mountinfo', '');
  tree.write('swaps', '');
  tree.addFunction({ address: ADDRESS, driver: 'uio_pci_generic' });
  tree.write(`devices/pci0000:00/${ADDRESS}/uio/uio4/dev`, '240:4\n');
  tree.addFunction({ address: VFIO, driver: 'vfio-pci', iommuGroup: 7 });
  system = new FakeVfio();
  const mounts = { mountinfoPath: join(tree.root, 'mountinfo'), swapsPath: join(tree.root, 'swaps') };
  pci = createPciTransport(system, mounts);
});
afterEach(() => tree.remove());

function attach(address: string, options: AttachOptions = {}): Promise<TransportDevice> {
  return pci.attach({ scheme: 'pci', address, options: {} }, { sysfsRoot: tree.root, ...options });
}
const unsafe: AttachOptions = { allowUnsafeDma: true };
const dir = (): string => join(tree.root, 'bus/pci/devices', ADDRESS);

test('a uio device is refused unless unsafe DMA is allowed, with the risk, and nothing is opened', async () => {
  await assert.rejects(attach(ADDRESS), {
    code: 'UNSAFE_DMA_REFUSED',
    kind: 'input',
    reason: /no IOMMU stands between the drive and memory/,
    hint: /allow_unsafe_dma: true or --allow-unsafe-dma/,
  });
  assert.deepEqual(system.log, []);
});

test('scan offers a uio device only to whom unsafe DMA is allowed', async () => {
  const usable = async (options: AttachOptions) =>
    (await pci.scan({ sysfsRoot: tree.root, ...options })).map((entry) => entry.usable);
  assert.deepEqual(await usable({}), [false, true]);
  assert.deepEqual(await usable(unsafe), [true, true]);
});

test('attach locks the node, enables memory, maps resource0, bus mastering last', async () => {
  const device = await attach(ADDRESS, unsafe);
  assert.deepEqual(system.log, [
    'open /dev/uio4',
    'lock /dev/uio4',
    `open ${SPDK_LOCK}`,
    `write 4 bytes to ${SPDK_LOCK}`,
    `open ${dir()}/config`,
    'config 4h = 402h',
    `open ${dir()}/resource0`,
    'mmap 16384',
    `close ${dir()}/resource0`,
    'config 4h = 406h',
  ]);
  assert.equal(device.kind, 'uio');
  assert.equal(device.dma.iovaMode, 'pa');
  assert.deepEqual(
    device.warnings.map((warning) => warning.code),
    ['unsafe-dma'],
  );
  assert.equal(device.registers.read64(0), 0x30_0800_00ffn);
});

test('close restores the command register and lets go of the node last', async () => {
  const device = await attach(ADDRESS, unsafe);
  system.log.length = 0;
  await device.close();
  assert.deepEqual(system.log, [
    'config 4h = 402h',
    'retire 255',
    'config 4h = 0h',
    `close ${dir()}/config`,
    `close ${SPDK_LOCK}`,
    'close /dev/uio4',
  ]);
  assert.equal(system.openFds.size, 0);
  assert.equal(device.registers.read32(0), 0xffff_ffff);
});

test('wherever attach fails, nothing stays open and nothing stays enabled', async () => {
  for (const step of ['open uio', 'lock uio', 'as SPDK does', 'open configuration', 'open BAR0', 'mmap']) {
    system.failures.clear();
    system.failures.set(step, 'EPERM');
    await assert.rejects(attach(ADDRESS, unsafe), { code: 'EPERM' }, step);
    assert.equal(system.openFds.size, 0, step);
    assert.equal(system.command, 0, step);
  }
});

test('a device that another process drives is refused by its lock', async () => {
  system.failures.set('lock', 'EAGAIN');
  await assert.rejects(attach(ADDRESS, unsafe), { code: 'EAGAIN', hint: /fuser -v \/dev\/uio4/ });
});

test('a device that a program has open which takes no lock is refused, and left alone', async () => {
  system.users.push({ pid: 4711, processName: 'spdk_tgt', path: '/dev/uio4' });
  await assert.rejects(attach(ADDRESS, unsafe), {
    code: 'UIO_DEVICE_OPEN',
    reason: /spdk_tgt \(process 4711\)/,
    hint: /end process 4711/,
  });
  assert.deepEqual(system.log, ['open /dev/uio4', 'lock /dev/uio4', 'close /dev/uio4']);
});

test('a device that SPDK has locked is refused by its lock', async () => {
  system.failures.set('as SPDK does', 'EAGAIN');
  await assert.rejects(attach(ADDRESS, unsafe), { code: 'EAGAIN', target: SPDK_LOCK, hint: /SPDK/ });
});

test('where the lock file of SPDK cannot be made, the device is attached without', async () => {
  system.missingPaths.add(SPDK_LOCK);
  const device = await attach(ADDRESS, unsafe);
  await device.close();
  assert.equal(system.openFds.size, 0);
});

test('a locked down kernel is named', async () => {
  system.failures.set('open BAR0', 'EPERM');
  await assert.rejects(attach(ADDRESS, unsafe), { hint: /locked down \(Secure Boot\).*vfio-pci/ });
});

test('reset goes through sysfs where the kernel offers it', async () => {
  const device = await attach(ADDRESS, unsafe);
  system.config.set([0, 0], 4);
  assert.equal(await device.reset(), true);
  assert.ok(system.log.includes('write 1 to reset'));
  assert.equal(system.command, 0x406);
  system.missingPaths.add(join(dir(), 'reset'));
  assert.equal(await device.reset(), false);
});

test('a forced way is refused where the driver has none', async () => {
  for (const way of ['group', 'cdev'] as const)
    await assert.rejects(attach(ADDRESS, { ...unsafe, attach: way }), {
      code: 'ATTACH_WAY_UNAVAILABLE',
      reason: /uio_pci_generic/,
    });
});

test('after a vfio device a uio device is refused, and the process stays as it was', async () => {
  const first = await attach(VFIO);
  assert.equal(first.dma.iovaMode, 'va');
  await assert.rejects(attach(ADDRESS, unsafe), { code: 'IOVA_MODE_MISMATCH' });
  await first.close();
  const now = await attach(ADDRESS, unsafe);
  await now.close();
});

test('named from the start, both attach in any order and use physical addresses', async () => {
  const together = [`pci:${VFIO}`, ADDRESS];
  const first = await attach(VFIO, { ...unsafe, together });
  const second = await attach(ADDRESS, { ...unsafe, together });
  assert.deepEqual([first.dma.iovaMode, second.dma.iovaMode], ['pa', 'pa']);
  await first.close();
  await second.close();
  assert.equal(system.openFds.size, 0);
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../../../../engine/errors.js';
import { createPciProcess, type PciProcess } from '../../../../../engine/path/pcie/transport/pci-process.js';
import type { TransportDevice } from '../../../../../engine/path/pcie/transport/transport.js';
import { attachVfioCdev } from '../../../../../engine/path/pcie/transport/vfio-cdev.js';
import { readPciFunction } from '../../../../../engine/pci/scan.js';
import { mapAnonymous } from '../../../../../engine/sys/mapping.js';
import { SysfsTree } from '../../../../fixtures/sysfs.js';
import { FakeVfio } from './vfio/fake-vfio.js';

const ADDRESS = '0000:01:00.0';
const OTHER = '0000:02:00.0';
const NODE = '/dev/vfio/devices/vfio0';
let tree: SysfsTree;
let system: FakeVfio;
let process: PciProcess;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  tree.addFunction({ address: OTHER, driver: 'vfio-pci', iommuGroup: 8 });
  system = new FakeVfio();
  process = createPciProcess(system);
});
afterEach(() => tree.remove());

function attach(address = ADDRESS, node = NODE): Promise<TransportDevice> {
  return attachVfioCdev(readPciFunction(tree.root, address), { process, node, sysfsRoot: tree.root });
}

async function refusal(): Promise<EngineError> {
  try {
    await attach();
  } catch (error) {
    assert.ok(error instanceof EngineError);
    return error;
  }
  assert.fail('attached');
}

test('attach binds the device, gives it an address space, maps the BAR, bus mastering last', async () => {
  const device = await attach();
  assert.equal(device.kind, 'vfio-cdev');
  assert.deepEqual(system.log, [
    'open /dev/iommu',
    `open ${NODE}`,
    'VFIO_DEVICE_BIND_IOMMUFD',
    'IOMMU_IOAS_ALLOC',
    'VFIO_DEVICE_ATTACH_IOMMUFD_PT',
    'config 4h = 402h',
    'mmap 16384',
    'open eventfd',
    'VFIO_DEVICE_SET_IRQS of 1 interrupts of index 4',
    'config 4h = 406h',
  ]);
});

test('close takes everything back in the reverse order', async () => {
  const device = await attach();
  device.dma.map(mapAnonymous(4096), 0x20_0000n);
  assert.equal(system.log.at(-1), 'IOMMU_IOAS_MAP of 4 KiB');
  system.log.length = 0;
  await device.close();
  assert.deepEqual(system.log, [
    'config 4h = 402h',
    'IOMMU_IOAS_UNMAP of 4 KiB at 0x200000',
    'VFIO_DEVICE_SET_IRQS off for index 4',
    'close eventfd',
    'retire 255',
    'config 4h = 0h',
    'VFIO_DEVICE_DETACH_IOMMUFD_PT',
    'IOMMU_DESTROY',
    `close ${NODE}`,
    'close /dev/iommu',
  ]);
  assert.equal(system.openFds.size, 0);
});

test('wherever attach fails, nothing stays open and nothing stays enabled', async () => {
  const steps = [
    'open iommufd',
    'open VFIO device',
    'BIND_IOMMUFD',
    'IOAS_ALLOC',
    'VFIO_DEVICE_ATTACH_IOMMUFD_PT',
    'IOVA_RANGES',
    'VFIO_DEVICE_GET_INFO',
    'VFIO_DEVICE_GET_REGION_INFO 0',
    'mmap',
    'of 1 interrupts of index 4',
  ];
  for (const step of steps) {
    system = new FakeVfio();
    process = createPciProcess(system);
    system.failures.set(step, 'EIO');
    const error = await refusal();
    assert.ok(error.op.includes(step), `${step}: ${error.op}`);
    assert.equal(system.openFds.size, 0, step);
    assert.equal(system.command, 0, step);
    const count = (name: string) => system.log.filter((line) => line === name).length;
    assert.equal(count('VFIO_DEVICE_ATTACH_IOMMUFD_PT'), count('VFIO_DEVICE_DETACH_IOMMUFD_PT'), step);
    assert.equal(count('IOMMU_IOAS_ALLOC'), count('IOMMU_DESTROY'), step);
    assert.equal(process.iovaModes.mode, undefined, step);
  }
});

test('more IOVA ranges than the first room are read with more room', async () => {
  system.iovaRanges = Array.from({ length: 100 }, (_, at) => {
    const start = BigInt(at) * 0x1000_0000n;
    return [start, start + 0xfff_ffffn];
  });
  const device = await attach();
  assert.equal(device.dma.iovaRanges.length, 100);
  assert.equal(device.dma.iovaRanges[99].last, 0x6_3fff_ffffn);
  assert.equal(device.dma.pageSizeBytes, 4096);
});

test('each refusal has its own next step', async () => {
  const expected: [string, string, RegExp][] = [
    ['open iommufd', 'ENOENT', /modprobe iommufd.*--attach group/],
    ['open iommufd', 'EACCES', /chmod 0666 \/dev\/iommu/],
    ['open VFIO device', 'EACCES', /chown \$USER \/dev\/vfio\/devices\/vfio0/],
    ['BIND', 'EINVAL', /fuser -v \/dev\/vfio\/devices\/vfio0 \/dev\/vfio\/7/],
    ['BIND', 'EBUSY', /another process holds/],
    ['BIND', 'EPERM', /interrupt remapping.*iommufd\/parameters\/allow_unsafe_interrupts/],
  ];
  for (const [op, errno, hint] of expected) {
    system = new FakeVfio();
    process = createPciProcess(system);
    system.failures.set(op, errno);
    assert.match((await refusal()).hint, hint, `${op} ${errno}`);
  }
});

test('a busy device in a group that is not viable names the members in the way', async () => {
  tree.addFunction({ address: '0000:02:00.1', class: '0x040300', driver: 'snd_hda_intel', iommuGroup: 7 });
  system.failures.set('BIND', 'EBUSY');
  const error = await refusal();
  assert.equal(error.code, 'GROUP_NOT_VIABLE');
  assert.match(error.reason, /0000:02:00\.1 is bound to snd_hda_intel/);
});

test('a memory limit is named for iommufd too', async () => {
  system.memlockBytes = 65_536;
  const device = await attach();
  system.failures.set('IOAS_MAP', 'ENOMEM');
  assert.throws(() => device.dma.map(mapAnonymous(2 ** 20), 0x20_0000n), {
    code: 'DMA_MAP_FAILED',
    reason: /RLIMIT_MEMLOCK is 64 KiB, 1 MiB needed/,
  });
});

test('a second device shares iommufd and address space, and no address is given twice', async () => {
  const first = await attach();
  system.log.length = 0;
  const second = await attach(OTHER, '/dev/vfio/devices/vfio1');
  assert.ok(!system.log.includes('open /dev/iommu'));
  assert.ok(!system.log.includes('IOMMU_IOAS_ALLOC'));
  assert.equal(first.dma.iovas, second.dma.iovas);
  await first.close();
  assert.ok(!system.log.includes('IOMMU_DESTROY'));
  system.log.length = 0;
  await second.close();
  assert.deepEqual(system.log.slice(-3), [
    'IOMMU_DESTROY',
    'close /dev/vfio/devices/vfio1',
    'close /dev/iommu',
  ]);
});

test('closing one device leaves the mappings of the other', async () => {
  const first = await attach();
  const second = await attach(OTHER, '/dev/vfio/devices/vfio1');
  first.dma.map(mapAnonymous(4096), 0x20_0000n);
  second.dma.map(mapAnonymous(4096), 0x40_0000n);
  system.log.length = 0;
  await first.close();
  assert.deepEqual(
    system.log.filter((line) => line.includes('UNMAP')),
    ['IOMMU_IOAS_UNMAP of 4 KiB at 0x200000'],
  );
});

test('a device that the kernel does not let into the shared space gets one of its own', async () => {
  const first = await attach();
  system.refuseOnce('VFIO_DEVICE_ATTACH_IOMMUFD_PT', 'EINVAL');
  const second = await attach(OTHER, '/dev/vfio/devices/vfio1');
  assert.notEqual(first.dma.iovas, second.dma.iovas);
  assert.equal(system.log.filter((line) => line === 'IOMMU_IOAS_ALLOC').length, 2);
  await first.close();
  await second.close();
  assert.equal(system.log.filter((line) => line === 'IOMMU_DESTROY').length, 2);
  assert.equal(system.openFds.size, 0);
});

test('a second device that narrows the space narrows what the first is given', async () => {
  const first = await attach();
  system.iovaRanges = [[0x1000_0000n, 0x1fff_ffffn]];
  await attach(OTHER, '/dev/vfio/devices/vfio1');
  assert.deepEqual(first.dma.iovaRanges, [{ start: 0x1000_0000n, last: 0x1fff_ffffn }]);
  assert.equal(first.dma.iovas?.allocate(4096, 4096), 0x1000_0000n);
});

test('a host with too few interrupt vectors is an error, and nothing stays armed', async () => {
  system.irqCount = 8;
  const device = await attach();
  const before = system.openFds.size;
  system.hostVectors = 3;
  assert.throws(() => device.interrupts?.arm(4), {
    code: 'TOO_FEW_HOST_VECTORS',
    reason: 'the host gives 3 interrupt vectors',
    hint: /fewer queues/,
  });
  assert.equal(system.openFds.size, before);
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../../../../engine/errors.js';
import { attachVfioGroup } from '../../../../../engine/path/pcie/transport/vfio-group.js';
import { mapAnonymous } from '../../../../../engine/sys/mapping.js';
import { SysfsTree } from '../../../../fixtures/sysfs.js';
import { FakeVfio } from './vfio/fake-vfio.js';

const ADDRESS = '0000:01:00.0';
let tree: SysfsTree;
let system: FakeVfio;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 7 });
  system = new FakeVfio();
});
afterEach(() => tree.remove());

const attach = () => attachVfioGroup(ADDRESS, { sysfsRoot: tree.root, system });

async function refusal(): Promise<EngineError> {
  try {
    await attach();
  } catch (error) {
    assert.ok(error instanceof EngineError);
    return error;
  }
  assert.fail('attached');
}

test('attach takes container, group, device, BAR and DMA, bus mastering last', async () => {
  await attach();
  assert.deepEqual(system.log, [
    'open /dev/vfio/7',
    'open /dev/vfio/vfio',
    'VFIO_GROUP_SET_CONTAINER',
    'VFIO_SET_IOMMU VFIO_TYPE1v2_IOMMU',
    `open device ${ADDRESS}`,
    'config 4h = 402h',
    'mmap 16384',
    'open eventfd',
    'VFIO_DEVICE_SET_IRQS of 1 interrupts of index 4',
    'config 4h = 406h',
  ]);
});

test('close takes everything back in the reverse order, with DMA and bus mastering first', async () => {
  const device = await attach();
  device.dma.map(mapAnonymous(4096), 0x20_0000n);
  system.log.length = 0;
  await device.close();
  assert.deepEqual(system.log, [
    'config 4h = 402h',
    'VFIO_IOMMU_UNMAP_DMA of 4 KiB at 0x200000',
    'VFIO_DEVICE_SET_IRQS off for index 4',
    'close eventfd',
    'retire 255',
    'config 4h = 0h',
    `close device ${ADDRESS}`,
    'VFIO_GROUP_UNSET_CONTAINER',
    'close /dev/vfio/7',
    'close /dev/vfio/vfio',
  ]);
  assert.equal(system.openFds.size, 0);
});

test('closing twice closes once', async () => {
  const device = await attach();
  await Promise.all([device.close(), device.close()]);
  const before = system.log.length;
  await device.close();
  assert.equal(system.log.length, before);
});

test('the command register is restored to what it was', async () => {
  system.config.set([0x06, 0x01], 4); // SERR, bus master and memory
  const device = await attach();
  assert.equal(system.command, 0x506);
  await device.close();
  assert.equal(system.command, 0x106);
});

test('close goes on past a step that fails and reports it', async () => {
  const device = await attach();
  system.failures.set('VFIO_GROUP_UNSET_CONTAINER', 'EBUSY');
  await assert.rejects(device.close(), (error: unknown) => {
    assert.ok(error instanceof EngineError);
    return error.code === 'DETACH_INCOMPLETE' && /UNSET_CONTAINER.*EBUSY/.test(error.reason);
  });
  assert.equal(system.openFds.size, 0);
});

test('wherever attach fails, nothing stays open and nothing stays enabled', async () => {
  const steps = [
    'VFIO_GET_API_VERSION',
    'VFIO_CHECK_EXTENSION',
    'open VFIO group',
    'VFIO_GROUP_GET_STATUS',
    'VFIO_GROUP_SET_CONTAINER',
    'VFIO_SET_IOMMU',
    'VFIO_GROUP_GET_DEVICE_FD',
    'VFIO_DEVICE_GET_INFO',
    'VFIO_DEVICE_GET_REGION_INFO 7',
    'VFIO_DEVICE_GET_REGION_INFO 0',
    'mmap',
    'VFIO_DEVICE_GET_IRQ_INFO',
    'of 1 interrupts of index 4',
    'VFIO_IOMMU_GET_INFO',
  ];
  for (const step of steps) {
    system = new FakeVfio();
    system.failures.set(step, 'EIO');
    const error = await refusal();
    assert.ok(error.op.includes(step), `${step}: ${error.op}`);
    assert.equal(system.openFds.size, 0, step);
    assert.equal(system.command, 0, step);
    const joined = system.log.includes('VFIO_GROUP_SET_CONTAINER');
    assert.equal(system.log.includes('VFIO_GROUP_UNSET_CONTAINER'), joined, step);
  }
});

test('a missing container says how to load VFIO', async () => {
  system.failures.set('open VFIO container', 'ENOENT');
  assert.match((await refusal()).hint, /modprobe vfio-pci/);
});

test('each refusal of the group has its own next step', async () => {
  const expected = {
    ENOENT: /bind 0000:01:00\.0 to vfio-pci/,
    EACCES: /chown/,
    EBUSY: /fuser -v \/dev\/vfio\/7/,
  };
  for (const [errno, hint] of Object.entries(expected)) {
    system.failures.set('open VFIO group', errno);
    assert.match((await refusal()).hint, hint);
  }
});

test('missing interrupt remapping is named', async () => {
  system.failures.set('VFIO_SET_IOMMU', 'EPERM');
  assert.match((await refusal()).hint, /interrupt remapping.*allow_unsafe_interrupts/);
});

test('a kernel without type 1 v2 is refused', async () => {
  system.hasType1v2 = false;
  assert.equal((await refusal()).code, 'TYPE1V2_MISSING');
});

test('another API version is refused', async () => {
  system.apiVersion = 1;
  assert.equal((await refusal()).code, 'VFIO_API_VERSION');
});

test('a group that is not viable names the members in the way', async () => {
  tree.addFunction({ address: '0000:02:00.1', class: '0x040300', driver: 'snd_hda_intel', iommuGroup: 7 });
  system.groupFlags = 0;
  const error = await refusal();
  assert.equal(error.code, 'GROUP_NOT_VIABLE');
  assert.match(error.reason, /0000:02:00\.1 is bound to snd_hda_intel/);
});

test('a group without an IOMMU is refused with the risk, and nothing is opened', async () => {
  tree.group(ADDRESS, 7, 'vfio-noiommu');
  const error = await refusal();
  assert.equal(error.code, 'UNSAFE_DMA_REFUSED');
  assert.match(error.reason, /overwrites any memory of the machine/);
  assert.match(error.hint, /allow_unsafe_dma: true/);
  assert.deepEqual(system.log, []);
});

test('a group without an IOMMU is attached with permission, by physical addresses and with a warning', async () => {
  tree.group(ADDRESS, 7, 'vfio-noiommu');
  const device = await attachVfioGroup(ADDRESS, { sysfsRoot: tree.root, system, allowUnsafeDma: true });
  assert.deepEqual(system.log.slice(0, 5), [
    'open /dev/vfio/noiommu-7',
    'open /dev/vfio/vfio',
    'VFIO_GROUP_SET_CONTAINER',
    'VFIO_SET_IOMMU VFIO_NOIOMMU_IOMMU',
    `open device ${ADDRESS}`,
  ]);
  assert.equal(device.kind, 'vfio-noiommu');
  assert.equal(device.dma.iovaMode, 'pa');
  assert.deepEqual(
    device.warnings.map((warning) => warning.code),
    ['unsafe-dma'],
  );
  device.dma.map(mapAnonymous(4096), 0x20_0000n);
  await device.close();
  assert.ok(!system.log.some((line) => line.includes('MAP_DMA')));
  assert.equal(system.openFds.size, 0);
});

test('a function without a group is refused', async () => {
  tree.addFunction({ address: '0000:03:00.0', driver: 'vfio-pci' });
  await assert.rejects(attachVfioGroup('0000:03:00.0', { sysfsRoot: tree.root, system }), {
    code: 'NO_IOMMU_GROUP',
  });
  assert.equal(system.openFds.size, 0);
});

test('a device without removal interrupt is attached all the same', async () => {
  system.irqCount = 0;
  const device = await attach();
  assert.ok(!system.log.includes('open eventfd'));
  await device.close();
  assert.equal(system.openFds.size, 0);
});

test('the IOMMU states its ranges once it is given room for them', async () => {
  const device = await attach();
  assert.deepEqual(device.dma.iovaRanges, [
    { start: 0n, last: 0xfedf_ffffn },
    { start: 0xfef0_0000n, last: 0x7f_ffff_ffffn },
  ]);
  assert.equal(device.dma.mappingsAvailable, 65_535);
});

test('registers and doorbells are the mapped BAR', async () => {
  const device = await attach();
  assert.equal(device.registers.read64(0), 0x30_0800_00ffn);
  assert.equal(device.doorbells.address, (system.bar?.address ?? 0n) + 0x1000n);
  assert.equal(device.doorbells.lengthBytes, 0x3000);
  assert.equal(device.software, false);
  await device.close();
  assert.equal(device.registers.read32(0x1c), 0xffff_ffff);
});

test('a live device is not lost', async () => {
  const device = await attach();
  assert.equal(device.lost(), undefined);
});

test('a device that the kernel asks back says so again and again, and is not lost yet', async () => {
  const device = await attach();
  assert.equal(device.askedBack?.(), undefined);
  system.signals = 1n;
  assert.match(device.askedBack?.() ?? '', /asks for the device back/);
  assert.match(device.askedBack?.() ?? '', /asks for the device back/);
  assert.equal(device.lost(), undefined);
});

test('where what follows the steps fails, they are taken back', async () => {
  system.failures.set('VFIO_DEVICE_GET_IRQ_INFO 2', 'EIO');
  assert.equal((await refusal()).code, 'EIO');
  assert.equal(system.openFds.size, 0);
  assert.equal(system.command, 0);
});

test('all ones or all zero in every probed register is a lost device', async () => {
  for (const value of [0xffff_ffff, 0]) {
    const device = await attach();
    new Uint32Array(system.bar?.buffer ?? new ArrayBuffer(0)).fill(value);
    assert.match(device.lost() ?? '', /vanished/);
  }
});

test('a device that is gone is closed without complaint', async () => {
  const device = await attach();
  system.config.fill(0xff);
  await device.close();
  assert.equal(system.openFds.size, 0);
});

test('reset is done where the device has one, and leaves it enabled', async () => {
  const device = await attach();
  system.config.set([0, 0], 4);
  assert.equal(await device.reset(), true);
  assert.ok(system.log.includes('VFIO_DEVICE_RESET'));
  assert.equal(system.command, 0x406);
});

test('reset answers false where the device has none', async () => {
  system.deviceFlags = 2;
  const device = await attach();
  assert.equal(await device.reset(), false);
  assert.ok(!system.log.includes('VFIO_DEVICE_RESET'));
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  createPciProcess,
  type PciProcess,
} from '../../../../../../engine/path/pcie/transport/pci-process.js';
import type { TransportDevice } from '../../../../../../engine/path/pcie/transport/transport.js';
import { attachVfioGroup } from '../../../../../../engine/path/pcie/transport/vfio-group.js';
import { mapAnonymous } from '../../../../../../engine/sys/mapping.js';
import { SysfsTree } from '../../../../../fixtures/sysfs.js';
import { FakeVfio } from './fake-vfio.js';

let tree: SysfsTree;
let system: FakeVfio;
let process: PciProcess;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: '0000:01:00.0', driver: 'vfio-pci', iommuGroup: 7 });
  tree.addFunction({ address: '0000:02:00.0', driver: 'vfio-pci', iommuGroup: 8 });
  tree.addFunction({ address: '0000:02:00.1', driver: 'vfio-pci', iommuGroup: 8 });
  system = new FakeVfio();
  process = createPciProcess(system);
});
afterEach(() => tree.remove());

const attach = (address: string): Promise<TransportDevice> =>
  attachVfioGroup(address, { sysfsRoot: tree.root, process });
const times = (line: string): number => system.log.filter((each) => each === line).length;

test('two groups share one container, whose IOMMU is set once', async () => {
  const first = await attach('0000:01:00.0');
  const second = await attach('0000:02:00.0');
  assert.equal(times('open /dev/vfio/vfio'), 1);
  assert.equal(times('VFIO_SET_IOMMU VFIO_TYPE1v2_IOMMU'), 1);
  assert.equal(times('VFIO_GROUP_SET_CONTAINER'), 2);
  assert.equal(first.dma.iovas, second.dma.iovas);
});

test('the container is closed with the last of its groups, in whatever order they go', async () => {
  const first = await attach('0000:01:00.0');
  const second = await attach('0000:02:00.0');
  await first.close();
  assert.equal(times('close /dev/vfio/vfio'), 0);
  second.dma.map(mapAnonymous(4096), 0x20_0000n);
  await second.close();
  assert.equal(times('close /dev/vfio/vfio'), 1);
  assert.equal(system.openFds.size, 0);
});

test('a group that the kernel does not let in gets a container of its own', async () => {
  for (const errno of ['EINVAL', 'EBUSY']) {
    system = new FakeVfio();
    process = createPciProcess(system);
    const first = await attach('0000:01:00.0');
    system.refuseOnce('VFIO_GROUP_SET_CONTAINER', errno);
    const second = await attach('0000:02:00.0');
    assert.equal(times('open /dev/vfio/vfio'), 2, errno);
    assert.notEqual(first.dma.iovas, second.dma.iovas);
    await first.close();
    await second.close();
    assert.equal(system.openFds.size, 0);
  }
});

test('two controllers of one group open it once', async () => {
  const first = await attach('0000:02:00.0');
  const second = await attach('0000:02:00.1');
  assert.equal(times('open /dev/vfio/8'), 1);
  assert.equal(times('VFIO_GROUP_SET_CONTAINER'), 1);
  await first.close();
  assert.equal(times('VFIO_GROUP_UNSET_CONTAINER'), 0);
  await second.close();
  assert.equal(times('VFIO_GROUP_UNSET_CONTAINER'), 1);
  assert.equal(system.openFds.size, 0);
});

test('mappings of both count against the limit of their container', async () => {
  const first = await attach('0000:01:00.0');
  const second = await attach('0000:02:00.0');
  first.dma.map(mapAnonymous(4096), 0x20_0000n);
  second.dma.map(mapAnonymous(4096), 0x40_0000n);
  assert.equal(first.dma.mappingsAvailable, 65_533);
});

test('where the second fails, the first keeps what it has', async () => {
  const first = await attach('0000:01:00.0');
  system.refuseOnce('VFIO_GROUP_GET_DEVICE_FD', 'EBUSY');
  await assert.rejects(attach('0000:02:00.0'), { code: 'EBUSY' });
  assert.equal(times('close /dev/vfio/vfio'), 0);
  first.dma.map(mapAnonymous(4096), 0x20_0000n);
  await first.close();
  assert.equal(system.openFds.size, 0);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { blockDevicesOf } from '../../../engine/disks/block.js';
import { placeMounts } from '../../../engine/disks/mount-devices.js';
import { parseMountinfo } from '../../../engine/disks/mounts.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
let tree: SysfsTree;
let controller: string;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'nvme' });
  controller = tree.addController(ADDRESS, 'nvme0');
});
afterEach(() => tree.remove());

/** Where links of /dev lead. */
const IDS: Readonly<Record<string, string>> = { '/dev/mapper/data': 'b253:7' };

const mountLine = (dev: string, source: string, mountPoint: string) =>
  `36 35 ${dev} / ${mountPoint} rw,noatime shared:1 - ext4 ${source} rw`;

function devices(...mountinfo: string[]) {
  const dir = join(tree.root, 'bus/pci/devices', ADDRESS);
  const mounts = placeMounts(parseMountinfo(mountinfo.join('\n')), tree.root, (path) => IDS[path]);
  return blockDevicesOf(dir, mounts, tree.root).map(({ name, holders, mounts: found }) => ({
    name,
    holders,
    mounts: found.map(({ mountPoint }) => ({ mountPoint })),
  }));
}

const mountPoints = (...mountinfo: string[]) =>
  devices(...mountinfo).flatMap((device) => device.mounts.map((mount) => mount.mountPoint));

test('a function without a kernel controller backs nothing', () => {
  tree.addFunction({ address: '0000:05:00.0', driver: 'vfio-pci' });
  assert.deepEqual(blockDevicesOf(join(tree.root, 'bus/pci/devices/0000:05:00.0'), [], tree.root), []);
});

test('namespaces of the controller are its block devices, and nothing else is', () => {
  tree.addBlock(controller, { name: 'nvme0n2', dev: '259:4' });
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0' });
  tree.write(`${controller}/ng0n1/dev`, '234:0\n');
  tree.write(`${controller}/hwmon0/name`, 'nvme\n');
  assert.deepEqual(devices(), [
    { name: 'nvme0n1', holders: [], mounts: [] },
    { name: 'nvme0n2', holders: [], mounts: [] },
  ]);
});

test('a multipath path counts as the head of its subsystem', () => {
  tree.write(`${controller}/nvme3c0n1/size`, '0\n');
  tree.addBlock('devices/virtual/nvme-subsystem/nvme-subsys3', { name: 'nvme3n1', dev: '259:0' });
  const [device] = devices(mountLine('259:0', '/dev/nvme3n1', '/data'));
  assert.equal(device.name, 'nvme3n1');
  assert.equal(device.mounts[0].mountPoint, '/data');
});

test('a mounted partition is found by its device number', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0', partitions: { nvme0n1p2: '259:2' } });
  assert.deepEqual(mountPoints(mountLine('259:2', '/dev/root', '/')), ['/']);
});

test('a mount with a device number of its own is found by its source', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0', partitions: { nvme0n1p2: '259:2' } });
  assert.deepEqual(mountPoints(mountLine('0:31', '/dev/nvme0n1p2', '/home')), ['/home']);
});

test('mounts of other disks do not count, also where their names begin alike', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0' });
  const others = [mountLine('259:9', '/dev/nvme0n11', '/a'), mountLine('8:1', '/dev/sda1', '/b')];
  assert.deepEqual(mountPoints(...others), []);
});

test('a volume stacked on a partition is a holder and its mount counts', () => {
  tree.addBlock(controller, {
    name: 'nvme0n1',
    dev: '259:0',
    partitions: { nvme0n1p3: '259:3' },
    holders: [{ on: 'nvme0n1p3', name: 'dm-0', dev: '253:0' }],
  });
  const [device] = devices(mountLine('253:0', '/dev/mapper/vg-root', '/srv'));
  assert.deepEqual(device.holders, ['dm-0']);
  assert.deepEqual(
    device.mounts.map((mount) => mount.mountPoint),
    ['/srv'],
  );
});

test('a btrfs on a volume is found by where its source leads', () => {
  tree.addBlock(controller, {
    name: 'nvme0n1',
    dev: '259:0',
    holders: [{ on: 'nvme0n1', name: 'dm-7', dev: '253:7' }],
  });
  assert.deepEqual(mountPoints(mountLine('0:44', '/dev/mapper/data', '/data')), ['/data']);
});

test('every device of a btrfs of several counts as mounted', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0' });
  tree.write('fs/btrfs/1b2c/devices/sda2/dev', '8:2\n');
  tree.link('fs/btrfs/1b2c/devices/nvme0n1', `${controller}/nvme0n1`);
  const line = mountLine('0:44', '/dev/sda2', '/srv');
  assert.deepEqual(
    placeMounts(parseMountinfo(line), tree.root, (path) => (path === '/dev/sda2' ? 'b8:2' : undefined)).map(
      ({ deviceIds }) => [...deviceIds],
    ),
    [['b0:44', 'b8:2', 'b259:0']],
  );
});

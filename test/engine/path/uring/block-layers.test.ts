/** What stands between a block device and its disks, by a tree of sysfs. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { blockLayers } from '../../../../engine/path/uring/block-layers.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';

const QUEUE = {
  'queue/scheduler': '[none] mq-deadline',
  'queue/nr_requests': '1023',
  'queue/write_cache': 'write back',
  'queue/iostats': '1',
  'queue/io_poll': '0',
};
const DISK = {
  name: 'nvme0n1',
  scheduler: 'none',
  requests: 1023,
  writeCache: 'write back',
  ioStats: true,
  pollQueues: false,
};

let tree: SysfsTree;
beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

/** A disk `259:index*10` with a partition after it. */
function addDisk(index: number, attributes: Readonly<Record<string, string>> = QUEUE): string {
  const address = `0000:0${index + 1}:00.0`;
  const name = `nvme${index}n1`;
  tree.addFunction({ address, driver: 'nvme' });
  const controller = tree.addController(address, `nvme${index}`);
  const partitions = { [`${name}p1`]: `259:${index * 10 + 1}` };
  tree.addBlock(controller, { name, dev: `259:${index * 10}`, partitions, attributes });
  tree.write(`${controller}/${name}/${name}p1/partition`, '1\n');
  return controller;
}

/** A device of another kind on those below it, each by its folder. */
function stack(name: string, dev: string, below: readonly string[]): void {
  const dir = `devices/virtual/block/${name}`;
  tree.write(`${dir}/dev`, `${dev}\n`);
  tree.link(`dev/block/${dev}`, dir);
  for (const each of below) tree.link(`${dir}/slaves/${each.replace(/.*\//, '')}`, each);
}

test('a disk stands alone, with the settings of its queue', () => {
  addDisk(0);
  assert.deepEqual(blockLayers(['259:0'], tree.root), { layers: [], disks: [DISK] });
});

test('the scheduler in force is told of several, and one that is the only one', () => {
  addDisk(0, { 'queue/scheduler': 'none [mq-deadline] kyber' });
  addDisk(1, { 'queue/scheduler': 'none' });
  const found = ['259:0', '259:10'].map((number) => blockLayers([number], tree.root).disks[0].scheduler);
  assert.deepEqual(found, ['mq-deadline', 'none']);
});

test('what sysfs does not say is not known', () => {
  addDisk(0, {});
  const { name, ...rest } = blockLayers(['259:0'], tree.root).disks[0];
  assert.equal(name, 'nvme0n1');
  assert.ok(Object.values(rest).every((value) => value === undefined));
});

test('a partition is a layer, and the queue is that of its disk', () => {
  addDisk(0);
  assert.deepEqual(blockLayers(['259:1'], tree.root), {
    layers: [{ name: 'nvme0n1p1', kind: 'partition', what: 'partition of nvme0n1' }],
    disks: [DISK],
  });
});

test('a volume on a partition has both between, from the top', () => {
  const controller = addDisk(0);
  stack('dm-0', '253:0', [`${controller}/nvme0n1/nvme0n1p1`]);
  tree.write('devices/virtual/block/dm-0/dm/uuid', 'LVM-x\n');
  tree.write('devices/virtual/block/dm-0/dm/name', 'vg-data\n');
  const { layers, disks } = blockLayers(['253:0'], tree.root);
  assert.deepEqual(
    layers.map(({ name, kind, what }) => [name, kind, what]),
    [
      ['dm-0', 'filter', 'LVM volume vg-data'],
      ['nvme0n1p1', 'partition', 'partition of nvme0n1'],
    ],
  );
  assert.deepEqual(disks, [DISK]);
});

test('an array has all of its disks, each once', () => {
  const [a, b] = [addDisk(0), addDisk(1)];
  stack('md0', '9:0', [`${a}/nvme0n1`, `${b}/nvme1n1`]);
  tree.write('devices/virtual/block/md0/md/level', 'raid1\n');
  tree.write('devices/virtual/block/dm-1/dm/uuid', 'x\n');
  stack('dm-1', '253:1', ['devices/virtual/block/md0', `${a}/nvme0n1`]);
  const { layers, disks } = blockLayers(['253:1'], tree.root);
  assert.deepEqual(
    layers.map(({ name, kind, what }) => [name, kind, what]),
    [
      ['dm-1', 'filter', 'device mapper device'],
      ['md0', 'filter', 'md raid1 array'],
    ],
  );
  assert.deepEqual(disks.map(({ name }) => name).sort(), ['nvme0n1', 'nvme1n1']);
});

test('the head of a namespace under native multipath stands on the hidden disks of its paths', () => {
  const subsystem = 'devices/virtual/nvme-subsystem/nvme-subsys0';
  tree.addFunction({ address: '0000:01:00.0', driver: 'nvme' });
  const controller = tree.addController('0000:01:00.0', 'nvme0');
  for (const [path, text] of Object.entries(QUEUE))
    tree.write(`${controller}/nvme0c0n1/${path}`, `${text}\n`);
  tree.write(`${controller}/nvme0c0n2/queue/scheduler`, '[mq-deadline] none\n');
  tree.link(`${subsystem}/nvme0`, controller);
  tree.addBlock(subsystem, { name: 'nvme0n1', dev: '259:0', attributes: { 'queue/scheduler': 'none' } });
  assert.deepEqual(blockLayers(['259:0'], tree.root), {
    layers: [{ name: 'nvme0n1', kind: 'multipath', what: 'NVMe multipath' }],
    disks: [{ ...DISK, name: 'nvme0c0n1' }],
  });
});

test('a number that no block device has, as that of a btrfs, has nothing below', () => {
  assert.deepEqual(blockLayers(['0:45'], tree.root), { layers: [], disks: [] });
});

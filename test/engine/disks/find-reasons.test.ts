import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { findUses } from '../../../engine/disks/find-reasons.js';
import type { Use } from '../../../engine/disks/reason.js';
import { type FakeKernelOptions, fakeKernel, ROOT_ELSEWHERE } from '../../fixtures/fake-kernel.js';
import { writeGolden } from '../../fixtures/signatures.js';
import { type BlockShape, SysfsTree } from '../../fixtures/sysfs.js';

const ADDRESS = '0000:01:00.0';
const DISK_BYTES = 2 ** 20;
let tree: SysfsTree;
let controller: string;
beforeEach(() => {
  tree = new SysfsTree();
  tree.addFunction({ address: ADDRESS, driver: 'nvme', iommuGroup: 7 });
  controller = tree.addController(ADDRESS, 'nvme0');
});
afterEach(() => tree.remove());

/** A blank disk nvme0n1, with partitions and holders, whose nodes read as zeroes. */
function addDisk(shape: Partial<BlockShape> = {}): void {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0', ...shape });
  for (const name of ['nvme0n1', ...Object.keys(shape.partitions ?? {})])
    tree.write(`dev/${name}`, '\0'.repeat(DISK_BYTES));
  tree.write(`${controller}/nvme0n1/size`, `${DISK_BYTES / 512}\n`);
  for (const name of Object.keys(shape.partitions ?? {}))
    tree.write(`${controller}/nvme0n1/${name}/size`, `${DISK_BYTES / 512}\n`);
}

const uses = (options: FakeKernelOptions = {}): Use[] => findUses(fakeKernel(tree.root, options), ADDRESS);
const found = (options: FakeKernelOptions = {}): string[] => uses(options).map((each) => each.found);
const mount = (dev: string, where: string, source: string): void =>
  tree.write(
    'proc/self/mountinfo',
    `${where === '/' ? '' : ROOT_ELSEWHERE}30 1 ${dev} / ${where} rw,relatime - ext4 ${source} rw\n`,
  );

test('a blank disk that nobody uses is idle', () => {
  addDisk();
  assert.deepEqual(uses(), []);
});

test('a function without a disk is idle', () => {
  assert.deepEqual(uses(), []);
});

test('a mounted partition is named with its mount point and how to end it', () => {
  addDisk({ partitions: { nvme0n1p2: '259:2' } });
  mount('259:2', '/data', '/dev/nvme0n1p2');
  const [use] = uses();
  assert.deepEqual(use, {
    kind: 'mounted',
    found: 'nvme0n1p2 is mounted on /data',
    remedy: 'umount /data',
    overridable: true,
  });
});

test('the root disk cannot be overridden, also through LVM on dm-crypt', () => {
  addDisk({ holders: [{ on: 'nvme0n1', name: 'dm-0', dev: '254:0' }] });
  tree.write('devices/virtual/block/dm-1/dev', '254:1\n');
  tree.link('block/dm-1', 'devices/virtual/block/dm-1');
  tree.link('dev/block/254:1', 'devices/virtual/block/dm-1');
  tree.link('devices/virtual/block/dm-0/holders/dm-1', 'devices/virtual/block/dm-1');
  tree.write('devices/virtual/block/dm-0/dm/uuid', 'CRYPT-LUKS2-0123-crypt\n');
  tree.write('devices/virtual/block/dm-0/dm/name', 'crypt\n');
  tree.write('devices/virtual/block/dm-1/dm/uuid', 'LVM-abcdef\n');
  tree.write('devices/virtual/block/dm-1/dm/name', 'vg-root\n');
  mount('254:1', '/', '/dev/mapper/vg-root');
  assert.deepEqual(
    uses().map(({ kind, overridable }) => [kind, overridable]),
    [
      ['root-disk', false],
      ['holder', true],
      ['holder', true],
    ],
  );
  assert.deepEqual(found().slice(1), [
    'nvme0n1 is held by dm-0 (dm-crypt device crypt)',
    'nvme0n1 is held by dm-1 (LVM volume vg-root)',
  ]);
});

/** dm-0 (dm-crypt) on the disk. */
function addCrypt(): void {
  addDisk({ holders: [{ on: 'nvme0n1', name: 'dm-0', dev: '254:0' }] });
  tree.write('devices/virtual/block/dm-0/dm/uuid', 'CRYPT-LUKS2-0123-luks-root\n');
}

const kinds = (options: FakeKernelOptions = {}): [string, boolean][] =>
  uses(options).map(({ kind, overridable }) => [kind, overridable]);

test('a btrfs on dm-crypt as root is found, though its number is anonymous and its source a link', () => {
  addCrypt();
  mount('0:30', '/', '/dev/mapper/luks-root');
  const deviceIds = { '/dev/mapper/luks-root': 'b254:0' };
  assert.deepEqual(kinds({ deviceIds }), [
    ['root-disk', false],
    ['holder', true],
  ]);
});

test('the second disk of a btrfs that is root is a root disk', () => {
  addDisk();
  tree.write('fs/btrfs/1b2c/devices/sda2/dev', '8:2\n');
  tree.link('fs/btrfs/1b2c/devices/nvme0n1', `${controller}/nvme0n1`);
  mount('0:30', '/', '/dev/sda2');
  assert.deepEqual(kinds({ deviceIds: { '/dev/sda2': 'b8:2' } }), [['root-disk', false]]);
});

test('where / is an overlay, nobody may insist on a disk that has a mount', () => {
  addDisk();
  tree.write(
    'proc/self/mountinfo',
    '30 1 0:26 / / rw - overlay composefs rw\n31 30 259:0 / /sysroot rw - xfs /dev/nvme0n1 rw\n',
  );
  assert.deepEqual(kinds(), [['mounted', false]]);
  assert.match(uses()[0].remedy, /nothing overrides this where \/ shows on no disk/);
});

test('where / is ZFS, nobody may insist on a disk that the kernel has open for itself', () => {
  addDisk({ partitions: { nvme0n1p2: '259:2' } });
  tree.write('proc/self/mountinfo', '30 1 0:26 / / rw - zfs rpool/ROOT/system rw\n');
  tree.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/nvme0n1p2 partition 1024 0 -2\n');
  assert.deepEqual(kinds({ claimError: () => 'EBUSY' }), [
    ['swap', true],
    ['exclusive', false],
  ]);
});

test('where / shows on no disk, nobody may insist on a disk that something holds', () => {
  addCrypt();
  mount('0:30', '/', 'tank/root');
  assert.deepEqual(kinds(), [['holder', false]]);
});

test('where / shows on no disk, nobody may insist on a disk that cannot be opened', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0' });
  mount('0:30', '/', 'overlay');
  assert.deepEqual(kinds(), [['unreadable', false]]);
});

test('where / is a file behind device-mapper and a loop device, the disk of that file is unknown', () => {
  addDisk();
  tree.write('devices/virtual/block/loop0/dev', '7:0\n');
  tree.write('devices/virtual/block/dm-0/dev', '254:0\n');
  tree.link('devices/virtual/block/dm-0/slaves/loop0', 'devices/virtual/block/loop0');
  tree.link('dev/block/254:0', 'devices/virtual/block/dm-0');
  tree.write(
    'proc/self/mountinfo',
    '30 1 254:0 / / rw - ext4 /dev/mapper/live rw\n31 30 259:0 / /live rw - vfat /dev/nvme0n1 rw\n',
  );
  assert.deepEqual(kinds(), [['mounted', false]]);
});

test('where / shows on no disk, an idle disk with a signature can still be insisted on', () => {
  addDisk();
  mount('0:30', '/', 'overlay');
  writeGolden('lvm', join(tree.root, 'dev/nvme0n1'));
  assert.deepEqual(kinds(), [['signature', true]]);
});

test('what process 1 has mounted counts too', () => {
  addDisk();
  tree.write('proc/1/mountinfo', '30 1 259:0 / /srv rw - xfs /dev/nvme0n1 rw\n');
  assert.deepEqual(found(), ['nvme0n1 is mounted on /srv']);
});

test('swap on a partition is named', () => {
  addDisk({ partitions: { nvme0n1p1: '259:1' } });
  tree.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/nvme0n1p1 partition 1024 0 -2\n');
  assert.deepEqual(found(), ['nvme0n1p1 is swap']);
});

const HOLDERS: readonly [name: string, files: Record<string, string>, kind: string][] = [
  ['md127', { 'md/level': 'raid1\n' }, 'md raid1 array'],
  ['dm-3', { 'dm/uuid': 'mpath-3600508b400105e21\n', 'dm/name': 'mpatha\n' }, 'multipath device mpatha'],
  ['dm-4', { 'dm/uuid': '\n', 'dm/name': 'flat\n' }, 'device mapper device flat'],
  ['bcache0', { 'bcache/state': 'clean\n' }, 'bcache device'],
];
for (const [name, files, kind] of HOLDERS) {
  test(`a holder is known as ${kind}`, () => {
    addDisk({ holders: [{ on: 'nvme0n1', name, dev: '250:0' }] });
    for (const [path, text] of Object.entries(files))
      tree.write(`devices/virtual/block/${name}/${path}`, text);
    assert.deepEqual(found(), [`nvme0n1 is held by ${name} (${kind})`]);
  });
}

test('a loop device on the disk is named', () => {
  addDisk();
  tree.write('devices/virtual/block/loop0/loop/backing_file', `${tree.root}/dev/nvme0n1\n`);
  tree.link('block/loop0', 'devices/virtual/block/loop0');
  assert.match(found()[0], /\/dev\/nvme0n1 is behind loop0$/);
});

test('an exclusive open elsewhere is found by EBUSY', () => {
  addDisk();
  const [use] = uses({ claimError: () => 'EBUSY' });
  assert.equal(use.kind, 'exclusive');
  assert.match(use.remedy, /zpool status/);
});

test('a signature on the disk or on a partition is named', () => {
  addDisk({ partitions: { nvme0n1p1: '259:1' } });
  writeGolden('squashfs', join(tree.root, 'dev/nvme0n1p1'));
  assert.deepEqual(found(), ['nvme0n1p1 holds a signature: SquashFS file system']);
  writeGolden('swap', join(tree.root, 'dev/nvme0n1'));
  assert.deepEqual(found()[0], 'nvme0n1 holds a signature: swap area');
});

test('a disk that cannot be read counts as used', () => {
  tree.addBlock(controller, { name: 'nvme0n1', dev: '259:0' });
  assert.deepEqual(
    uses().map(({ kind, overridable }) => [kind, overridable]),
    [['unreadable', true]],
  );
});

test('a program that has the disk or the controller open is named', () => {
  addDisk();
  tree.write('proc/812/comm', 'smartd\n');
  mkdirSync(join(tree.root, 'proc/812/fd'), { recursive: true });
  symlinkSync(join(tree.root, 'dev/nvme0'), join(tree.root, 'proc/812/fd/4'));
  const [use] = uses();
  assert.match(use.found, /^smartd \(process 812\) has .*\/dev\/nvme0 open$/);
  assert.equal(use.kind, 'open');
});

/** A process with one file open. */
function addProcess(pid: number, name: string, target: string): string {
  const link = join(tree.root, `proc/${pid}/fd/4`);
  tree.write(`proc/${pid}/comm`, `${name}\n`);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
  return link;
}

test('a program of a container that has the disk open under another name is found by its number', () => {
  addDisk({ partitions: { nvme0n1p1: '259:1' } });
  const link = addProcess(500, 'mysqld', '/dev/xvdb');
  const [first] = uses({ deviceIds: { [link]: 'b259:1' } });
  assert.match(first.found, /^mysqld \(process 500\) has .*\/dev\/nvme0n1p1 open$/);
});

test('a program that has the controller open under another name is found by its number', () => {
  addDisk();
  tree.write(`${controller}/dev`, '236:0\n');
  const link = addProcess(501, 'nvme', '/tmp/controller');
  assert.deepEqual(kinds({ deviceIds: { [link]: 'c236:0' } }), [['open', true]]);
});

test('a character device with the number of the disk is not the disk', () => {
  addDisk();
  const link = addProcess(502, 'cat', '/dev/other');
  assert.deepEqual(uses({ deviceIds: { [link]: 'c259:0' } }), []);
});

test('a loop device whose backing file leads to the disk is named', () => {
  addDisk();
  tree.write('devices/virtual/block/loop3/loop/backing_file', '/var/lib/kubelet/volume\n');
  tree.link('block/loop3', 'devices/virtual/block/loop3');
  const deviceIds = { '/var/lib/kubelet/volume': 'b259:0' };
  assert.match(found({ deviceIds })[0], /\/dev\/nvme0n1 is behind loop3$/);
});

/** The attributes of a namespace that the NVMe-oF target offers. */
function addTarget(offer: string, path: string, enable: string): void {
  tree.write(`kernel/config/nvmet/subsystems/nqn.test/${offer}/device_path`, `${path}\n`);
  tree.write(`kernel/config/nvmet/subsystems/nqn.test/${offer}/enable`, `${enable}\n`);
}

test('a namespace of the NVMe-oF target on a partition is named, and how to end it', () => {
  addDisk({ partitions: { nvme0n1p1: '259:1' } });
  addTarget('namespaces/1', '/dev/disk/by-id/part', '1');
  const [use] = uses({ deviceIds: { '/dev/disk/by-id/part': 'b259:1' } });
  assert.equal(use.kind, 'target');
  assert.match(use.found, /nvme0n1p1 is offered by the kernel's NVMe-oF target \(subsystem nqn\.test\)/);
  assert.match(use.remedy, /^echo 0 > .*namespaces\/1\/enable$/);
});

test('a controller that the NVMe-oF target passes through is named', () => {
  addDisk();
  addTarget('passthru', join(tree.root, 'dev/nvme0'), '1');
  assert.deepEqual(kinds(), [['target', true]]);
});

test('a namespace of the NVMe-oF target that is switched off does not count', () => {
  addDisk();
  addTarget('namespaces/1', join(tree.root, 'dev/nvme0n1'), '0');
  assert.deepEqual(uses(), []);
});

test('a node of the name of the disk that is another device says nothing about the disk', () => {
  addDisk();
  const deviceIds = { [join(tree.root, 'dev/nvme0n1')]: 'b8:16' };
  assert.match(found({ deviceIds })[0], /cannot be read \(it is not this disk here\)/);
});

test('a program of user space that drives the function cannot be overridden', () => {
  tree.unbind(ADDRESS);
  tree.bind(ADDRESS, 'vfio-pci');
  tree.write('dev/vfio/7', '');
  tree.write('proc/99/comm', 'spdk_tgt\n');
  mkdirSync(join(tree.root, 'proc/99/fd'), { recursive: true });
  symlinkSync(join(tree.root, 'dev/vfio/7'), join(tree.root, 'proc/99/fd/3'));
  assert.deepEqual(
    uses().map(({ kind, overridable }) => [kind, overridable]),
    [['open', false]],
  );
});

test('virtual functions count as use', () => {
  tree.writeAttribute(ADDRESS, 'sriov_numvfs', '2\n');
  assert.deepEqual(found(), [`${ADDRESS} has 2 virtual functions`]);
});

test('the disk of another controller with a longer number is not taken for this one', () => {
  addDisk();
  tree.addFunction({ address: '0000:02:00.0', driver: 'nvme', iommuGroup: 8 });
  const other = tree.addController('0000:02:00.0', 'nvme1');
  tree.addBlock(other, { name: 'nvme0n11', dev: '259:9' });
  mount('259:9', '/data', '/dev/nvme0n11');
  assert.deepEqual(uses(), []);
});

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { writeGolden } from '../../fixtures/signatures.js';
import { ADDRESS, addDisk, controller, found, kinds, mount, tree, uses } from './one-disk.js';

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

/** `findUses` where `/` lies on the disk, or may. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeGolden } from '../../fixtures/signatures.js';
import { addDisk, controller, found, kinds, mount, tree, uses } from './one-disk.js';

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
  assert.deepEqual(kinds(), [
    ['root-disk', false],
    ['holder', true],
    ['holder', true],
  ]);
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

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMountinfo, parseSwaps, readMounts } from '../../../engine/disks/mounts.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

// The first line is the example of proc(5).
const PROC_5 = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue';

test('a line of proc(5) is read', () => {
  assert.deepEqual(parseMountinfo(PROC_5), [
    { deviceNumber: '98:0', fileSystem: 'ext3', source: '/dev/root', mountPoint: '/mnt2' },
  ]);
});

test('any number of optional fields is passed over', () => {
  const none = '25 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw';
  const three = '25 1 259:2 / / rw shared:1 master:2 propagate_from:3 - ext4 /dev/nvme0n1p2 rw';
  for (const line of [none, three]) assert.equal(parseMountinfo(line)[0].source, '/dev/nvme0n1p2');
});

test('octal escapes are undone', () => {
  const line = '25 1 259:2 / /mnt/my\\040disk\\134x rw - ext4 /dev/nvme0n1p2 rw';
  assert.equal(parseMountinfo(line)[0].mountPoint, '/mnt/my disk\\x');
});

test('lines of another shape are passed over', () => {
  assert.equal(parseMountinfo(`\nnonsense\n1 2 3 - x\n${PROC_5}\n`).length, 1);
});

test('swap partitions are read and swap files are not', () => {
  const text =
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' +
    '/dev/nvme0n1p3                          partition\t8388604\t\t0\t\t-2\n' +
    '/swapfile                               file\t\t2097148\t\t0\t\t-3\n';
  assert.deepEqual(parseSwaps(text), [
    { deviceNumber: '', fileSystem: 'swap', source: '/dev/nvme0n1p3', mountPoint: '[SWAP]' },
  ]);
});

test('a missing swap file means no swap; a missing mountinfo is an error', (t) => {
  const tree = new SysfsTree();
  t.after(() => tree.remove());
  tree.write('mountinfo', PROC_5);
  const missing = join(tree.root, 'missing');
  assert.equal(readMounts(join(tree.root, 'mountinfo'), missing).length, 1);
  assert.throws(() => readMounts(missing, missing), { code: 'SYSFS_UNREADABLE', target: missing });
});

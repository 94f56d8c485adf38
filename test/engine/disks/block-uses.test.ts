import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { blockUses } from '../../../engine/disks/block-uses.js';
import { fakeKernel, ROOT_ELSEWHERE } from '../../fixtures/fake-kernel.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

const PCI = 'devices/pci0000:00/0000:01:00.0/nvme/nvme0';
let tree: SysfsTree;

beforeEach(() => {
  tree = new SysfsTree();
});
afterEach(() => tree.remove());

/** A disk with two partitions, on the second of which is an LVM volume. */
function host(mounts = '', swaps = '') {
  tree.addBlock(PCI, {
    name: 'nvme0n1',
    dev: '259:0',
    partitions: { nvme0n1p1: '259:1', nvme0n1p2: '259:2' },
    holders: [{ on: 'nvme0n1p2', name: 'dm-0', dev: '253:0' }],
  });
  tree.write(`${PCI}/nvme0n1/nvme0n1p1/partition`, '1\n');
  tree.write(`${PCI}/nvme0n1/nvme0n1p2/partition`, '2\n');
  tree.addBlock(PCI, { name: 'nvme1n1', dev: '259:8' });
  const kernel = fakeKernel(tree.root);
  writeFileSync(join(tree.root, 'proc/self/mountinfo'), ROOT_ELSEWHERE + mounts);
  writeFileSync(join(tree.root, 'proc/swaps'), swaps);
  return kernel;
}

const kinds = (kernel: ReturnType<typeof host>, name: string): string[] =>
  blockUses(kernel, name).map(({ kind }) => kind);

test('an idle disk has none', () => {
  assert.deepEqual(kinds(host(), 'nvme1n1'), []);
});

test('a mounted partition is a use of its disk and of itself', () => {
  const kernel = host('40 1 259:1 / /data rw - ext4 /dev/nvme0n1p1 rw\n');
  assert.deepEqual(kinds(kernel, 'nvme0n1'), ['mounted', 'holder']);
  assert.deepEqual(kinds(kernel, 'nvme0n1p1'), ['mounted', 'holder']);
});

test('a mount elsewhere on the disk is no use of a partition', () => {
  const kernel = host('40 1 259:1 / /data rw - ext4 /dev/nvme0n1p1 rw\n');
  assert.deepEqual(kinds(kernel, 'nvme0n1p2'), ['holder']);
});

test('swap and a mounted holder are uses', () => {
  assert.deepEqual(kinds(host('', '/dev/nvme1n1 partition 1 0 -2\n'), 'nvme1n1'), ['swap']);
});

test('a volume on the disk that is mounted is told with it', () => {
  assert.deepEqual(kinds(host('41 1 253:0 / /srv rw - xfs /dev/mapper/v rw\n'), 'nvme0n1'), [
    'mounted',
    'holder',
  ]);
});

test('a loop device on it is a use', () => {
  const kernel = host();
  tree.write('block/loop3/loop/backing_file', `${join(tree.root, 'dev/nvme1n1')}\n`);
  assert.deepEqual(kinds(kernel, 'nvme1n1'), ['loop']);
});

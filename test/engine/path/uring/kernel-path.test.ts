import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { KernelPath } from '../../../../engine/path/drive.js';
import { kernelPathOf, ringFlagNames } from '../../../../engine/path/uring/kernel-path.js';
import { kernelHost } from '../../../../engine/pci/bind-host.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';
import { fakeKernel, ROOT_ELSEWHERE } from '../../../fixtures/fake-kernel.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';
import { lookedAt } from './looked-at.js';

const folder = mkdtempSync('/var/tmp/nvbench-kernel-path-');
after(() => rmSync(folder, { recursive: true }));
const host = kernelHost(release());

test('the flags granted are named, but for that of a ring which is enabled later', () => {
  const flags = SETUP.R_DISABLED | SETUP.SINGLE_ISSUER | SETUP.DEFER_TASKRUN;
  assert.deepEqual(ringFlagNames(flags), ['SINGLE_ISSUER', 'DEFER_TASKRUN']);
});

test('a file has the file system that it lies on, be it there or not', () => {
  const path = join(folder, 'there');
  writeFileSync(path, Buffer.alloc(4096));
  // As findmnt(8) of util-linux finds it.
  const expected = execFileSync('findmnt', ['-n', '-o', 'FSTYPE', '-T', path], { encoding: 'utf8' }).trim();
  for (const place of [lookedAt(path), lookedAt(join(folder, 'missing'), 4096)]) {
    const { way, fileSystem, uses } = kernelPathOf(place, host);
    assert.deepEqual([way, fileSystem, uses], ['file', expected, []]);
  }
});

test('a file on a mount below another is of the inner one', () => {
  const place = lookedAt('/proc/missing', 4096);
  assert.equal(kernelPathOf(place, host).fileSystem, 'proc');
});

/** A file in a tree of two disks, whose mounts are these beside that at `/`. */
function fileWith(t: { after(end: () => void): void }, mounts: string): Omit<KernelPath, 'ringFlags'> {
  const tree = new SysfsTree();
  t.after(() => tree.remove());
  tree.addFunction({ address: '0000:01:00.0', driver: 'nvme' });
  const controller = tree.addController('0000:01:00.0', 'nvme0');
  for (const n of [1, 2]) {
    tree.addBlock(controller, { name: `nvme0n${n}`, dev: `259:${n}` });
    if (mounts.includes(' btrfs ')) tree.link(`fs/btrfs/1b2c/devices/nvme0n${n}`, `${controller}/nvme0n${n}`);
  }
  tree.write('proc/self/mountinfo', ROOT_ELSEWHERE + mounts);
  const kernel = fakeKernel(tree.root, { deviceIds: { '/dev/nvme0n1': 'b259:1' } });
  return kernelPathOf({ ...lookedAt('/missing', 4096), path: '/srv/file' }, kernel);
}

test('a btrfs, whose number is of no device, has all of its disks below', (t) => {
  const { fileSystem, disks } = fileWith(t, '30 21 0:45 / /srv rw - btrfs /dev/nvme0n1 rw\n');
  assert.deepEqual([fileSystem, disks.map(({ name }) => name)], ['btrfs', ['nvme0n1', 'nvme0n2']]);
});

test('a file that is mounted by itself, as in containers, is of that mount', (t) => {
  const around = '30 21 0:60 / /srv rw - overlay overlay rw\n';
  const own = '31 30 259:2 /file /srv/file rw - ext4 /dev/nvme0n2 rw\n';
  const beside = '32 30 259:1 /file2 /srv/file2 rw - xfs /dev/nvme0n1 rw\n';
  const { fileSystem, disks } = fileWith(t, around + own + beside);
  assert.deepEqual([fileSystem, disks.map(({ name }) => name)], ['ext4', ['nvme0n2']]);
});

test('of two mounts on one place the later covers the earlier', (t) => {
  const first = '30 21 259:1 / /srv rw - xfs /dev/nvme0n1 rw\n';
  const { fileSystem, disks } = fileWith(t, `${first}31 30 0:70 / /srv rw - tmpfs tmpfs rw\n`);
  assert.deepEqual([fileSystem, disks], ['tmpfs', []]);
});

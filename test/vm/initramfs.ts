import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CpioEntry, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, writeCpio } from './cpio.js';
import type { GuestKernel } from './kernel.js';
import { cacheDir, repositoryRoot } from './paths.js';
import { findProgram, MissingPrerequisites } from './prerequisites.js';

const APPLETS = [
  'sh',
  'cat',
  'chroot',
  'dmesg',
  'insmod',
  'mkdir',
  'mount',
  'reboot',
  'sleep',
  'sync',
  'tee',
];
const FOLDERS = ['bin', 'dev', 'host', 'job', 'keep', 'modules', 'proc', 'sys'];

/**
 * Builds the guest's initramfs (busybox, the kernel's modules, test/vm/init.sh) in the cache folder, named by its
 * content: the same inputs give the same file, made once.
 * @returns its path
 */
export function buildInitramfs(kernel: GuestKernel): string {
  const archive = writeCpio(entriesFor(kernel));
  const digest = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  const path = join(cacheDir(), `initramfs-${digest}.cpio.gz`);
  if (!existsSync(path)) {
    const partial = `${path}.${process.pid}`;
    writeFileSync(partial, gzipSync(archive));
    renameSync(partial, path);
  }
  return path;
}

function entriesFor(kernel: GuestKernel): CpioEntry[] {
  const busybox = findProgram('busybox');
  if (busybox === undefined) {
    throw new MissingPrerequisites([{ missing: 'busybox', install: 'apt-get install busybox-static' }]);
  }
  const order = Buffer.from(kernel.modules.map(({ file }) => `${file}\n`).join(''));
  return [
    ...FOLDERS.map((path) => ({ path, mode: S_IFDIR | 0o755 })),
    { path: 'dev/console', mode: S_IFCHR | 0o600, device: [5, 1] },
    { path: 'bin/busybox', mode: S_IFREG | 0o755, content: readFileSync(busybox) },
    ...APPLETS.map((name) => ({
      path: `bin/${name}`,
      mode: S_IFLNK | 0o777,
      content: Buffer.from('busybox'),
    })),
    {
      path: 'init',
      mode: S_IFREG | 0o755,
      content: readFileSync(join(repositoryRoot, 'test/vm/init.sh')),
    },
    { path: 'modules/order', mode: S_IFREG | 0o644, content: order },
    ...kernel.modules.map(({ file, content }) => ({
      path: `modules/${file}`,
      mode: S_IFREG | 0o644,
      content,
    })),
  ];
}

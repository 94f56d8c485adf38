import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Root of the repository; this file runs as `dist/test/vm/paths.js`. */
export const repositoryRoot = resolve(import.meta.dirname, '../../..');

/** Where kernels, initramfs images and the folders of runs are kept; created when missing. */
export function cacheDir(): string {
  const path = join(repositoryRoot, '.cache', 'vm');
  mkdirSync(path, { recursive: true });
  return path;
}

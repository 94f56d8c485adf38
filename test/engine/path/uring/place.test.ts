/** What is found at a path, and how it is said that nothing can be. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findPlace } from '../../../../engine/path/uring/place.js';
import type { UringOptions } from '../../../../engine/path/uring/target.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';
import { lookedAt } from './looked-at.js';

const folder = mkdtempSync('/var/tmp/nvbench-place-');
const tree = new SysfsTree();
after(() => {
  rmSync(folder, { recursive: true });
  tree.remove();
});

/** By a sysfs that knows no disk: a block of the file is then one of 4096 bytes. */
const sized = (path: string, sizeBytes: number) =>
  findPlace(path, { sizeBytes } as Partial<UringOptions> as UringOptions, tree.root);

test('a link is followed to its file, whose path is the serial number', () => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(8192));
  symlinkSync(path, join(folder, 'link'));
  const { path: found, serialNumber, sizeBytes } = lookedAt(join(folder, 'link'));
  assert.deepEqual([found, serialNumber, sizeBytes], [path, path, 8192]);
});

test('a link to nothing is said to be that, also where a file might be made', () => {
  const link = join(folder, 'dangling');
  symlinkSync(join(folder, 'nothing'), link);
  for (const size of [undefined, 8192])
    assert.throws(() => lookedAt(link, size), {
      code: 'NO_SUCH_FILE',
      kind: 'input',
      reason: /symbolic link to nothing/,
    });
});

for (const [name, path, reason] of [
  ['a link to itself', join(folder, 'circle'), 'ELOOP'],
  ['a name that is too long', join(folder, 'x'.repeat(300)), 'ENAMETOOLONG'],
  ['a file that is no folder', join(folder, 'plain', 'below'), 'ENOTDIR'],
] as const)
  test(`${name} is told by what the kernel says, and what to do`, () => {
    if (reason === 'ELOOP') symlinkSync(path, path);
    if (reason === 'ENOTDIR') writeFileSync(join(folder, 'plain'), '');
    assert.throws(() => lookedAt(path), { code: 'OPEN_FAILED', kind: 'input', reason, hint: /name|file/ });
  });

test('a path behind a folder that this user may not search is no defect', (t) => {
  if (process.geteuid?.() !== 0) return t.skip('only root can become somebody else');
  const path = join(folder, 'closed', 'file');
  mkdirSync(join(folder, 'closed'), { mode: 0o700 });
  process.seteuid?.(65_534);
  try {
    assert.throws(() => lookedAt(path), { code: 'OPEN_FAILED', kind: 'environment', reason: 'EACCES' });
  } finally {
    process.seteuid?.(0);
  }
});

test('a size is of whole blocks of the disk below, of a file that is there and of one that is to be made', () => {
  const path = join(folder, 'blocks');
  writeFileSync(path, '');
  truncateSync(path, 65_536);
  for (const each of [path, join(folder, 'to-make')]) {
    assert.equal(sized(each, 8192).sizeBytes, 8192);
    assert.throws(() => sized(each, 4608), {
      code: 'BAD_URING_OPTION',
      kind: 'input',
      reason: /4608 bytes.*blocks of 4096/,
    });
  }
});

test('a file shorter than a block says so, and no word of a size that nobody gave', () => {
  const path = join(folder, 'short');
  writeFileSync(path, 'abc');
  assert.throws(() => lookedAt(path), {
    code: 'FILE_TOO_SHORT',
    reason: /3 bytes, less than a block/,
    hint: /another file/,
  });
});

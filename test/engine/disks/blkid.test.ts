/** What libblkid knows beside the table of signatures, where it is installed; as Debian has it, it always is. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSignatures } from '../../../engine/disks/signatures.js';
import { blkidType } from '../../../engine/sys/blkid.js';
import { addDisk, found, tree } from './one-disk.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-blkid-'));
after(() => rmSync(dir, { recursive: true }));

const DISK_BYTES = 2 ** 20;
// fs/ufs/ufs_fs.h of Linux: the superblock is at 8 KiB, its magic 1372 bytes into that
const UFS_MAGIC_AT = 8192 + 1372;

function ufs(): Buffer {
  const disk = Buffer.alloc(DISK_BYTES);
  disk.writeUInt32LE(0x0001_1954, UFS_MAGIC_AT);
  return disk;
}

test('a format that the table does not have is told by its name there, and the disk stays as it is', () => {
  const path = join(dir, 'ufs');
  writeFileSync(path, ufs());
  assert.deepEqual(readSignatures(path, DISK_BYTES), []);
  assert.equal(blkidType(path), 'ufs');
  assert.ok(readFileSync(path).equals(ufs()));
});

test('nothing is said of a blank disk, of one that is not there, and of one that is too small', () => {
  const blank = join(dir, 'blank');
  writeFileSync(blank, Buffer.alloc(DISK_BYTES));
  const tiny = join(dir, 'tiny');
  writeFileSync(tiny, 'x');
  for (const path of [blank, tiny, join(dir, 'none')]) assert.equal(blkidType(path), undefined);
});

test('a disk of such a format is one that somebody may miss', () => {
  addDisk();
  tree.write('dev/nvme0n1', ufs().toString('latin1'));
  assert.deepEqual(found(), ['nvme0n1 holds a signature: ufs (by libblkid)']);
});

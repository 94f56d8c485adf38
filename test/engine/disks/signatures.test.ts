import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSignatures } from '../../../engine/disks/signatures.js';
import { EngineError } from '../../../engine/errors.js';
import { goldenNames, writeGolden } from '../../fixtures/signatures.js';

const dir = mkdtempSync(join(tmpdir(), 'nvbench-disk-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** What each golden disk must be recognised as, and nothing beside it. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  asm: ['Oracle ASM disk'],
  blobstore: ['SPDK blobstore'],
  cramfs: ['cramfs file system'],
  'dm-integrity': ['dm-integrity device'],
  'dm-verity': ['dm-verity hash device'],
  drbd8: ['DRBD device'],
  drbd9: ['DRBD device'],
  gfs2: ['GFS2 file system'],
  lvm1: ['LVM1 physical volume'],
  nilfs2: ['NILFS2 file system'],
  ocfs2: ['OCFS2 file system'],
  refs: ['ReFS file system'],
  vxfs: ['VxFS file system'],
  'vxfs-big-endian': ['VxFS file system'],
  bcache: ['bcache device'],
  btrfs: ['btrfs file system'],
  exfat: ['MBR partition table or boot sector', 'exFAT file system'],
  ext4: ['ext2, ext3 or ext4 file system'],
  f2fs: ['F2FS file system'],
  gpt: ['GPT partition table', 'GPT partition table (backup)', 'MBR partition table or boot sector'],
  iso9660: ['ISO 9660 file system'],
  luks1: ['LUKS encryption'],
  luks2: ['LUKS encryption', 'LUKS2 encryption (second header)'],
  lvm: ['LVM2 physical volume'],
  mbr: ['MBR partition table or boot sector'],
  md090: ['md RAID member (0.90)'],
  md10: ['md RAID member (1.0)'],
  md11: ['md RAID member (1.1)'],
  md12: ['md RAID member (1.2)'],
  ntfs: ['MBR partition table or boot sector', 'NTFS file system'],
  squashfs: ['SquashFS file system'],
  swap: ['swap area'],
  vfat: ['MBR partition table or boot sector', 'FAT file system'],
  xfs: ['XFS file system'],
  zfs: ['ZFS pool member'],
};

test('there is a golden disk for each expectation', () => {
  assert.deepEqual([...goldenNames].sort(), Object.keys(EXPECTED).sort());
});

for (const name of goldenNames) {
  test(`a disk with ${name} is recognised`, () => {
    const path = join(dir, name);
    const sizeBytes = writeGolden(name, path);
    assert.deepEqual(readSignatures(path, sizeBytes), EXPECTED[name]);
  });
}

function diskWith(name: string, sizeBytes: number, pieces: readonly [number, string][]): string[] {
  const path = join(dir, name);
  const fd = openSync(path, 'w');
  ftruncateSync(fd, sizeBytes);
  for (const [offset, bytes] of pieces) writeSync(fd, Buffer.from(bytes, 'latin1'), 0, bytes.length, offset);
  closeSync(fd);
  return readSignatures(path, sizeBytes);
}

test('a blank disk, and one with data of no known format, have no signature', () => {
  assert.deepEqual(diskWith('blank', 64 * 2 ** 20, []), []);
  assert.deepEqual(diskWith('data', 64 * 2 ** 20, [[0, 'x'.repeat(65536)]]), []);
});

test('GPT is found where sectors have 4096 bytes, at either end alone', () => {
  assert.deepEqual(diskWith('gpt4k', 8 * 2 ** 20, [[4096, 'EFI PART']]), ['GPT partition table']);
  const end = 8 * 2 ** 20 - 4096;
  assert.deepEqual(diskWith('gpt4kend', 8 * 2 ** 20, [[end, 'EFI PART']]), ['GPT partition table (backup)']);
});

test('Reiser4, romfs and zonefs are found by their magic', () => {
  assert.deepEqual(diskWith('reiser4', 8 * 2 ** 20, [[65536, 'ReIsEr4']]), ['Reiser4 file system']);
  assert.deepEqual(diskWith('romfs', 8 * 2 ** 20, [[0, '-rom1fs-']]), ['romfs file system']);
  assert.deepEqual(diskWith('zonefs', 8 * 2 ** 20, [[0, 'SFOZ']]), ['zonefs file system']);
});

test('NILFS2 is found where only its second superblock is left', () => {
  const pieces: [number, string][] = [[8 * 2 ** 20 - 4096, '\x02\0\0\0\0\0\x34\x34']];
  assert.deepEqual(diskWith('nilfsend', 8 * 2 ** 20, pieces), ['NILFS2 file system']);
});

test('DRBD is found in the last whole 4 KiB of a disk whose size is no multiple of them', () => {
  const pieces: [number, string][] = [[8 * 2 ** 20 - 4096 + 60, '\x83\x74\x02\x6c']];
  assert.deepEqual(diskWith('drbdend', 8 * 2 ** 20 + 512, pieces), ['DRBD device']);
});

test('the labels of ZFS at the end alone are found on a size that is no multiple of a label', () => {
  const sizeBytes = 64 * 2 ** 20 + 200 * 1024;
  const uberblock = '\x0c\xb1\xba\0\0\0\0\0';
  const lastLabel = 255 * 256 * 1024;
  assert.deepEqual(diskWith('zfsend', sizeBytes, [[lastLabel + 128 * 1024, uberblock]]), ['ZFS pool member']);
});

test('a disk smaller than any place to look is no error', () => {
  assert.deepEqual(diskWith('tiny', 512, []), []);
});

test('a disk that cannot be opened is an error that names it', () => {
  assert.throws(
    () => readSignatures(join(dir, 'missing'), 4096),
    (error: unknown) =>
      error instanceof EngineError && error.code === 'DISK_UNREADABLE' && error.reason === 'ENOENT',
  );
});

/** Recognises what is written on a disk by its magic numbers, reading only. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { EngineError } from '../errors.js';
import { fsErrorCode } from '../pci/sysfs-read.js';
import { SIGNATURES, type Signature } from './signature-table.js';

const KIB = 1024;
/** Covers every place from the start in the table (VMFS is the farthest) and the two ZFS labels there. */
const HEAD_BYTES = 1024 * KIB + 4 * KIB;
/** Covers the two ZFS labels at the end of a disk whose size is no multiple of a label. */
const TAIL_BYTES = 1024 * KIB;
const ALIGN_BYTES = 4096;

/** Bytes of a disk at an offset. */
interface Window {
  readonly startBytes: number;
  readonly bytes: Buffer;
}

function holds(windows: readonly Window[], offsetBytes: number, magic: Uint8Array): boolean {
  return windows.some(({ startBytes, bytes }) => {
    const from = offsetBytes - startBytes;
    return (
      from >= 0 &&
      from + magic.length <= bytes.length &&
      bytes.subarray(from, from + magic.length).equals(magic)
    );
  });
}

/** md_p.h: a 1.0 superblock lies 8 KiB before the end on a 4 KiB boundary, a 0.90 one in the last whole 64 KiB. */
function mdAtEnd(sizeBytes: number): { name: string; offsetBytes: number }[] {
  const sectors = Math.floor(sizeBytes / 512);
  const last64KiB = Math.floor(sizeBytes / (64 * KIB)) * 64 * KIB - 64 * KIB;
  return [
    { name: 'md RAID member (1.0)', offsetBytes: Math.floor((sectors - 16) / 8) * 8 * 512 },
    { name: 'md RAID member (0.90)', offsetBytes: last64KiB },
  ];
}

/**
 * DRBD as drbdmeta writes it: its superblock is the last whole 4 KiB, with a magic of version 8 (clean or not) or 9.
 * nilfs2_ondisk.h: the second superblock is there, too.
 */
function atLastPage(windows: readonly Window[], sizeBytes: number): string[] {
  const page = Math.floor(sizeBytes / ALIGN_BYTES) * ALIGN_BYTES - ALIGN_BYTES;
  const has = (offsetBytes: number, magic: Buffer): boolean => holds(windows, page + offsetBytes, magic);
  const found: string[] = [];
  if (DRBD_MAGICS.some((magic) => has(DRBD_MAGIC_OFFSET, magic))) found.push('DRBD device');
  if (has(NILFS_MAGIC_OFFSET, NILFS_MAGIC)) found.push('NILFS2 file system');
  return found;
}

const DRBD_MAGIC_OFFSET = 60;
const DRBD_MAGICS = ['8374026b', '8374026c', '8374026d'].map((digits) => Buffer.from(digits, 'hex'));
const NILFS_MAGIC_OFFSET = 6;
const NILFS_MAGIC = Buffer.from('3434', 'hex');
const MD_MAGICS = ['fc4e2ba9', 'a92b4efc'].map((digits) => Buffer.from(digits, 'hex')); // 0.90 is in host order
const UBERBLOCK_MAGICS = ['0cb1ba0000000000', '0000000000bab10c'].map((digits) => Buffer.from(digits, 'hex'));
const LABEL_BYTES = 256 * KIB;
const UBERBLOCKS_OFFSET = 128 * KIB;

/** ZFS On-Disk Specification 1.2: four labels, the upper half of each a ring of uberblocks of 1 KiB or more. */
function hasZfsLabel(windows: readonly Window[], sizeBytes: number): boolean {
  const labels = Math.floor(sizeBytes / LABEL_BYTES);
  for (const label of new Set([0, 1, labels - 2, labels - 1])) {
    const ring = label * LABEL_BYTES + UBERBLOCKS_OFFSET;
    for (let offset = ring; label >= 0 && offset < ring + LABEL_BYTES / 2; offset += KIB)
      if (UBERBLOCK_MAGICS.some((magic) => holds(windows, offset, magic))) return true;
  }
  return false;
}

function offsetOf(signature: Signature, sizeBytes: number): number {
  return signature.from === 'start' ? signature.offsetBytes : sizeBytes - signature.offsetBytes;
}

/** Names of the formats found, each once, in the order of the table. */
function recognise(windows: readonly Window[], sizeBytes: number): string[] {
  const found = SIGNATURES.filter((each) => holds(windows, offsetOf(each, sizeBytes), each.magic)).map(
    (each) => each.name,
  );
  for (const { name, offsetBytes } of mdAtEnd(sizeBytes))
    if (MD_MAGICS.some((magic) => holds(windows, offsetBytes, magic))) found.push(name);
  found.push(...atLastPage(windows, sizeBytes));
  if (hasZfsLabel(windows, sizeBytes)) found.push('ZFS pool member');
  return [...new Set(found)];
}

function readWindow(fd: number, startBytes: number, lengthBytes: number): Window {
  const bytes = Buffer.alloc(lengthBytes);
  let done = 0;
  while (done < lengthBytes) {
    const count = readSync(fd, bytes, done, lengthBytes - done, startBytes + done);
    if (count === 0) break;
    done += count;
  }
  return { startBytes, bytes: bytes.subarray(0, done) };
}

/**
 * What is written on a disk, partition or image of `sizeBytes`, for example `['GPT partition table']`; empty where
 * nothing is known. Opens it read-only and reads a megabyte at each end.
 * Throws EngineError DISK_UNREADABLE: of such a disk nothing can be said.
 */
export function readSignatures(path: string, sizeBytes: number): string[] {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const windows = [readWindow(fd, 0, Math.min(HEAD_BYTES, sizeBytes))];
    if (sizeBytes > HEAD_BYTES) {
      const start = Math.floor(Math.max(HEAD_BYTES, sizeBytes - TAIL_BYTES) / ALIGN_BYTES) * ALIGN_BYTES;
      windows.push(readWindow(fd, start, sizeBytes - start));
    }
    return recognise(windows, sizeBytes);
  } catch (cause) {
    throw new EngineError({
      code: 'DISK_UNREADABLE',
      op: 'read signatures',
      target: path,
      reason: fsErrorCode(cause),
      hint: 'run as root, and look for I/O errors in dmesg',
      cause,
    });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * How much of a file is read from its disk: what has no extent, or one that is allocated and was never written, is answered with
 * zeroes by the file system. By FS_IOC_FIEMAP of linux/fs.h, with the structures of linux/fiemap.h.
 */
import { ioctl } from '../../sys/ioctl.js';

const FS_IOC_FIEMAP = 0xc020_660b;
/** struct fiemap without its extents. */
const HEADER = { BYTES: 32, START: 0, LENGTH: 8, FLAGS: 16, MAPPED: 20, COUNT: 24 } as const;
const FIEMAP_FLAG_SYNC = 1;
/** struct fiemap_extent. */
const EXTENT = { BYTES: 56, LOGICAL: 0, LENGTH: 16, FLAGS: 40 } as const;
const LAST = 0x1;
const UNWRITTEN = 0x800;
/** For each call. */
const EXTENTS = 512;
/** A file in more pieces is not looked at to its end: a second or so for a hundred thousand. */
const MOST_CALLS = 256;

/**
 * Bytes of the first `lengthBytes` that have been written, what is in memory only being written first. Undefined where the file
 * system does not tell (a tmpfs, which has no disk), or the file is in too many pieces to be asked.
 */
export function writtenBytes(fd: number, path: string, lengthBytes: number): number | undefined {
  const call = { op: 'FS_IOC_FIEMAP', target: path };
  const bytes = new Uint8Array(HEADER.BYTES + EXTENTS * EXTENT.BYTES);
  const view = new DataView(bytes.buffer);
  let written = 0;
  let from = 0;
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    view.setBigUint64(HEADER.START, BigInt(from), true);
    view.setBigUint64(HEADER.LENGTH, BigInt(lengthBytes - from), true);
    view.setUint32(HEADER.FLAGS, FIEMAP_FLAG_SYNC, true);
    view.setUint32(HEADER.COUNT, EXTENTS, true);
    try {
      ioctl(fd, FS_IOC_FIEMAP, bytes, call);
    } catch {
      return undefined;
    }
    const mapped = view.getUint32(HEADER.MAPPED, true);
    for (let i = 0; i < mapped; i++) {
      const at = HEADER.BYTES + i * EXTENT.BYTES;
      const start = Number(view.getBigUint64(at + EXTENT.LOGICAL, true));
      const end = Math.min(lengthBytes, start + Number(view.getBigUint64(at + EXTENT.LENGTH, true)));
      const flags = view.getUint32(at + EXTENT.FLAGS, true);
      // The first may have begun before what was asked for.
      if ((flags & UNWRITTEN) === 0) written += Math.max(0, end - Math.max(start, from));
      from = Math.max(from, end);
      if ((flags & LAST) !== 0) return written;
    }
    if (mapped === 0 || from >= lengthBytes) return written;
  }
  return undefined;
}

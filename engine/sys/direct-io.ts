/** What a file system tells of direct I/O to one file (statx(2), STATX_DIOALIGN, Linux 6.1). */
import { statx } from './libc.js';

const AT_EMPTY_PATH = 0x1000;
const STATX_DIOALIGN = 0x2000;
/** struct statx */
const FACTS = { BYTES: 256, MASK: 0, OFFSET_ALIGN: 0x9c } as const;

/** What offsets of direct I/O are to be multiples of, in bytes; 0 where it is never direct, undefined where nobody tells. */
export function directIoAlignBytes(fd: number): number | undefined {
  const bytes = new Uint8Array(FACTS.BYTES);
  if (statx(fd, '', AT_EMPTY_PATH, STATX_DIOALIGN, bytes) < 0) return undefined;
  const view = new DataView(bytes.buffer);
  if ((view.getUint32(FACTS.MASK, true) & STATX_DIOALIGN) === 0) return undefined;
  return view.getUint32(FACTS.OFFSET_ALIGN, true);
}

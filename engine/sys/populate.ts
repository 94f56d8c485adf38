import { errnoName, systemError } from './errno.js';
import { lastErrno, madvise } from './libc.js';
import { type Mapping, viewsOf } from './mapping.js';

const MADV_POPULATE_WRITE = 23; // Linux 5.14

/**
 * Takes every page of a mapping now, so that the measured loop never faults. A page that cannot be had comes back
 * as SystemError, not as a signal; where the kernel is older than 5.14 each page is touched instead, which is safe
 * for hugetlb because mmap without MAP_NORESERVE has reserved the pages.
 */
export function populate(mapping: Mapping, pageSizeBytes: number, what: string): void {
  if (madvise(mapping.address, mapping.lengthBytes, MADV_POPULATE_WRITE) === 0) return;
  const errno = lastErrno();
  if (errnoName(errno) !== 'EINVAL') {
    throw systemError({ op: `MADV_POPULATE_WRITE of ${mapping.lengthBytes} bytes`, target: what }, errno);
  }
  for (const view of viewsOf(mapping)) {
    const bytes = new Uint8Array(view);
    for (let at = 0; at < bytes.length; at += pageSizeBytes) bytes[at] = 0;
  }
}

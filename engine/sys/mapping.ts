/**
 * Native mappings and their typed views.
 *
 * A mapping may be larger than any view: who wants its bytes views the part that it needs, or all of it in pieces.
 *
 * A view made by koffi cannot be detached: touching it after munmap ends the process. So a mapping is never
 * simply unmapped while a view may live; `retire` puts anonymous memory in its place at the same address.
 */
import { checked, systemError } from './errno.js';
import { closeFd } from './fd.js';
import {
  ftruncate,
  MAP_FAILED,
  MOST_VIEW_BYTES,
  madvise,
  memfdCreate,
  mmap,
  munmap,
  viewMemory,
} from './libc.js';
import { unguard } from './lost-pages.js';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
export const MAP_HUGETLB = 0x40000;
const MAP_HUGE_SHIFT = 26;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MADV_REMOVE = 9; // madvise(2): frees the range of the file behind a shared mapping

/** A span of this process's address space, of any length. */
export interface Mapping {
  readonly address: bigint;
  readonly lengthBytes: number;
  /** The memory descriptor behind all of it, for a transport that hands the memory to another process. */
  readonly fd?: number;
}

/** A mapping of at most `MOST_VIEW_BYTES`, and the ArrayBuffer that aliases all of it. */
export interface ViewedMapping extends Mapping {
  readonly buffer: ArrayBuffer;
}

/**
 * An ArrayBuffer over `lengthBytes` of native memory at `address`; valid in any thread of the process. Throws
 * RangeError beyond `MOST_VIEW_BYTES`.
 */
export function viewAt(address: bigint, lengthBytes: number): ArrayBuffer {
  return viewMemory(address, lengthBytes);
}

/** All of a mapping, one view after the other, each of at most `MOST_VIEW_BYTES`. */
export function* viewsOf({ address, lengthBytes }: Mapping): Generator<ArrayBuffer> {
  for (let at = 0; at < lengthBytes; at += MOST_VIEW_BYTES)
    yield viewMemory(address + BigInt(at), Math.min(MOST_VIEW_BYTES, lengthBytes - at));
}

function map(
  lengthBytes: number,
  flags: number,
  fd: number,
  offset: number | bigint,
  what: string,
  at = 0n,
  protection = PROT_READ | PROT_WRITE,
): Mapping {
  const result = BigInt(mmap(at, lengthBytes, protection, flags, fd, offset));
  if (result === MAP_FAILED) throw systemError({ op: `mmap of ${lengthBytes} bytes`, target: what });
  return { address: result, lengthBytes };
}

/** With a view of all of it; nothing stays mapped where it is too long for one. */
function viewed(mapping: Mapping): ViewedMapping {
  try {
    return { ...mapping, buffer: viewMemory(mapping.address, mapping.lengthBytes) };
  } catch (error) {
    unmap(mapping);
    throw error;
  }
}

/** Shared anonymous memory, zeroed, base pages. Throws SystemError (ENOMEM), RangeError as `viewAt`. */
export function mapAnonymous(lengthBytes: number, what = 'anonymous memory'): ViewedMapping {
  return viewed(map(lengthBytes, MAP_SHARED | MAP_ANONYMOUS, -1, 0, what));
}

/** Zeroed private memory that takes pages only where it is touched: room for sparse media. Throws as `mapAnonymous`. */
export function mapSparse(lengthBytes: number, what = 'sparse memory'): ViewedMapping {
  return viewed(map(lengthBytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, what));
}

/** Maps a file descriptor shared, from `offset`. Throws SystemError. */
export function mapFd(fd: number, lengthBytes: number, offset: number | bigint, what: string): Mapping {
  return map(lengthBytes, MAP_SHARED, fd, offset, what);
}

/** As `mapFd`, to read: a store through a view of it ends the process. */
export function mapFdToRead(
  fd: number,
  lengthBytes: number,
  what: string,
  offset: number | bigint = 0,
): Mapping {
  return map(lengthBytes, MAP_SHARED, fd, offset, what, 0n, PROT_READ);
}

/** The descriptor of a memory file that can be sealed, zeroed, base pages; the caller closes it. Throws SystemError. */
export function createMemfd(lengthBytes: number, what: string): number {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const fd = checked(memfdCreate('nvbench-shared', flags), { op: 'memfd_create', target: what });
  try {
    checked(ftruncate(fd, lengthBytes), { op: `ftruncate to ${lengthBytes} bytes`, target: what });
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/**
 * Zeroed shared memory, base pages, with the descriptor that another process may map it by. Throws as `mapAnonymous`.
 */
export function mapMemfd(lengthBytes: number, what: string): ViewedMapping & { readonly fd: number } {
  const fd = createMemfd(lengthBytes, what);
  try {
    return { ...viewed(mapFd(fd, lengthBytes, 0, what)), fd };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** Maps a hugetlb memfd of the given page size; throws SystemError (ENOMEM) where no such pages are free. */
export function mapHugeFd(fd: number, lengthBytes: number, pageSizeBytes: number, what: string): Mapping {
  const flags = MAP_SHARED | MAP_HUGETLB | (Math.log2(pageSizeBytes) << MAP_HUGE_SHIFT);
  return map(lengthBytes, flags, fd, 0, what);
}

/** Address space that takes no memory until it is touched; pieces are then mapped into it with `mapFdAt`. */
export function reserve(lengthBytes: number, what: string): Mapping {
  return map(lengthBytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, what);
}

/** Maps part of a descriptor over an existing mapping, in place. */
export function mapFdAt(
  into: Mapping,
  atBytes: number,
  fd: number,
  lengthBytes: number,
  offset: bigint,
  what: string,
): void {
  map(lengthBytes, MAP_SHARED | MAP_FIXED, fd, offset, what, into.address + BigInt(atBytes));
}

/**
 * Replaces a mapping in place by anonymous memory filled with `fill` (0xFF for a lost BAR, which is what a
 * missing PCI function reads as). Views stay valid and harmless. The address space is not given back.
 */
export function retire(mapping: Mapping, fill = 0): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  map(mapping.lengthBytes, flags, -1, 0, 'retired mapping', mapping.address);
  unguard(mapping);
  if (fill !== 0) for (const view of viewsOf(mapping)) new Uint8Array(view).fill(fill);
}

/**
 * Gives the pages of a shared mapping back to where they came from, and retires it. For part of a memory file that
 * nobody uses; not for locked memory (EINVAL). Throws SystemError.
 */
export function discard(mapping: Mapping, what: string): void {
  checked(madvise(mapping.address, mapping.lengthBytes, MADV_REMOVE), {
    op: `MADV_REMOVE of ${mapping.lengthBytes} bytes`,
    target: what,
  });
  retire(mapping);
}

/** Unmaps. Only for memory of which no view can be used again, in any thread. */
export function unmap(mapping: Mapping): void {
  unguard(mapping);
  checked(munmap(mapping.address, mapping.lengthBytes), {
    op: 'munmap',
    target: `${mapping.lengthBytes} bytes`,
  });
}

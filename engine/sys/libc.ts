/**
 * The C library's functions that the engine needs, bound once per thread. Pointers are BigInt (koffi 3); a
 * failed mmap arrives as MAP_FAILED, not as null. About 140 ns a call: none of these belongs in the I/O loop.
 */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

export const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

type Pointer = bigint;
type Buf = Uint8Array | BigUint64Array | Uint32Array | Int32Array | null;

export const mmap = libc.func(
  'uintptr_t mmap(uintptr_t addr, size_t len, int prot, int flags, int fd, int64_t offset)',
) as (
  addr: Pointer,
  len: number,
  prot: number,
  flags: number,
  fd: number,
  offset: number | bigint,
) => bigint | number;
export const munmap = libc.func('int munmap(uintptr_t addr, size_t len)') as (
  a: Pointer,
  len: number,
) => number;
export const mprotect = libc.func('int mprotect(uintptr_t addr, size_t len, int prot)') as (
  a: Pointer,
  len: number,
  prot: number,
) => number;
export const sigaction = libc.func('int sigaction(int signal, void *act, void *former)') as (
  signal: number,
  act: Buf,
  former: Buf,
) => number;
export const madvise = libc.func('int madvise(uintptr_t addr, size_t len, int advice)') as (
  a: Pointer,
  len: number,
  advice: number,
) => number;
export const mlock = libc.func('int mlock(uintptr_t addr, size_t len)') as (
  a: Pointer,
  len: number,
) => number;
export const memfdCreate = libc.func('int memfd_create(const char *name, unsigned int flags)') as (
  name: string,
  flags: number,
) => number;
export const ftruncate = libc.func('int ftruncate(int fd, int64_t length)') as (
  fd: number,
  len: number,
) => number;
export const open = libc.func('int open(const char *path, int flags)') as (
  path: string,
  flags: number,
) => number;
export const statx = libc.func(
  'int statx(int folder, const char *path, int flags, unsigned int mask, void *facts)',
) as (folder: number, path: string, flags: number, mask: number, facts: Uint8Array) => number;
export const fallocate = libc.func('int fallocate(int fd, int mode, int64_t offset, int64_t len)') as (
  fd: number,
  mode: number,
  offset: number,
  len: number,
) => number;
export const flock = libc.func('int flock(int fd, int operation)') as (
  fd: number,
  operation: number,
) => number;
export const close = libc.func('int close(int fd)') as (fd: number) => number;
export const ioctlPointer = libc.func('int ioctl(int fd, unsigned long request, void *arg)') as (
  fd: number,
  request: number,
  arg: Buf,
) => number;
export const ioctlValue = libc.func('int ioctl(int fd, unsigned long request, uintptr_t arg)') as (
  fd: number,
  request: number,
  arg: number,
) => number;
export const fcntlPointer = libc.func('int fcntl(int fd, int cmd, void *arg)') as (
  fd: number,
  command: number,
  arg: Buf,
) => number;
export const fcntlValue = libc.func('int fcntl(int fd, int cmd, int arg)') as (
  fd: number,
  command: number,
  arg: number,
) => number;
export const eventfd = libc.func('int eventfd(unsigned int initval, int flags)') as (
  initval: number,
  flags: number,
) => number;
export const read = libc.func('intptr_t read(int fd, void *buf, size_t count)') as (
  fd: number,
  buf: Buf,
  count: number,
) => number;
export const write = libc.func('intptr_t write(int fd, void *buf, size_t count)') as (
  fd: number,
  buf: Buf,
  count: number,
) => number;
export const poll = libc.func('int poll(void *fds, unsigned long nfds, int timeout)') as (
  fds: Buf,
  nfds: number,
  timeoutMs: number,
) => number;
export const schedSetaffinity = libc.func('int sched_setaffinity(int pid, size_t size, void *mask)') as (
  pid: number,
  size: number,
  mask: Buf,
) => number;
export const schedGetaffinity = libc.func('int sched_getaffinity(int pid, size_t size, void *mask)') as (
  pid: number,
  size: number,
  mask: Buf,
) => number;
export const schedYield = libc.func('int sched_yield()') as () => number;
export const getrlimit = libc.func('int getrlimit(int resource, void *rlim)') as (
  resource: number,
  rlim: Buf,
) => number;
export const clockGettime = libc.func('int clock_gettime(int clock, void *time)') as (
  clock: number,
  time: Buf,
) => number;
export const mbind = libc.func(
  'long syscall(long number, uintptr_t addr, unsigned long len, long mode, void *mask, unsigned long maxnode, unsigned long flags)',
) as (nr: number, a: Pointer, len: number, mode: number, mask: Buf, maxnode: number, flags: number) => number;
export const movePages = libc.func(
  'long syscall(long number, long pid, unsigned long count, void *pages, void *nodes, void *status, long flags)',
) as (nr: number, pid: number, count: number, pages: Buf, nodes: null, status: Buf, flags: number) => number;

export const ioUringSetup = libc.func('long syscall(long number, unsigned int entries, void *params)') as (
  nr: number,
  entries: number,
  params: Buf,
) => number;
export const ioUringRegister = libc.func(
  'long syscall(long number, int fd, unsigned int opcode, void *arg, unsigned int count)',
) as (nr: number, fd: number, opcode: number, arg: Buf, count: number) => number;
/** The one call of a batch: all of its arguments are numbers, so that nothing is put on the heap. */
export const ioUringEnter = libc.func(
  'long syscall(long number, int fd, unsigned int submit, unsigned int complete, unsigned int flags, uintptr_t arg, size_t size)',
) as (
  nr: number,
  fd: number,
  submit: number,
  complete: number,
  flags: number,
  arg: Pointer | number,
  size: number,
) => number;

export const perfEventOpen = libc.func(
  'long syscall(long number, void *attributes, int pid, int cpu, int group, unsigned long flags)',
) as (nr: number, attributes: Buf, pid: number, cpu: number, group: number, flags: number) => number;

/** errno of this thread's last failed call; read it before anything else runs. */
export const lastErrno = (): number => koffi.errno();

/** Most bytes of one view. V8 has a limit of its own, 4 GiB in Node 20, and ends the process beyond it. */
export const MOST_VIEW_BYTES = 2 ** 30;

/**
 * The ArrayBuffer that aliases native memory at `address`. It keeps no reference: see mapping.ts for lifetime. Throws
 * RangeError for other lengths than 1 to `MOST_VIEW_BYTES`.
 */
export function viewMemory(address: bigint, lengthBytes: number): ArrayBuffer {
  if (Number.isInteger(lengthBytes) && lengthBytes > 0 && lengthBytes <= MOST_VIEW_BYTES)
    return koffi.view(address, lengthBytes);
  throw new RangeError(`a view of ${lengthBytes} bytes; 1 to ${MOST_VIEW_BYTES} are possible`);
}

/** errno symbols by number, as the platform has them. */
export const errnoSymbols: Readonly<Record<string, number>> = koffi.os.errno;

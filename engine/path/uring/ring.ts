/** A ring of the kernel: made by one thread, its memory mapped, and handed over as plain data to the thread that enters it. */
import { checked } from '../../sys/errno.js';
import { closeFd } from '../../sys/fd.js';
import { MAP_OFFSET, PARAMS, REGISTER, SETUP, SYSCALL } from '../../sys/io-uring-abi.js';
import { ioUringRegister, ioUringSetup } from '../../sys/libc.js';
import { type Mapping, mapFd, unmap } from '../../sys/mapping.js';

/** Most buffers of a ring (IORING_MAX_REG_BUFFERS). */
export const MOST_BUFFERS = 16_384;
/** Most entries of a submission ring (IORING_MAX_ENTRIES). */
export const MOST_ENTRIES = 32_768;

/** A ring as plain data. Indices are of 32-bit words of its memory. */
export interface RingSpec {
  readonly fd: number;
  /** SETUP flags that it was made with. */
  readonly flags: number;
  readonly entries: number;
  readonly completionEntries: number;
  readonly ringAddress: bigint;
  readonly ringBytes: number;
  readonly sqesAddress: bigint;
  readonly sqesBytes: number;
  readonly sqHead: number;
  readonly sqTail: number;
  readonly sqFlags: number;
  readonly sqArray: number;
  readonly cqHead: number;
  readonly cqTail: number;
  readonly cqes: number;
}

export interface RingOptions {
  /** The kernel rounds them up to a power of two. */
  readonly entries: number;
  /** SETUP flags. */
  readonly flags: number;
  /** Of the kernel's thread that submits, with SQPOLL. */
  readonly sqThreadIdleMs?: number;
  readonly sqThreadCpu?: number;
  /** What it is for, in messages. */
  readonly target: string;
}

/** Makes a ring and maps it. Throws SystemError; leaves nothing behind then. */
export function createRing(options: RingOptions): RingSpec {
  const { target } = options;
  const params = new Int32Array(PARAMS.WORDS);
  params[PARAMS.FLAGS] = options.flags;
  params[PARAMS.SQ_THREAD_IDLE_MS] = options.sqThreadIdleMs ?? 0;
  params[PARAMS.SQ_THREAD_CPU] = options.sqThreadCpu ?? 0;
  const fd = checked(ioUringSetup(SYSCALL.SETUP, options.entries, params), {
    op: `io_uring_setup of ${options.entries} entries`,
    target,
  });
  try {
    return mapRing(fd, params, target);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function mapRing(fd: number, params: Int32Array, target: string): RingSpec {
  const flags = params[PARAMS.FLAGS];
  const entries = params[PARAMS.SQ_ENTRIES];
  const completionEntries = params[PARAMS.CQ_ENTRIES];
  const completionBytes = (flags & SETUP.CQE32) === 0 ? 16 : 32;
  const sqesBytes = entries * ((flags & SETUP.SQE128) === 0 ? 64 : 128);
  // One mapping has both rings (FEAT_SINGLE_MMAP, 5.4).
  const ringBytes = Math.max(
    params[PARAMS.SQ_ARRAY] + entries * 4,
    params[PARAMS.CQ_CQES] + completionEntries * completionBytes,
  );
  const rings = mapFd(fd, ringBytes, MAP_OFFSET.RINGS, target);
  let sqes: Mapping;
  try {
    sqes = mapFd(fd, sqesBytes, MAP_OFFSET.SQES, target);
  } catch (error) {
    unmap(rings);
    throw error;
  }
  return {
    fd,
    flags,
    entries,
    completionEntries,
    ringAddress: rings.address,
    ringBytes,
    sqesAddress: sqes.address,
    sqesBytes,
    sqHead: params[PARAMS.SQ_HEAD] / 4,
    sqTail: params[PARAMS.SQ_TAIL] / 4,
    sqFlags: params[PARAMS.SQ_FLAGS] / 4,
    sqArray: params[PARAMS.SQ_ARRAY] / 4,
    cqHead: params[PARAMS.CQ_HEAD] / 4,
    cqTail: params[PARAMS.CQ_TAIL] / 4,
    cqes: params[PARAMS.CQ_CQES] / 4,
  };
}

/** Ends a ring whose memory nobody views any more. The kernel cancels what is outstanding, and keeps its pages until then. */
export function closeRing({ fd, ringAddress, ringBytes, sqesAddress, sqesBytes }: RingSpec): void {
  unmap({ address: ringAddress, lengthBytes: ringBytes });
  unmap({ address: sqesAddress, lengthBytes: sqesBytes });
  closeFd(fd);
}

/** Makes pieces of memory known to the ring, as its buffers from 0 on. Throws SystemError (ENOMEM: RLIMIT_MEMLOCK). */
export function registerBuffers(ring: RingSpec, pieces: readonly Mapping[], target: string): void {
  const iovecs = BigUint64Array.from(
    pieces.flatMap(({ address, lengthBytes }) => [address, BigInt(lengthBytes)]),
  );
  const totalBytes = pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  checked(ioUringRegister(SYSCALL.REGISTER, ring.fd, REGISTER.BUFFERS, iovecs, pieces.length), {
    op: `IORING_REGISTER_BUFFERS of ${totalBytes} bytes`,
    target,
    hints: { ENOMEM: 'raise RLIMIT_MEMLOCK (ulimit -l), or use a smaller bs, iodepth or numjobs' },
  });
}

/** Makes an open file known to the ring, as its file 0. Throws SystemError. */
export function registerFile(ring: RingSpec, fd: number, target: string): void {
  checked(ioUringRegister(SYSCALL.REGISTER, ring.fd, REGISTER.FILES, Int32Array.of(fd), 1), {
    op: 'IORING_REGISTER_FILES',
    target,
  });
}

/** Has an eventfd signalled when there are completions. Throws SystemError. */
export function registerEventFd(ring: RingSpec, eventFd: number, target: string): void {
  checked(ioUringRegister(SYSCALL.REGISTER, ring.fd, REGISTER.EVENTFD, Int32Array.of(eventFd), 1), {
    op: 'IORING_REGISTER_EVENTFD',
    target,
  });
}

/** Ends that, for whoever waits in the ring itself. */
export function forgetEventFd(fd: number): void {
  ioUringRegister(SYSCALL.REGISTER, fd, REGISTER.NO_EVENTFD, null, 0);
}

/** Lets a ring made with R_DISABLED start; the calling thread is then its issuer. Throws SystemError. */
export function enableRing(ring: RingSpec): void {
  checked(ioUringRegister(SYSCALL.REGISTER, ring.fd, REGISTER.ENABLE_RINGS, null, 0), {
    op: 'IORING_REGISTER_ENABLE_RINGS',
    target: 'a ring of this thread',
  });
}

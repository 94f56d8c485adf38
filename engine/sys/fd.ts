import { readlinkSync } from 'node:fs';
import { SystemError } from '../errors.js';
import { checked, type SystemCall } from './errno.js';
import { FALLOCATE } from './io-uring-abi.js';
import { close, eventfd, fallocate, fcntlValue, flock, open, poll, read, write } from './libc.js';

const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;
const EVENTFD_LINK = 'anon_inode:[eventfd]';
const POLLIN = 1;
const POLLOUT = 4;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;

/** Opens a device node read-write, close-on-exec. Throws SystemError. */
export function openDevice(path: string, call: Omit<SystemCall, 'target'>): number {
  return checked(open(path, O_RDWR | O_CLOEXEC), { ...call, target: path });
}

/** Locks an open file for this descriptor, until it is closed (flock(2)). Throws SystemError (EAGAIN: locked already). */
export function lockFd(fd: number, call: SystemCall): void {
  checked(flock(fd, LOCK_EX | LOCK_NB), call);
}

/** As `lockFd`; whether the lock is ours now: false where another has it. Throws SystemError where there can be none. */
export function tryLockFd(fd: number, target: string): boolean {
  try {
    lockFd(fd, { op: 'flock', target });
    return true;
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EAGAIN') return false;
    throw error;
  }
}

/**
 * Ends the lock of an open file. Closing alone may end it later: the kernel takes an io_uring apart after its descriptor is closed,
 * and has the file until then. Throws SystemError.
 */
export function unlockFd(fd: number, target: string): void {
  checked(flock(fd, LOCK_UN), { op: 'unlock', target });
}

/** Gives back what a file has there, which reads as zeroes then (fallocate(2)). Throws SystemError (EOPNOTSUPP: its file system has no holes). */
export function punchHole(fd: number, atBytes: number, lengthBytes: number): void {
  checked(fallocate(fd, FALLOCATE.PUNCH_HOLE, atBytes, lengthBytes), {
    op: 'punch a hole',
    target: `descriptor ${fd}`,
  });
}

/** Ends O_NONBLOCK of an open file: I/O to it waits where it has to. Throws SystemError. */
export function makeBlocking(fd: number, target: string): void {
  const flags = checked(fcntlValue(fd, F_GETFL, 0), { op: 'F_GETFL', target });
  if ((flags & O_NONBLOCK) !== 0)
    checked(fcntlValue(fd, F_SETFL, flags & ~O_NONBLOCK), { op: 'F_SETFL', target });
}

export function closeFd(fd: number): void {
  checked(close(fd), { op: 'close', target: `descriptor ${fd}` });
}

/** A non-blocking, close-on-exec eventfd(2). */
export function createEventFd(): number {
  return checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), { op: 'eventfd', target: 'new event' });
}

/** The event count since the last call; 0 where nothing was signalled. Never blocks. */
export function drainEventFd(fd: number): bigint {
  const value = new BigUint64Array(1);
  return read(fd, value, 8) === 8 ? value[0] : 0n;
}

/**
 * Adds one to an eventfd's count, which ends a wait for it. A count that is full is left as it is: nobody takes the
 * signals, and to write would block where the other process that has it made it blocking.
 */
export function signalEventFd(fd: number): void {
  const entry = Int32Array.of(fd, POLLOUT);
  if (poll(entry, 1, 0) > 0 && ((entry[1] >>> 16) & POLLOUT) !== 0) write(fd, BigUint64Array.of(1n), 8);
}

/** Whether a descriptor is an eventfd, and no file, socket or pipe that may block or be overwritten. */
export function isEventFd(fd: number): boolean {
  return readlinkSync(`/proc/self/fd/${fd}`) === EVENTFD_LINK;
}

/** Whether a descriptor becomes readable within the time. Blocks the calling thread. */
export function waitReadable(fd: number, timeoutMs: number): boolean {
  return poll(Int32Array.of(fd, POLLIN), 1, timeoutMs) > 0;
}

/** Waiting for descriptors (poll(2)). Blocks the calling thread. */
import { nowMs } from './clock.js';
import { errnoName, systemError } from './errno.js';
import { lastErrno, poll } from './libc.js';

export const POLLIN = 0x1;
export const POLLOUT = 0x4;
export const POLLERR = 0x8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;
export const POLLRDHUP = 0x2000;

/** Until one of them can be read from, or its peer has gone, at most so long; those of which that is so. A signal ends it early. */
export function waitForAny(fds: readonly number[], timeoutMs: number): readonly number[] {
  const entries = Int32Array.from(fds.flatMap((fd) => [fd, POLLIN]));
  if (poll(entries, fds.length, timeoutMs) <= 0) return [];
  return fds.filter((_, index) => entries[2 * index + 1] >>> 16 !== 0);
}

/** The events that hold within the time; 0 for none. A signal does not end the wait early. */
export function pollUntil(fd: number, events: number, deadlineMs: number): number {
  for (;;) {
    const leftMs = Math.max(0, Math.ceil(deadlineMs - nowMs()));
    const entry = Int32Array.of(fd, events);
    const result = poll(entry, 1, Math.min(leftMs, 0x7fff_ffff));
    if (result > 0) return entry[1] >>> 16;
    if (result < 0 && errnoName(lastErrno()) !== 'EINTR')
      throw systemError({ op: 'poll', target: `descriptor ${fd}` });
    if (nowMs() >= deadlineMs) return 0;
  }
}

/**
 * Descriptors that another process sent. Whoever serves several peers does nothing to them that may wait for somebody: a
 * socket lingers until its other end has taken everything, a file of FUSE or NFS asks its server at every turn.
 */
import { close as closeElsewhere } from 'node:fs';
import { closeFd, isEventFd } from './fd.js';
import { fcntlValue } from './libc.js';
import { setsockopt } from './socket-libc.js';

const F_GET_SEALS = 1034;
const SOL_SOCKET = 1;
const SO_LINGER = 13;

/** Whether a descriptor is a file in memory: a memfd, or a file of tmpfs or hugetlbfs, which alone have seals. */
export function isMemory(fd: number): boolean {
  return fcntlValue(fd, F_GET_SEALS, 0) >= 0;
}

/** Closes them: at once where that takes no time, else on a thread of Node's, and nobody hears how it went. */
export function letGo(fds: readonly number[]): void {
  for (const fd of fds) {
    if (isMemory(fd) || isEventFd(fd)) closeFd(fd);
    else closeWithoutWaiting(fd);
  }
}

/** A socket that does not linger may hold others that do, on their way through it: so it goes to the thread as well. */
function closeWithoutWaiting(fd: number): void {
  setsockopt(fd, SOL_SOCKET, SO_LINGER, new Int32Array(2), 8); // fails for what is no socket
  closeElsewhere(fd, () => undefined);
}

/** What both ends of an AF_UNIX socket begin with: its path and a descriptor (unix(7)). */
import { EngineError } from '../errors.js';
import { checked } from './errno.js';
import { closeFd } from './fd.js';
import { socket } from './socket-libc.js';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
/** sun_path without its final NUL. */
const MAX_PATH_BYTES = 107;

/** struct sockaddr_un of a path. Throws EngineError SOCKET_PATH_TOO_LONG of kind `input`. */
export function socketAddress(path: string): Uint8Array {
  const name = Buffer.from(path);
  if (name.length === 0 || name.length > MAX_PATH_BYTES) {
    throw new EngineError({
      code: 'SOCKET_PATH_TOO_LONG',
      op: 'open socket',
      target: path,
      reason: `a socket's path has 1 to ${MAX_PATH_BYTES} bytes, this one ${name.length}`,
      hint: 'use a shorter directory, or a symbolic link to it',
      kind: 'input',
    });
  }
  const address = new Uint8Array(name.length + 3); // sa_family_t and a NUL
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}

/** Throws EngineError SOCKET_PATH_TOO_LONG of kind `input` where no socket can have this path. */
export function checkSocketPath(path: string): void {
  socketAddress(path);
}

/** A non-blocking, close-on-exec stream socket. Throws SystemError. */
export function openSocket(path: string): number {
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  return checked(socket(AF_UNIX, type, 0), { op: 'socket', target: path });
}

/** Runs `use`; closes the descriptor where that throws. */
export function orClose<T>(fd: number, use: () => T): T {
  try {
    return use();
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

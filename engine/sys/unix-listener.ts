import { nowMs } from './clock.js';
import { checked, errnoName, systemError } from './errno.js';
import { closeFd } from './fd.js';
import { lastErrno } from './libc.js';
import { POLLIN, pollUntil } from './poll.js';
import { openSocket, orClose, SOCK_CLOEXEC, SOCK_NONBLOCK, socketAddress } from './socket-address.js';
import { accept4, bind, listen } from './socket-libc.js';
import { UnixSocket } from './unix-socket.js';

/** A listening socket. Its path must not exist yet; the creator removes it. */
export class UnixListener {
  readonly path: string;
  readonly fd: number;
  #closed = false;

  /** Throws SystemError (EADDRINUSE: the path exists), EngineError SOCKET_PATH_TOO_LONG. */
  constructor(path: string, backlog = 16) {
    this.path = path;
    const address = socketAddress(path);
    const fd = openSocket(path);
    this.fd = orClose(fd, () => {
      checked(bind(fd, address, address.length), { op: 'bind', target: path });
      checked(listen(fd, backlog), { op: 'listen', target: path });
      return fd;
    });
  }

  /** Whether a connection waits to be accepted. */
  waits(): boolean {
    return pollUntil(this.fd, POLLIN, 0) !== 0;
  }

  /** The next connection, or undefined where none comes within the time. Throws SystemError. */
  accept(timeoutMs: number): UnixSocket | undefined {
    if (pollUntil(this.fd, POLLIN, nowMs() + timeoutMs) === 0) return undefined;
    const fd = accept4(this.fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) return new UnixSocket(fd, this.path);
    const errno = lastErrno();
    // it left again before it was taken
    if (['EAGAIN', 'ECONNABORTED', 'EINTR'].includes(errnoName(errno))) return undefined;
    throw systemError({ op: 'accept', target: this.path }, errno);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeFd(this.fd);
  }
}

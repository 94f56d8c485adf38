/**
 * AF_UNIX stream sockets that carry file descriptors (unix(7)). Calls block the thread, each up to a deadline: a time
 * of `nowMs`. Everything is close-on-exec.
 */
import { EngineError } from '../errors.js';
import { nowMs } from './clock.js';
import { checked, errnoName, type SystemCall, systemError } from './errno.js';
import { closeFd } from './fd.js';
import { letGo } from './foreign-fd.js';
import { lastErrno, poll } from './libc.js';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDHUP, pollUntil } from './poll.js';
import { openSocket, orClose, socketAddress } from './socket-address.js';
import { connect, getsockopt, recvmsg, sendmsg, shutdown } from './socket-libc.js';
import { MAX_FDS, PAYLOAD_BYTES, SocketMessage } from './socket-message.js';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SHUT_RDWR = 2;
const CONNECT_RETRY_MS = 5;

/** Bytes, with the descriptors that came along; the receiver uses or closes them. */
export interface Received {
  readonly data: Uint8Array;
  readonly fds: readonly number[];
}

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

let message: SocketMessage | undefined;

/** One per thread: a call fills it and empties it before it returns. */
function messageBuffer(): SocketMessage {
  message ??= new SocketMessage();
  return message;
}

/** Closes descriptors that nobody wants. */
export function closeFds(fds: readonly number[]): void {
  for (const fd of fds) closeFd(fd);
}

/** A connected socket. `path` names it in errors. */
export class UnixSocket {
  readonly fd: number;
  readonly path: string;
  #closed = false;

  /** Takes a connected, non-blocking descriptor over, or borrows one that its owner outlives this object with. */
  constructor(fd: number, path: string) {
    this.fd = fd;
    this.path = path;
  }

  /** Throws SystemError (ENOENT, ECONNREFUSED: nothing listens there; EAGAIN: too many wait). */
  static connect(path: string, deadlineMs: number, hints: SystemCall['hints'] = {}): UnixSocket {
    const address = socketAddress(path);
    const fd = openSocket(path);
    return orClose(fd, () => {
      for (;;) {
        if (connect(fd, address, address.length) === 0) return new UnixSocket(fd, path);
        const errno = lastErrno();
        // EAGAIN: the listener's backlog is full
        if (errnoName(errno) !== 'EAGAIN' || nowMs() >= deadlineMs)
          throw systemError({ op: 'connect', target: path, hints }, errno);
        poll(new Int32Array(2), 0, CONNECT_RETRY_MS);
      }
    });
  }

  /**
   * Sends all bytes, the descriptors with the first of them: one sendmsg unless the peer's buffer is full. At most
   * 64 KiB and 253 descriptors. Throws EngineError PEER_GONE, SOCKET_TIMEOUT; SystemError.
   */
  send(data: Uint8Array, fds: readonly number[], deadlineMs: number): void {
    for (let sent = 0; sent < data.length; ) {
      sent += this.sendSome(data.subarray(sent), sent === 0 ? fds : []);
      if (sent < data.length) this.#await('send', POLLOUT, deadlineMs);
    }
  }

  /**
   * Sends what the peer's buffer takes now, the descriptors with the first byte; how many bytes it took. At most 64 KiB
   * and 253 descriptors. Throws EngineError PEER_GONE, SystemError.
   */
  sendSome(data: Uint8Array, fds: readonly number[]): number {
    if (data.length > PAYLOAD_BYTES || fds.length > MAX_FDS) throw new RangeError('socket message too large');
    const out = messageBuffer();
    out.payload.set(data);
    out.prepareSend(0, data.length, fds);
    for (;;) {
      const sent = Number(sendmsg(this.fd, out.address, MSG_NOSIGNAL));
      if (sent >= 0) return sent;
      if (!this.#interrupted('send')) return 0;
    }
  }

  /** What is there, at least a byte and at most `mostBytes`. Throws EngineError PEER_GONE, SOCKET_TIMEOUT. */
  receive(mostBytes: number, deadlineMs: number): Received {
    for (;;) {
      const received = this.receiveSome(mostBytes);
      if (received !== undefined) return received;
      this.#await('receive', POLLIN, deadlineMs);
    }
  }

  /** What is there, at most `mostBytes`; undefined where there is nothing yet. Throws EngineError PEER_GONE, SOCKET_FDS_LOST. */
  receiveSome(mostBytes: number): Received | undefined {
    const into = messageBuffer();
    for (;;) {
      into.prepareReceive(Math.min(mostBytes, PAYLOAD_BYTES));
      const result = Number(recvmsg(this.fd, into.address, MSG_CMSG_CLOEXEC));
      if (result === 0) throw this.#gone('receive', 'the peer closed the connection');
      if (result > 0) return { data: into.payload.slice(0, result), fds: this.#takeFds(into) };
      if (!this.#interrupted('receive')) return undefined;
    }
  }

  /** Exactly so many bytes, however they arrive. Throws as `receive`; descriptors that came are closed then. */
  receiveExactly(lengthBytes: number, deadlineMs: number): Received {
    const data = new Uint8Array(lengthBytes);
    const fds: number[] = [];
    try {
      for (let filled = 0; filled < lengthBytes; ) {
        const part = this.receive(lengthBytes - filled, deadlineMs);
        data.set(part.data, filled);
        filled += part.data.length;
        fds.push(...part.fds);
      }
    } catch (error) {
      letGo(fds);
      throw error;
    }
    return { data, fds };
  }

  /** Whether something can be received (or the peer has gone) within the time. */
  waitReadable(timeoutMs: number): boolean {
    return pollUntil(this.fd, POLLIN, nowMs() + timeoutMs) !== 0;
  }

  /** Whether the peer closed its end, or this one is closed. Does not block. */
  peerGone(): boolean {
    if (this.#closed) return true;
    const events = pollUntil(this.fd, POLLRDHUP, 0);
    return (events & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) !== 0;
  }

  /** Who connected, as the kernel noted it at connect(2) or listen(2). Throws SystemError. */
  peerCredentials(): PeerCredentials {
    const value = new Uint8Array(12);
    const call = { op: 'getsockopt SO_PEERCRED', target: this.path };
    checked(getsockopt(this.fd, SOL_SOCKET, SO_PEERCRED, value, Uint32Array.of(value.length)), call);
    const [pid, uid, gid] = new Uint32Array(value.buffer);
    return { pid, uid, gid };
  }

  /** As `close`, for a peer that is not trusted: descriptors that it has sent and nobody received keep nobody waiting. */
  dismiss(): void {
    if (this.#closed) return;
    shutdown(this.fd, SHUT_RDWR); // it sends no further ones
    while (this.#dropSome());
    this.close();
  }

  /** Whether there may be more to receive. */
  #dropSome(): boolean {
    try {
      const received = this.receiveSome(PAYLOAD_BYTES);
      letGo(received?.fds ?? []);
      return received !== undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return error.code === 'SOCKET_FDS_LOST';
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeFd(this.fd);
  }

  #takeFds(from: SocketMessage): number[] {
    const fds = from.receivedFds();
    if (!from.fdsTruncated()) return fds;
    letGo(fds);
    throw this.#failure(
      'SOCKET_FDS_LOST',
      'receive',
      'more descriptors came than this process may still have',
      'raise the limit: ulimit -n 1024',
    );
  }

  /** The peer has not done in time what it has to do. */
  tooSlow(op: string): EngineError {
    return this.#failure(
      'SOCKET_TIMEOUT',
      op,
      'the peer did not keep up until the deadline',
      'look at the peer',
    );
  }

  #await(op: string, events: number, deadlineMs: number): void {
    if (pollUntil(this.fd, events, deadlineMs) === 0) throw this.tooSlow(op);
  }

  /** Whether the call that failed is to be made again; false where the peer has to do something first. */
  #interrupted(op: string): boolean {
    const errno = lastErrno();
    const name = errnoName(errno);
    if (name === 'EPIPE' || name === 'ECONNRESET')
      throw this.#gone(op, `the peer closed the connection (${name})`);
    if (name !== 'EAGAIN' && name !== 'EINTR') throw systemError({ op, target: this.path }, errno);
    return name === 'EINTR';
  }

  #gone(op: string, reason: string): EngineError {
    return this.#failure('PEER_GONE', op, reason, 'look at why it ended, and connect again');
  }

  #failure(code: string, op: string, reason: string, hint: string): EngineError {
    return new EngineError({ code, op, target: this.path, reason, hint });
  }
}

/** Messages for a peer, sent as it takes them: whoever serves several peers waits for none of them. */
import { nowMs } from './clock.js';
import type { UnixSocket } from './unix-socket.js';

interface Waiting {
  /** What the peer has not taken yet. */
  data: Uint8Array;
  fds: readonly number[];
}

export class MessageOutbox {
  readonly #socket: UnixSocket;
  readonly #timeoutMs: number;
  readonly #waiting: Waiting[] = [];
  #movedMs = 0;

  /** `timeoutMs`: what the peer has to take something of what waits for it. */
  constructor(socket: UnixSocket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
  }

  /** A message of at most 64 KiB; the descriptors stay open until it is sent. Sends as `flush`. */
  post(data: Uint8Array, fds: readonly number[]): boolean {
    if (this.#waiting.length === 0) this.#movedMs = nowMs();
    this.#waiting.push({ data, fds });
    return this.flush();
  }

  /** Sends what the peer takes now; whether that was all. Throws EngineError SOCKET_TIMEOUT, PEER_GONE; SystemError. */
  flush(): boolean {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const sentBytes = this.#socket.sendSome(first.data, first.fds);
      if (sentBytes === 0 && nowMs() > this.#movedMs + this.#timeoutMs) throw this.#socket.tooSlow('send');
      if (sentBytes === 0) return false;
      this.#movedMs = nowMs();
      first.data = first.data.subarray(sentBytes);
      first.fds = [];
      if (first.data.length === 0) this.#waiting.shift();
    }
    return true;
  }
}

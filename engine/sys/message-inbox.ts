/** Messages of a peer, taken as their pieces come: whoever serves several peers waits for none of them. */
import { nowMs } from './clock.js';
import { letGo } from './foreign-fd.js';
import type { UnixSocket } from './unix-socket.js';

/** A message is a header of constant length, and as many bytes as the header says. */
export interface Framing {
  readonly headerBytes: number;
  /** Throws EngineError where it is no header of a message that is taken. */
  bodyBytes(header: Uint8Array): number;
}

export interface Message {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  /** That came with the header; the receiver uses or closes them. */
  readonly fds: readonly number[];
}

const NOTHING = new Uint8Array(0);

export class MessageInbox {
  readonly #socket: UnixSocket;
  readonly #framing: Framing;
  readonly #timeoutMs: number;
  #header: Uint8Array;
  #body: Uint8Array | undefined;
  /** Bytes of the part that is under way. */
  #filled = 0;
  #fds: number[] = [];
  #begunMs: number | undefined;

  /** `timeoutMs`: what the peer has for the rest of a message that it began. */
  constructor(socket: UnixSocket, framing: Framing, timeoutMs: number) {
    this.#socket = socket;
    this.#framing = framing;
    this.#timeoutMs = timeoutMs;
    this.#header = new Uint8Array(framing.headerBytes);
  }

  /**
   * Receives what is there; whether a whole message is, for `take`. Throws EngineError SOCKET_TIMEOUT, PEER_GONE,
   * SOCKET_FDS_LOST, or what the framing throws; there is no next message then.
   */
  arrived(): boolean {
    for (;;) {
      const part = this.#body ?? this.#header;
      if (this.#filled < part.length && !this.#receive(part)) return false;
      if (this.#filled < part.length) continue;
      if (this.#body !== undefined) return true;
      this.#body = new Uint8Array(this.#framing.bodyBytes(this.#header));
      this.#filled = 0;
    }
  }

  /** The message that has arrived. */
  take(): Message {
    const message = { header: this.#header, body: this.#body ?? NOTHING, fds: this.#fds };
    this.#header = new Uint8Array(this.#framing.headerBytes);
    this.#body = undefined;
    this.#filled = 0;
    this.#fds = [];
    this.#begunMs = undefined;
    return message;
  }

  /** Closes the descriptors of a message that nobody takes. The socket stays the caller's. */
  close(): void {
    letGo(this.#fds);
    this.#fds = [];
  }

  /** More of a part; false where there is none yet. */
  #receive(part: Uint8Array): boolean {
    const received = this.#socket.receiveSome(part.length - this.#filled);
    if (received === undefined) {
      if (this.#begunMs !== undefined && nowMs() > this.#begunMs + this.#timeoutMs)
        throw this.#socket.tooSlow('receive');
      return false;
    }
    this.#begunMs ??= nowMs();
    part.set(received.data, this.#filled);
    this.#filled += received.data.length;
    if (part === this.#header) this.#fds.push(...received.fds);
    else letGo(received.fds);
    return true;
  }
}

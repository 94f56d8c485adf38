/**
 * Clients that have connected and are not served yet. Whoever has said its first message whole comes next; those that say
 * nothing keep nobody waiting.
 */
import { EngineError } from '../../errors.js';
import { nowMs } from '../../sys/clock.js';
import { MessageInbox } from '../../sys/message-inbox.js';
import type { Patience } from '../../sys/patience.js';
import { waitForAny } from '../../sys/poll.js';
import type { UnixListener } from '../../sys/unix-listener.js';
import type { UnixSocket } from '../../sys/unix-socket.js';
import { decodeHeader, HEADER_BYTES } from '../../vfio-user/messages.js';

/** For the first message, and for the rest of any that has begun. */
const MESSAGE_TIMEOUT_MS = 10_000;
const MOST_GUESTS = 16;
/** Until one that says nothing gives way where there are too many. */
const WAY_AFTER_MS = 500;

export interface Guest {
  readonly socket: UnixSocket;
  readonly inbox: MessageInbox;
}

interface Waiting extends Guest {
  readonly sinceMs: number;
  greeted: boolean;
}

export class Lobby {
  readonly #listener: UnixListener;
  readonly #patience: Patience;
  #guests: Waiting[] = [];

  constructor(listener: UnixListener, patience: Patience) {
    this.#listener = listener;
    this.#patience = patience;
  }

  /** The client to be served next, who has sent a message; undefined where there is none within the time. */
  next(timeoutMs: number): Guest | undefined {
    this.tend();
    if (!this.#guests.some(({ greeted }) => greeted)) this.#wait(timeoutMs);
    const at = this.#guests.findIndex(({ greeted }) => greeted);
    return at < 0 ? undefined : this.#guests.splice(at, 1)[0];
  }

  /** Lets in who has connected, and hears what they say. To be called every now and then while one is served. */
  tend(): void {
    this.#guests = this.#guests.filter((guest) => this.#hear(guest));
    for (let tries = 0; tries < MOST_GUESTS && this.#hasRoom(); tries++) {
      const socket = this.#patience.attempt(() => this.#listener.accept(0));
      if (socket === undefined) break;
      const inbox = new MessageInbox(socket, framing(socket.path), MESSAGE_TIMEOUT_MS);
      const guest = { socket, inbox, sinceMs: nowMs(), greeted: false };
      if (this.#hear(guest)) this.#guests.push(guest);
    }
  }

  /** Sends everybody away. */
  close(): void {
    for (const guest of this.#guests) sendAway(guest);
    this.#guests = [];
  }

  #wait(timeoutMs: number): void {
    const fds = this.#guests.map(({ socket }) => socket.fd);
    if (!this.#patience.waiting) fds.push(this.#listener.fd);
    waitForAny(fds, timeoutMs);
    this.tend();
  }

  /** Whether it stays. */
  #hear(guest: Waiting): boolean {
    try {
      guest.greeted ||= guest.inbox.arrived();
      if (guest.greeted && guest.socket.peerGone()) throw guest.socket.tooSlow('receive');
      if (guest.greeted || nowMs() < guest.sinceMs + MESSAGE_TIMEOUT_MS) return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
    sendAway(guest);
    return false;
  }

  /** The one that has said nothing for the longest gives way. */
  #hasRoom(): boolean {
    if (this.#guests.length < MOST_GUESTS) return true;
    const at = this.#guests.findIndex(({ greeted }) => !greeted);
    if (at < 0 || nowMs() < this.#guests[at].sinceMs + WAY_AFTER_MS) return false;
    sendAway(this.#guests.splice(at, 1)[0]);
    return true;
  }
}

function sendAway({ socket, inbox }: Guest): void {
  inbox.close();
  socket.dismiss();
}

function framing(path: string) {
  return {
    headerBytes: HEADER_BYTES,
    bodyBytes: (header: Uint8Array) => decodeHeader(header, path).lengthBytes - HEADER_BYTES,
  };
}

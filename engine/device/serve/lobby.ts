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
import { stopListening } from './listen-path.js';

/** For the first message, and for the rest of any that has begun. */
const MESSAGE_TIMEOUT_MS = 10_000;
const MOST_GUESTS = 16;
/** Between two looks at those that are in, for whom time runs out; and where nobody is, so that nothing is missed. */
const SLICE_MS = 50;
const QUIET_SLICE_MS = 1000;
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
  /** Undefined while nobody can connect. */
  #listener: UnixListener | undefined;
  readonly #patience: Patience;
  #guests: Waiting[] = [];

  constructor(listener: UnixListener, patience: Patience) {
    this.#listener = listener;
    this.#patience = patience;
  }

  /** After `close`. */
  open(listener: UnixListener): void {
    this.#listener = listener;
  }

  /** The client to be served next, who has sent a message; undefined where there is none soon, or `wakeFd` can be read from. */
  next(wakeFd: number): Guest | undefined {
    this.tend();
    if (!this.#guests.some(({ greeted }) => greeted)) {
      this.wait([wakeFd, ...this.#guests.map(({ socket }) => socket.fd)]);
      this.tend();
    }
    const at = this.#guests.findIndex(({ greeted }) => greeted);
    return at < 0 ? undefined : this.#guests.splice(at, 1)[0];
  }

  /** Lets in who has connected, and hears what they say. To be called every now and then while one is served. */
  tend(): void {
    this.#guests = this.#guests.filter((guest) => this.#hear(guest));
    const listener = this.#listener;
    for (let tries = 0; listener !== undefined && tries < MOST_GUESTS && this.#hasRoom(); tries++) {
      const socket = this.#patience.attempt(() => listener.accept(0));
      if (socket === undefined) break;
      const inbox = new MessageInbox(socket, framing(socket.path), MESSAGE_TIMEOUT_MS);
      const guest = { socket, inbox, sinceMs: nowMs(), greeted: false };
      if (this.#hear(guest)) this.#guests.push(guest);
    }
  }

  /** Until one of these can be read from, somebody connects, or it is time to `tend`. What can be read from, the listener with it. */
  wait(fds: readonly number[]): readonly number[] {
    if (this.#patience.waiting || this.#guests.length >= MOST_GUESTS) return waitForAny(fds, SLICE_MS);
    const listening = this.#listener === undefined ? [] : [this.#listener.fd];
    return waitForAny([...fds, ...listening], this.#guests.length === 0 ? QUIET_SLICE_MS : SLICE_MS);
  }

  /** Sends everybody away, and lets nobody in; the socket's path is gone afterwards. Idempotent. */
  close(): void {
    if (this.#listener !== undefined) stopListening(this.#listener);
    this.#listener = undefined;
    for (const guest of this.#guests) sendAway(guest);
    this.#guests = [];
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

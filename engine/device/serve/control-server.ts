/**
 * The control socket of a served controller: a line of JSON asks, a line of JSON answers. It is on the main thread, which the
 * thread that talks to clients does not wait for.
 */
import { Socket } from 'node:net';
import { EngineError, type FailureParts } from '../../errors.js';
import { nowMs } from '../../sys/clock.js';
import { Patience } from '../../sys/patience.js';
import type { UnixListener } from '../../sys/unix-listener.js';
import type { UnixSocket } from '../../sys/unix-socket.js';
import type { ControlAnswer, ServedController } from './control-requests.js';
import { listenAt, stopListening } from './listen-path.js';

/** Between two looks at who connects: while nobody does, which is to cost nothing, and shortly after somebody did. */
const IDLE_LOOK_MS = 250;
const BUSY_LOOK_MS = 10;
const BUSY_FOR_MS = 1000;
const LONGEST_LINE = 65_536;
const SILENCE_MS = 60_000;
const MOST_CONNECTIONS = 16;

/** What goes back: one of both. */
export type ControlReply = { readonly answer: ControlAnswer } | { readonly error: FailureParts };

export class ControlServer {
  readonly #listener: UnixListener;
  readonly #served: ServedController;
  readonly #report: (notice: string) => void;
  readonly #patience: Patience;
  #timer: NodeJS.Timeout | undefined;
  #busyUntilMs = 0;
  #closed = false;
  readonly #sockets = new Set<Socket>();

  /** On this path, for this user alone. Throws as `listenAt`. */
  constructor(path: string, served: ServedController, report: (notice: string) => void) {
    this.#listener = listenAt(path);
    this.#served = served;
    this.#report = report;
    this.#patience = new Patience(report);
    this.#lookSoon();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    stopListening(this.#listener);
    for (const socket of this.#sockets) socket.destroy();
    this.#served.close();
  }

  #lookSoon(): void {
    if (this.#closed) return;
    const pauseMs = nowMs() < this.#busyUntilMs ? BUSY_LOOK_MS : IDLE_LOOK_MS;
    this.#timer = setTimeout(() => {
      this.#admit();
      this.#lookSoon();
    }, pauseMs);
    this.#timer.unref();
  }

  #admit(): void {
    try {
      while (this.#sockets.size < MOST_CONNECTIONS) {
        const peer = this.#patience.attempt(() => this.#listener.accept(0));
        if (peer === undefined) return;
        this.#busyUntilMs = nowMs() + BUSY_FOR_MS;
        if (isOwner(peer)) void this.#talk(new Socket({ fd: peer.fd, readable: true, writable: true }));
        else peer.close();
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#report(`nobody can give orders any more: ${error.message}`);
      this.close();
    }
  }

  /** One answer after the other, as the peer takes them. */
  async #talk(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.setEncoding('utf8');
    let text = '';
    try {
      for await (const part of socket as AsyncIterable<string>) {
        const lines = (text + part).split('\n');
        text = lines.pop()!;
        for (const line of lines) await sent(socket, `${JSON.stringify(await this.#reply(line))}\n`);
        if (text.length > LONGEST_LINE) break;
      }
    } catch {
      // it has left
    } finally {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }

  async #reply(line: string): Promise<ControlReply> {
    try {
      return { answer: await this.#served.answer(line) };
    } catch (error) {
      return { error: partsOf(error) };
    }
  }
}

function sent(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** The socket's mode says so too, but for the moment before it has one. */
function isOwner(peer: UnixSocket): boolean {
  const { uid } = peer.peerCredentials();
  return uid === 0 || uid === process.geteuid?.();
}

function partsOf(error: unknown): FailureParts {
  if (!(error instanceof EngineError))
    return { code: 'CONTROL_FAILED', op: 'answer', target: '', reason: String(error), hint: 'report it' };
  const { code, op, target, reason, hint, kind } = error;
  return { code, op, target, reason, hint, kind };
}

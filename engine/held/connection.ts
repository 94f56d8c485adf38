/** A secondary's end of the socket: requests with deadlines, and the news that come in between. */
import { EngineError } from '../errors.js';
import { waitUntil } from '../path/pcie/wait.js';
import { nowMs } from '../sys/clock.js';
import { closeFds, type UnixSocket } from '../sys/unix-socket.js';
import { broken, receiveFrame, sendFrame } from './frame.js';
import { decodeError, decodeNotice, encodeMessage, fieldsOf, HELLO_ID, type Request } from './messages.js';

/** For the rest of a message that has begun, and for putting one on its way. */
const MESSAGE_TIMEOUT_MS = 2000;
const IMMEDIATE_TIMEOUT_MS = 10_000;

/** Requests whose answers bring descriptors; those of others are closed. */
const WITH_DESCRIPTORS: readonly string[] = ['hello', 'take-vector'];

interface Answer {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly fds: readonly number[];
}

export interface Reply {
  readonly value: unknown;
  /** The caller uses or closes them. */
  readonly fds: readonly number[];
}

export class HolderConnection {
  readonly #socket: UnixSocket;
  readonly #pid: number;
  readonly #answers = new Map<number, Answer>();
  readonly #awaited = new Set<number>();
  #nextId = HELLO_ID;
  #gone: string | undefined;
  #lost: string | undefined;
  #askedBack: string | undefined;

  /** Takes the socket over. `pid` is the holder, for messages. */
  constructor(socket: UnixSocket, pid: number) {
    this.#socket = socket;
    this.#pid = pid;
  }

  /** Why nothing can be asked any more; undefined while it can. */
  get gone(): string | undefined {
    this.#takeNews();
    return this.#gone;
  }

  /** Why the controller cannot be used any more: its holder is gone, or says so. */
  lost(): string | undefined {
    this.#takeNews();
    return this.#gone ?? this.#lost;
  }

  /** Why the holder wants the controller back. */
  askedBack(): string | undefined {
    this.#takeNews();
    return this.#askedBack;
  }

  /**
   * Asks and lets the event loop turn until the answer, or until `abandoned` says that nobody waits for it any more.
   * Throws what the holder threw; EngineError DEVICE_LOST, HOLDER_SILENT.
   */
  async request(body: Request, timeoutMs: number, abandoned = (): boolean => false): Promise<Reply> {
    const id = this.#send(body, []);
    await waitUntil(() => this.#arrived(id) || abandoned(), timeoutMs);
    return this.#take(id, body.kind, timeoutMs);
  }

  /** Asks and blocks until the answer; the descriptors stay the caller's. Throws as `request`. */
  requestNow(body: Request, fds: readonly number[] = []): Reply {
    const id = this.#send(body, fds);
    const deadlineMs = nowMs() + IMMEDIATE_TIMEOUT_MS;
    while (!this.#arrived(id) && nowMs() < deadlineMs) this.#socket.waitReadable(deadlineMs - nowMs());
    return this.#take(id, body.kind, IMMEDIATE_TIMEOUT_MS);
  }

  /** Idempotent. */
  close(): void {
    this.#gone ??= 'this process has left it';
    for (const { fds } of this.#answers.values()) closeFds(fds);
    this.#answers.clear();
    this.#socket.close();
  }

  #send(body: Request, fds: readonly number[]): number {
    const id = this.#nextId++;
    if (this.gone === undefined) {
      try {
        sendFrame(this.#socket, { id, body: encodeMessage(body) }, fds, nowMs() + MESSAGE_TIMEOUT_MS);
        this.#awaited.add(id);
      } catch (error) {
        this.#giveUp(error);
      }
    }
    return id;
  }

  #arrived(id: number): boolean {
    this.#takeNews();
    return this.#answers.has(id) || this.#gone !== undefined;
  }

  #take(id: number, kind: string, timeoutMs: number): Reply {
    this.#awaited.delete(id);
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (answer === undefined) throw this.#unanswered(kind, timeoutMs);
    const { fields, fds } = answer;
    if (fields.error === undefined && WITH_DESCRIPTORS.includes(kind)) return { value: fields.ok, fds };
    closeFds(fds);
    if (fields.error === undefined) return { value: fields.ok, fds: [] };
    throw decodeError(fields.error, this.#socket.path);
  }

  #takeNews(): void {
    while (this.#gone === undefined && this.#socket.waitReadable(0)) {
      try {
        this.#receive();
      } catch (error) {
        this.#giveUp(error);
      }
    }
  }

  #receive(): void {
    const { value, fds } = receiveFrame(this.#socket, nowMs() + MESSAGE_TIMEOUT_MS);
    const fields = fieldsOf(value, this.#socket.path);
    const notice = decodeNotice(fields);
    if (notice?.notice === 'lost') this.#lost ??= notice.reason;
    else if (notice) this.#askedBack ??= notice.reason;
    else if (typeof fields.id !== 'number') throw broken(this.#socket.path, 'a message without identifier');
    else if (this.#awaited.has(fields.id)) {
      this.#answers.set(fields.id, { fields, fds });
      return;
    }
    closeFds(fds); // an answer that came too late, or a notice
  }

  #giveUp(error: unknown): void {
    if (!(error instanceof EngineError)) throw error;
    const ended = ['PEER_GONE', 'EPIPE', 'ECONNRESET'].includes(error.code);
    // a holder that has said why it gives the controller up closes the connection too
    this.#gone ??= this.#lost;
    this.#gone ??= ended
      ? `process ${this.#pid}, which held the controller, has ended`
      : `process ${this.#pid}, which holds the controller, cannot be talked to: ${error.reason}`;
  }

  #unanswered(kind: string, timeoutMs: number): EngineError {
    const silent = `process ${this.#pid}, which holds the controller, has not answered within ${timeoutMs} ms`;
    return new EngineError({
      code: this.#gone === undefined ? 'HOLDER_SILENT' : 'DEVICE_LOST',
      op: `ask the holder: ${kind}`,
      target: this.#socket.path,
      reason: this.#gone ?? silent,
      hint: 'look at what became of `nvbench hold`, and start it again',
    });
  }
}

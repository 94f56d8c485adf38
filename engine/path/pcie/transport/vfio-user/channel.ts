/** Requests and their replies over one connection, from any thread that shares the lock. Calls block the thread. */
import { EngineError, SystemError } from '../../../../errors.js';
import { nowMs } from '../../../../sys/clock.js';
import { errnoName } from '../../../../sys/errno.js';
import { closeFds, type UnixSocket } from '../../../../sys/unix-socket.js';
import { commandName, decodeHeader, encodeCommand, HEADER_BYTES } from '../../../../vfio-user/messages.js';
import { BROKEN_REASON, type ExchangeLock } from './exchange-lock.js';

export interface Request {
  readonly command: number;
  readonly body: Uint8Array;
  readonly fds?: readonly number[];
  /** What it is for, in errors; the command's name where not given. */
  readonly op?: string;
  /** Next step by errno symbol where the server refuses. */
  readonly hints?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly body: Uint8Array;
  /** The caller's to use or to close. */
  readonly fds: readonly number[];
}

/** The threads number their messages from different halves, so that no reply is taken for another's. */
export type MessageIds = 'requests' | 'doorbells';

export class VfioUserChannel {
  readonly socket: UnixSocket;
  readonly target: string;
  readonly timeoutMs: number;
  readonly lock: ExchangeLock;
  readonly #firstId: number;
  #sent = 0;

  constructor(socket: UnixSocket, lock: ExchangeLock, target: string, timeoutMs: number, ids: MessageIds) {
    this.socket = socket;
    this.lock = lock;
    this.target = target;
    this.timeoutMs = timeoutMs;
    this.#firstId = ids === 'requests' ? 0 : 0x8000;
  }

  /** Why no request can succeed any more, or undefined. */
  lost(): string | undefined {
    const reason = this.lock.broken();
    if (reason !== undefined) return reason;
    if (!this.socket.peerGone()) return undefined;
    this.lock.break(BROKEN_REASON.closed);
    return this.lock.broken();
  }

  /**
   * Sends a command and waits for its reply. Throws SystemError VFIO_USER_REFUSED (the server's errno), EngineError
   * VFIO_USER_LOST where there is no connection any more or no reply within the time: there is none after that.
   */
  request(request: Request): Reply {
    const op = request.op ?? commandName(request.command);
    const deadlineMs = nowMs() + this.timeoutMs;
    const broken = this.lock.broken();
    if (broken !== undefined) throw this.#lostError(op, broken);
    if (!this.lock.acquire(deadlineMs))
      throw this.#lostError(op, 'the connection is busy with another request');
    try {
      return this.#exchange(request, op, deadlineMs);
    } catch (error) {
      if (error instanceof SystemError && error.code === 'VFIO_USER_REFUSED') throw error;
      if (!(error instanceof EngineError)) throw error;
      this.lock.break(brokenReason(error.code));
      throw this.#lostError(op, this.#reasonOf(error), error);
    } finally {
      this.lock.release();
    }
  }

  /** As `request`, for a reply that carries no descriptor; one that comes anyway is closed. */
  ask(request: Request): Uint8Array {
    const { body, fds } = this.request(request);
    closeFds(fds);
    return body;
  }

  #exchange(request: Request, op: string, deadlineMs: number): Reply {
    const { socket } = this;
    const messageId = this.#firstId + (this.#sent++ & 0x7fff);
    socket.send(encodeCommand(messageId, request.command, request.body), request.fds ?? [], deadlineMs);
    const { data, fds } = socket.receiveExactly(HEADER_BYTES, deadlineMs);
    try {
      const header = decodeHeader(data, this.target);
      const rest = socket.receiveExactly(header.lengthBytes - HEADER_BYTES, deadlineMs);
      closeFds(rest.fds);
      if (!header.reply || header.messageId !== messageId || header.command !== request.command)
        throw this.#unexpected(commandName(header.command), header.reply);
      if (header.errorNumber !== 0) throw this.#refusal(request, op, header.errorNumber);
      return { body: rest.data, fds };
    } catch (error) {
      closeFds(fds);
      throw error;
    }
  }

  #unexpected(name: string, reply: boolean): EngineError {
    return new EngineError({
      code: 'VFIO_USER_PROTOCOL',
      op: 'read vfio-user reply',
      target: this.target,
      reason: `the server ${reply ? 'answers' : 'sends'} ${name}, which was not asked`,
      hint: 'use a server that reaches the memory by the descriptors it is given',
    });
  }

  #refusal(request: Request, op: string, errno: number): SystemError {
    const name = errnoName(errno);
    return new SystemError({
      code: 'VFIO_USER_REFUSED',
      op,
      target: this.target,
      reason: `the vfio-user server answers ${name}`,
      hint: request.hints?.[name] ?? 'look at the log of the server',
      errno,
      errnoName: name,
    });
  }

  #reasonOf(error: EngineError): string {
    if (error.code === 'SOCKET_TIMEOUT')
      return `the vfio-user server gave no answer within ${this.timeoutMs} ms`;
    return error.code === 'PEER_GONE' ? 'the vfio-user server closed the connection' : error.reason;
  }

  #lostError(op: string, reason: string, cause?: unknown): EngineError {
    const hint = 'look at the server and its log, then attach again';
    return new EngineError({ code: 'VFIO_USER_LOST', op, target: this.target, reason, hint, cause });
  }
}

function brokenReason(code: string): number {
  if (code === 'SOCKET_TIMEOUT') return BROKEN_REASON.silent;
  return code === 'VFIO_USER_PROTOCOL' ? BROKEN_REASON.protocol : BROKEN_REASON.closed;
}

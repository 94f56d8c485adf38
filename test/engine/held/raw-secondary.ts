/** A secondary that sends whatever a test wants. */
import { EngineError } from '../../../engine/errors.js';
import { type Frame, receiveFrame, sendFrame } from '../../../engine/held/frame.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { closeFds, UnixSocket } from '../../../engine/sys/unix-socket.js';

const TIMEOUT_MS = 20_000;
const PROTOCOL_VERSION = 3;

export interface Answer {
  readonly id?: number;
  readonly ok?: Record<string, unknown> | number | null;
  readonly error?: { readonly code: string; readonly statusCode?: number; readonly reason: string };
}

export class RawSecondary {
  readonly socket: UnixSocket;
  #id = 1;
  /** Lowest address of its window, and the descriptors that came with the answer to hello. */
  start = 0n;
  fds: readonly number[] = [];

  constructor(socketPath: string) {
    this.socket = UnixSocket.connect(socketPath, nowMs() + TIMEOUT_MS);
  }

  static async joined(socketPath: string): Promise<RawSecondary> {
    const secondary = new RawSecondary(socketPath);
    secondary.#send({ kind: 'hello', version: PROTOCOL_VERSION }, []);
    const { value, fds } = await secondary.receive();
    const { ok, error } = value as { ok?: { window: { start: string } }; error?: Answer['error'] };
    if (!ok) {
      secondary.close();
      const reason = JSON.stringify(error);
      throw new EngineError({ code: 'HELLO_REFUSED', op: 'say hello', target: socketPath, reason, hint: '' });
    }
    secondary.start = BigInt(ok.window.start);
    secondary.fds = fds;
    return secondary;
  }

  /** Asks, and closes what descriptors come with the answer. */
  async ask(body: object, fds: readonly number[] = []): Promise<Answer> {
    this.#send(body, fds);
    const { value, fds: came } = await this.receive();
    closeFds(came);
    return value as Answer;
  }

  admin(command: object): Promise<Answer> {
    return this.ask({ kind: 'admin', command: { name: 'a command', ...command }, timeoutMs: 10_000 });
  }

  map(iova: bigint, lengthBytes: number, fd: number): Promise<Answer> {
    return this.ask({ kind: 'map', iova: hex(iova), lengthBytes }, [fd]);
  }

  /** The next frame. The holder may run on this thread: what waits for it does not block. */
  async receive(): Promise<Frame> {
    const until = nowMs() + TIMEOUT_MS;
    while (!this.socket.waitReadable(0) && nowMs() < until) await sleepMs(1);
    return receiveFrame(this.socket, nowMs() + 1000);
  }

  close(): void {
    closeFds(this.fds);
    this.fds = [];
    this.socket.close();
  }

  #send(body: object, fds: readonly number[]): void {
    sendFrame(this.socket, { id: this.#id++, body }, fds, nowMs() + 1000);
  }
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

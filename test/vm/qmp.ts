import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface QmpReply {
  id?: number;
  return?: unknown;
  error?: { class: string; desc: string };
  event?: string;
  data?: unknown;
}

interface PendingCommand {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A session with QEMU's machine protocol; events such as `DEVICE_DELETED` are emitted under their name. */
export class QmpSession extends EventEmitter {
  readonly #socket: Socket;
  readonly #pending = new Map<number, PendingCommand>();
  #nextId = 1;

  private constructor(socket: Socket) {
    super();
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#receive(JSON.parse(line) as QmpReply));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#rejectAll());
  }

  /** Connects and leaves the negotiation mode. */
  static async connect(path: string): Promise<QmpSession> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const session = new QmpSession(socket);
    await session.execute('qmp_capabilities');
    return session;
  }

  /**
   * Runs one command and returns its `return` value.
   * @throws Error with QEMU's class and description
   */
  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(reply: QmpReply): void {
    if (reply.event !== undefined) this.emit(reply.event, reply.data);
    const pending = reply.id === undefined ? undefined : this.#pending.get(reply.id);
    if (reply.id === undefined || pending === undefined) return;
    this.#pending.delete(reply.id);
    if (reply.error) pending.reject(new Error(`QMP ${reply.error.class}: ${reply.error.desc}`));
    else pending.resolve(reply.return);
  }

  #rejectAll(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('QMP: QEMU closed the connection'));
    this.#pending.clear();
  }
}

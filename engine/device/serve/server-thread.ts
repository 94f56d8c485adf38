/** The thread of a server, as who starts it has it. */
import type { Worker } from 'node:worker_threads';
import { EngineError, type FailureParts } from '../../errors.js';
import type { SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { shortageOf } from '../../shortage.js';
import { closeFd, createEventFd, signalEventFd } from '../../sys/fd.js';
import { startThread } from '../../sys/thread.js';
import type { SlotAnswer, SlotOrder, SlotReply, SlotState } from './slot.js';

export interface ServerThreadData {
  readonly socketDir: string;
  readonly device: string;
  readonly record: string | undefined;
  readonly mapDoorbells: boolean;
  /** An eventfd that is signalled after each order: the thread may be asleep. */
  readonly wakeFd: number;
}

/** What the thread is told. */
export type ServerOrder = { readonly kind: 'stop' } | SlotOrder;

/** What it says. */
export type ServerMessage =
  | { readonly kind: 'ready'; readonly live: SimLiveEnd }
  | { readonly kind: 'notice'; readonly notice: string }
  /** To a SlotOrder, in the order of these. */
  | { readonly kind: 'slot'; readonly reply: SlotReply }
  /** It was leaving. */
  | { readonly kind: 'unplugged' }
  | { readonly kind: 'failed'; readonly parts: FailureParts };

export class ServerThread {
  /** Resolves once clients can connect; rejects as `ended`. */
  readonly ready: Promise<SimLiveEnd>;
  /** Resolves once it has ended; rejects with EngineError where it ended by itself. */
  readonly ended: Promise<void>;
  readonly #device: string;
  readonly #worker: Worker;
  /** Until the thread has ended. */
  #wakeFd: number | undefined = createEventFd();
  #failure: EngineError | undefined;
  #slot: SlotState = 'in';
  /** Who waits for what comes of an order, the first one first. */
  readonly #waiting: ((reply: SlotReply | undefined) => void)[] = [];

  /** `onNotice` hears what the one who runs the server is to know. Throws EngineError THREAD_NOT_STARTED, SystemError. */
  constructor(data: Omit<ServerThreadData, 'wakeFd'>, onNotice: (notice: string) => void) {
    this.#device = data.device;
    this.#worker = this.#start(data);
    this.ended = new Promise((resolve, reject) => {
      this.#worker.once('exit', () => {
        this.#closeWakeFd();
        for (const settle of this.#waiting.splice(0)) settle(undefined);
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      });
    });
    this.ended.catch(() => undefined); // it may fail before anybody asks
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: ServerMessage) => {
        if (message.kind === 'ready') resolve(message.live);
        else if (message.kind === 'notice') onNotice(message.notice);
        else if (message.kind === 'failed') this.#failure = new EngineError(message.parts);
        else this.#moved(message.kind === 'slot' ? message.reply : { state: 'out' }, message.kind === 'slot');
      });
      this.ended.then(() => reject(this.#failed('its thread ended')), reject);
    });
    this.#worker.on('error', (error: Error) => {
      this.#failure ??= this.#failed(error.message);
    });
  }

  get slot(): SlotState {
    return this.#slot;
  }

  /** Nothing where it has ended. */
  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  /** Takes the drive out of its slot, or puts it back. Throws EngineError: what the thread refuses, SERVER_FAILED where it has ended. */
  async move(order: SlotOrder): Promise<SlotAnswer> {
    const reply = await new Promise<SlotReply | undefined>((resolve) => {
      if (this.#wakeFd === undefined) resolve(undefined);
      else this.#waiting.push(resolve);
      this.#tell(order);
    });
    if (reply === undefined) throw this.#failed('its thread has ended');
    if ('refused' in reply) throw new EngineError(reply.refused);
    return reply;
  }

  #tell(order: ServerOrder): void {
    if (this.#wakeFd === undefined) return;
    this.#worker.postMessage(order);
    signalEventFd(this.#wakeFd);
  }

  /** `asked`: somebody waits for it. */
  #moved(reply: SlotReply, asked: boolean): void {
    if ('state' in reply) this.#slot = reply.state;
    if (asked) this.#waiting.shift()?.(reply);
  }

  #start(data: Omit<ServerThreadData, 'wakeFd'>): Worker {
    const options = { workerData: { ...data, wakeFd: this.#wakeFd }, name: 'vfio-user-server' };
    try {
      return startThread(new URL('./thread.js', import.meta.url), options, data.device);
    } catch (error) {
      this.#closeWakeFd();
      throw error;
    }
  }

  #closeWakeFd(): void {
    if (this.#wakeFd !== undefined) closeFd(this.#wakeFd);
    this.#wakeFd = undefined;
  }

  #failed(reason: string): EngineError {
    const hint = shortageOf(reason)?.hint ?? 'start it again';
    return new EngineError({
      code: 'SERVER_FAILED',
      op: 'serve vfio-user',
      target: this.#device,
      reason,
      hint,
    });
  }
}

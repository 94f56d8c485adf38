/** The loop of the server's thread: one client after the other. */
import { EngineError } from '../../errors.js';
import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { nowMs, sleepMs } from '../../sys/clock.js';
import { drainEventFd } from '../../sys/fd.js';
import { Patience } from '../../sys/patience.js';
import type { UnixListener } from '../../sys/unix-listener.js';
import type { UnixSocket } from '../../sys/unix-socket.js';
import { Bar0 } from './bar0.js';
import { Session, type SessionParts } from './client.js';
import { ConfigSpaceBytes, MOST_MSIX_VECTORS } from './config-space.js';
import { type Guest, Lobby } from './lobby.js';
import { MemoryBar } from './memory-bar.js';
import { MSIX_REGION, MsixBar } from './msix-bar.js';
import type { SlotAnswer, SlotState } from './slot.js';

/** How long a client that talks without a pause keeps others, and messages to this thread, waiting. */
const SLICE_MS = 50;

export interface ServerHooks {
  /** Hears what the one who runs the server is to know. */
  notice(text: string): void;
  /** The client of a drive that was to be unplugged has left. */
  unplugged(): void;
}

export class VfioUserServerLoop {
  readonly #parts: SessionParts;
  readonly #hooks: ServerHooks;
  readonly #patience: Patience;
  readonly #lobby: Lobby;
  readonly #wakeFd: number;
  #stopped = false;
  #slot: SlotState = 'in';
  /** Of the client that is served. */
  #session: Session | undefined;

  /** `wakeFd`: an eventfd that is signalled after each message to this thread. */
  constructor(
    listener: UnixListener,
    device: SharedSimDevice,
    { mapDoorbells, wakeFd }: { readonly mapDoorbells: boolean; readonly wakeFd: number },
    hooks: ServerHooks,
  ) {
    this.#hooks = hooks;
    this.#wakeFd = wakeFd;
    this.#patience = new Patience(hooks.notice);
    this.#lobby = new Lobby(listener, this.#patience);
    const vectors = Math.min(device.lines.vectors, MOST_MSIX_VECTORS);
    const msix = new MsixBar(vectors);
    const { pendingOffset } = msix;
    const config = new ConfigSpaceBytes(vectors, { bar: MSIX_REGION, pendingOffset }, device.pciId);
    const memory = MemoryBar.of(device);
    this.#parts = { device, vectors, bar0: new Bar0(device, mapDoorbells), memory, msix, config };
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Nobody else is let in. Its client is asked to release it, or with `surprise` has lost it. Idempotent. */
  unplug(surprise: boolean): SlotAnswer {
    this.#lobby.close();
    this.#slot = surprise || this.#session === undefined ? 'out' : 'leaving';
    if (this.#slot === 'out') return { state: 'out' };
    return { state: 'leaving', asked: this.#session?.askBack() === true };
  }

  /** After `unplug` has had its way: clients connect there. */
  plug(listen: () => UnixListener): SlotAnswer {
    if (this.#slot === 'leaving') throw stillThere();
    if (this.#slot === 'out') this.#lobby.open(listen());
    this.#slot = 'in';
    return { state: 'in' };
  }

  /** Until `stop`. Throws EngineError where the controller cannot be reset for the next client. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const guest = this.#lobby.next(this.#wakeFd);
      if (guest !== undefined) await this.#serve(guest);
      await this.#hear();
    }
  }

  /** Lets messages to this thread, and news of the controller's, come in. */
  async #hear(): Promise<void> {
    drainEventFd(this.#wakeFd);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** What `run` gives once there is enough left for it; undefined where the server is to stop before. */
  async #patiently<T>(run: () => T): Promise<T | undefined> {
    while (!this.#stopped) {
      const result = this.#patience.attempt(run);
      if (!this.#patience.waiting) return result;
      await sleepMs(SLICE_MS);
    }
    return undefined;
  }

  /** Gives everything back; the socket's path is gone afterwards. */
  async close(): Promise<void> {
    this.#lobby.close();
    await this.#parts.device.close();
  }

  async #serve(guest: Guest): Promise<void> {
    const { bar0, memory, config } = this.#parts;
    const session = new Session(guest, this.#parts);
    this.#session = session;
    try {
      await this.#patiently(() => bar0.open());
      await this.#patiently(() => memory?.open());
      await this.#converse(guest.socket, session);
    } catch (error) {
      // it left, went silent in the middle of a message or sent what is none: the next one may come
      if (!(error instanceof EngineError)) throw error;
      this.#patience.met(error);
    } finally {
      guest.inbox.close();
      guest.socket.dismiss();
      bar0.close();
      memory?.close();
      config.disableMsix();
      session.releaseInterrupts();
      this.#tellDefect();
      await this.#parts.device.reset().finally(() => session.release());
      this.#session = undefined;
      if (this.#slot === 'leaving') this.#hasLeft();
    }
  }

  #hasLeft(): void {
    this.#slot = 'out';
    this.#hooks.unplugged();
  }

  /** Once for each client at most: it may know how to bring them about. */
  #tellDefect(): void {
    const defect = this.#parts.device.newDefect();
    if (defect !== undefined) this.#hooks.notice(`the controller failed a client: ${defect}`);
  }

  async #converse(client: UnixSocket, session: Session): Promise<void> {
    await session.handleNext(); // what it has come with
    let heardMs = nowMs();
    while (!this.#stopped && this.#slot !== 'out' && session.negotiated) {
      const news = this.#lobby.wait([client.fd, this.#wakeFd]).some((fd) => fd !== client.fd);
      await session.handleNext();
      if (!news && nowMs() - heardMs < SLICE_MS) continue;
      this.#lobby.tend();
      await this.#hear();
      heardMs = nowMs();
    }
  }
}

function stillThere(): EngineError {
  return new EngineError({
    code: 'STILL_PLUGGED',
    op: 'plug',
    target: 'drive',
    reason: 'its client has not released it yet',
    hint: 'end that client, or take it away with: unplug surprise',
    kind: 'input',
  });
}

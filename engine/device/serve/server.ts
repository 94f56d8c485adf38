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
import { stopListening } from './listen-path.js';
import { type Guest, Lobby } from './lobby.js';
import { MemoryBar } from './memory-bar.js';
import { MSIX_REGION, MsixBar } from './msix-bar.js';

/** How long a client that talks without a pause keeps others, and messages to this thread, waiting. */
const SLICE_MS = 50;

export class VfioUserServerLoop {
  readonly #listener: UnixListener;
  readonly #parts: SessionParts;
  readonly #report: (notice: string) => void;
  readonly #patience: Patience;
  readonly #lobby: Lobby;
  readonly #wakeFd: number;
  #stopped = false;

  /** `report` hears what the one who runs the server is to know; `wakeFd`: an eventfd that is signalled after each message to this thread. */
  constructor(
    listener: UnixListener,
    device: SharedSimDevice,
    { mapDoorbells, wakeFd }: { readonly mapDoorbells: boolean; readonly wakeFd: number },
    report: (notice: string) => void,
  ) {
    this.#listener = listener;
    this.#report = report;
    this.#wakeFd = wakeFd;
    this.#patience = new Patience(report);
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
    stopListening(this.#listener);
    this.#lobby.close();
    await this.#parts.device.close();
  }

  async #serve(guest: Guest): Promise<void> {
    const { bar0, memory, config } = this.#parts;
    const session = new Session(guest, this.#parts);
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
    }
  }

  /** Once for each client at most: it may know how to bring them about. */
  #tellDefect(): void {
    const defect = this.#parts.device.newDefect();
    if (defect !== undefined) this.#report(`the controller failed a client: ${defect}`);
  }

  async #converse(client: UnixSocket, session: Session): Promise<void> {
    await session.handleNext(); // what it has come with
    let heardMs = nowMs();
    while (!this.#stopped && session.negotiated) {
      const news = this.#lobby.wait([client.fd, this.#wakeFd]).some((fd) => fd !== client.fd);
      await session.handleNext();
      if (!news && nowMs() - heardMs < SLICE_MS) continue;
      this.#lobby.tend();
      await this.#hear();
      heardMs = nowMs();
    }
  }
}

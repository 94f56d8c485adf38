/** Holding a controller for other processes: its admin queue and its life here, I/O queues there. */
import { dirname } from 'node:path';
import { listenAt, stopListening } from '../device/serve/listen-path.js';
import { EngineError } from '../errors.js';
import { makeStateDir, type StateDirContext } from '../machine/state-dir.js';
import { parseTarget } from '../path/open.js';
import { Controller } from '../path/pcie/controller.js';
import type { ControllerOptions } from '../path/pcie/controller-options.js';
import { attachTransport } from '../path/pcie/transport/open.js';
import type { Sharing } from '../path/pcie/transport/sharing.js';
import type { TransportDevice } from '../path/pcie/transport/transport.js';
import type { AttachOptions } from '../path/scheme.js';
import { formatTarget } from '../path/target.js';
import { CSTS } from '../spec/index.js';
import { nowMs, sleepMs } from '../sys/clock.js';
import { Patience } from '../sys/patience.js';
import type { UnixListener } from '../sys/unix-listener.js';
import type { UnixSocket } from '../sys/unix-socket.js';
import { checkJoiner } from './access.js';
import { KeptDevice } from './kept-device.js';
import type { Notice } from './messages.js';
import { Proof } from './proof.js';
import { refuse, Session, type SessionParts } from './secondary.js';
import { ownSocketPath } from './socket-path.js';
import { Suspicion } from './suspicion.js';
import { VectorPool } from './vector-pool.js';

/** Others ring queues of their own by the registers. */
const RINGS = { doorbells: 'mmio' } as const;

export interface HoldOptions extends AttachOptions, ControllerOptions {
  /** Where to listen; by default in the state folder, where `joinController` looks. */
  readonly socketPath?: string;
  /** A user that may join, beside this one and root. */
  readonly allowUid?: number;
  readonly state: StateDirContext;
  /** Hears what the one who holds the controller is to know, a line each. */
  readonly onNotice?: (notice: string) => void;
}

export interface HeldController {
  /** Another one once the controller had to be reset. */
  readonly controller: Controller;
  readonly socketPath: string;
  /** Processes that share the controller now. */
  readonly joined: number;
  /** Resolves once it is given back after `close`; rejects with EngineError where the device was lost or asked back. */
  readonly ended: Promise<void>;
  /** Asks the other processes to leave, waits for them, then shuts the controller down. Idempotent. */
  close(): Promise<void>;
}

/** What the registers of a function that left the bus read as. */
const ALL_ONES = 0xffff_ffff;
/** How often the device is looked at. */
const WATCH_MS = 200;
/** How long the others have to come to an end in good order. */
const LEAVE_TIMEOUT_MS = 10_000;
/** Pauses of the loop: shortly after it had something to do, and else. */
const BUSY_PAUSE_MS = 1;
const IDLE_PAUSE_MS = 10;
const BUSY_FOR_MS = 50;

/** Attaches a controller and lets other processes join it. Throws EngineError: NOT_SHAREABLE, SOCKET_IN_USE, ... */
export async function holdController(text: string, options: HoldOptions): Promise<HeldController> {
  const target = formatTarget(parseTarget(text));
  const listener = listen(target, options);
  try {
    const device = await attachTransport(target, options);
    const sharing = await sharingOf(device);
    const holder = await Holder.on(new KeptDevice(device), listener, sharing, options);
    holder.start();
    return holder;
  } catch (error) {
    stopListening(listener);
    throw error;
  }
}

/** Before the device is touched: who cannot listen need not take it. */
function listen(target: string, { socketPath, state, allowUid }: HoldOptions): UnixListener {
  const path = socketPath ?? ownSocketPath(target, state);
  if (socketPath === undefined) makeStateDir(dirname(path), state.uid).close();
  return listenAt(path, allowUid === undefined ? 0o600 : 0o666);
}

async function sharingOf(device: TransportDevice): Promise<Sharing> {
  if (device.sharing && device.dma.iovaMode !== 'pa') return device.sharing;
  await device.close();
  throw new EngineError({
    code: 'NOT_SHAREABLE',
    op: 'hold for other processes',
    target: device.target,
    reason: `${device.kind} gives no address space of its own that other processes could map their memory into`,
    hint: 'bind the drive to vfio-pci on a host whose IOMMU is enabled, or run one process at a time',
    kind: 'input',
  });
}

class Holder implements HeldController {
  readonly ended: Promise<void>;
  readonly #device: KeptDevice;
  readonly #listener: UnixListener;
  #parts: SessionParts;
  readonly #options: HoldOptions;
  readonly #sessions = new Set<Session>();
  readonly #closing = new Set<Promise<void>>();
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #watchAtMs = 0;
  #workedMs = 0;
  #failure: EngineError | undefined;
  #leaveByMs: number | undefined;
  readonly #proof = new Proof();

  /** Takes the device over. */
  static async on(
    device: KeptDevice,
    listener: UnixListener,
    sharing: Sharing,
    options: HoldOptions,
  ): Promise<Holder> {
    try {
      const controller = await Controller.start(device, { ...options, ...RINGS });
      return new Holder(device, listener, { controller, sharing }, options);
    } catch (error) {
      await device.release();
      throw error;
    }
  }

  private constructor(
    device: KeptDevice,
    listener: UnixListener,
    { controller, sharing }: { readonly controller: Controller; readonly sharing: Sharing },
    options: HoldOptions,
  ) {
    const { interrupts, target } = device;
    const vectors = new VectorPool({ interrupts, queuePairs: controller.maxIoQueues, target });
    this.#device = device;
    this.#listener = listener;
    const patience = new Patience((notice) => options.onNotice?.(notice));
    this.#parts = { controller, sharing, vectors, suspicion: new Suspicion(), patience };
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ended.catch(() => undefined); // it may fail before anybody asks
  }

  get controller(): Controller {
    return this.#parts.controller;
  }

  get socketPath(): string {
    return this.#listener.path;
  }

  get joined(): number {
    return this.#sessions.size;
  }

  start(): void {
    this.#serve().then(this.#settle?.resolve, this.#settle?.reject);
  }

  close(): Promise<void> {
    this.#leave('the process that holds the controller is ending', 'asked-back');
    return this.ended;
  }

  async #serve(): Promise<void> {
    try {
      while (!this.#over()) {
        const worked = this.#turn();
        if (worked) this.#workedMs = nowMs();
        if (nowMs() >= this.#watchAtMs) await this.#watch();
        await sleepMs(nowMs() - this.#workedMs < BUSY_FOR_MS ? BUSY_PAUSE_MS : IDLE_PAUSE_MS);
      }
    } finally {
      await this.#giveBack();
    }
    if (this.#failure) throw this.#failure;
  }

  /** Everybody has left, or has had the time for it. */
  #over(): boolean {
    return this.#leaveByMs !== undefined && (this.#sessions.size === 0 || nowMs() > this.#leaveByMs);
  }

  #turn(): boolean {
    let worked = false;
    for (const session of this.#sessions) {
      if (session.poll()) worked = true;
      if (session.ended) this.#part(session);
    }
    const socket = this.#mayAdmit()
      ? this.#parts.patience.attempt(() => this.#listener.accept(0))
      : undefined;
    if (socket) this.#admit(socket);
    return worked || socket !== undefined || this.#proof.asked !== undefined;
  }

  /** Somebody waits, and the controller answers: whoever was here before may have rung for its admin queue. */
  #mayAdmit(): boolean {
    if (this.#leaveByMs !== undefined) return false;
    if (!this.#listener.waits()) this.#proof.spend();
    else if (this.#proof.holds) return true;
    else
      this.#proof.ask(this.controller.admin, () => {
        this.#watchAtMs = 0;
      });
    return false;
  }

  #admit(socket: UnixSocket): void {
    this.#proof.spend();
    const { target } = this.controller.device;
    try {
      const peer = socket.peerCredentials();
      try {
        checkJoiner(peer, target, this.#options.state.uid, this.#options.allowUid);
      } catch (error) {
        if (error instanceof EngineError) refuse(socket, error);
        throw error;
      }
      this.#sessions.add(new Session(socket, peer, this.#parts));
    } catch (error) {
      socket.dismiss();
      if (!(error instanceof EngineError)) throw error;
    }
  }

  #part(session: Session): void {
    this.#sessions.delete(session);
    if (session.joined) {
      this.#proof.spend();
      this.#parts.suspicion.left(session.peer);
    }
    const closing = session
      .close()
      .catch((error) =>
        this.#options.onNotice?.(`process ${session.peer.pid} could not be parted with: ${error}`),
      )
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #watch(): Promise<void> {
    this.#watchAtMs = nowMs() + WATCH_MS;
    if (this.#failure) return;
    const dead = this.controller.unusable();
    const askedBack = this.controller.askedBack();
    if (dead !== undefined && this.#isGone()) this.#fail('DEVICE_LOST', dead, 'lost');
    else if (dead !== undefined) await this.#recover(dead);
    else if (askedBack !== undefined) this.#fail('DEVICE_ASKED_BACK', askedBack, 'asked-back');
  }

  #isGone(): boolean {
    return this.#device.lost() !== undefined || this.#device.registers.read32(CSTS) === ALL_ONES;
  }

  /**
   * The controller is there, but failed, or does not answer: everybody loses it, and whoever joins then finds it reset. The
   * memory of the others is taken away from it once it is disabled.
   */
  async #recover(reason: string): Promise<void> {
    const { suspicion } = this.#parts;
    const sessions = [...this.#sessions];
    const sharing = sessions.filter(({ joined }) => joined).map(({ peer }) => peer);
    const story = `${reason}; ${suspicion.describe(sharing)}`;
    for (const session of sessions) session.tell({ notice: 'lost', reason: story });
    this.#sessions.clear();
    this.#proof.spend();
    this.controller.giveUp(reason); // who waits for an answer waits no longer
    try {
      await this.#proof.asked;
      await Promise.all(this.#closing);
      await this.controller.close();
      await Promise.all(sessions.map((session) => session.close(true)));
      this.#parts.sharing.renew?.(); // whoever still has them mapped has not left
      const controller = await Controller.start(this.#device, { ...this.#options, ...RINGS });
      this.#parts = { ...this.#parts, controller, suspicion: new Suspicion() };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#fail('DEVICE_LOST', `${story}; resetting it failed: ${error.message}`, 'lost');
      return;
    }
    this.#options.onNotice?.(`${this.#device.target} had to be reset: ${story}`);
  }

  #fail(code: string, reason: string, notice: Notice['notice']): void {
    this.#failure = new EngineError({
      code,
      op: 'hold for other processes',
      target: this.controller.device.target,
      reason,
      hint: 'look at the kernel log and the device',
    });
    this.#leave(reason, notice);
  }

  #leave(reason: string, notice: Notice['notice']): void {
    this.#leaveByMs ??= nowMs() + LEAVE_TIMEOUT_MS;
    for (const session of this.#sessions) session.tell({ notice, reason });
  }

  async #giveBack(): Promise<void> {
    stopListening(this.#listener);
    for (const session of this.#sessions) this.#part(session);
    await this.#proof.asked;
    await Promise.all(this.#closing);
    try {
      await this.controller.close();
    } catch (error) {
      if (this.#failure === undefined) throw error; // else it has been told why
    } finally {
      await this.#device.release();
    }
  }
}

/** An NVMe controller from attached transport to shut-down (NVMe base 2.0, 3.5 initialization, 3.6 shutdown). */
import type { EngineWarning } from '../../errors.js';
import { DmaArena } from '../../memory/arena.js';
import { type Capabilities, type ControllerIdentity, decodeVersion, VS } from '../../spec/index.js';
import type { DriveEvent, NamespaceChoice } from '../drive.js';
import { Admin, type AdminQueue } from './admin.js';
import { AsyncEvents } from './async-events.js';
import { broughtUp, disabledCapabilities } from './brought-up.js';
import { CommandQueue } from './command-queue.js';
import { CommandSets } from './command-sets.js';
import type { ControllerOptions } from './controller-options.js';
import type { ControllerShare } from './controller-share.js';
import { GIVEN_UP_TIMEOUT_MS, leave, Steps, stopAndRelease } from './end.js';
import { type GivenFacts, GivenMemory } from './given-memory.js';
import { allocateQueues, enableWith, IoQueues, type QueueManner, type QueueMemory } from './io-queues.js';
import { type Manner, mannerOf, trueCapabilities } from './manner.js';
import { type ActiveNamespace, identifyNamespace } from './namespace.js';
import { chooseNamespace } from './namespace-choice.js';
import { askForQueues, granted, type QueueGrant } from './queue-grant.js';
import { type QueueIdSource, QueueIds } from './queue-ids.js';
import type { QueuePairMemory } from './queue-pair.js';
import type { Quirks } from './quirks.js';
import { failedByRegisters, readCapabilities } from './registers.js';
import { requireSame, standStill } from './reset.js';
import { retrying } from './retry.js';
import { Standing } from './standing.js';
import type { TransportDevice } from './transport/transport.js';

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('controller is not enabled');
  return part;
}

export class Controller {
  readonly device: TransportDevice;
  readonly arena: DmaArena;
  readonly capabilities: Capabilities;
  /** The version that the VS register names, for example `1.4.0`. */
  readonly version: string;
  readonly versionWord: number; // VS
  manner: Manner; // that of its function, and of its model once it is identified
  /** Memory page size in force (CC.MPS). */
  readonly pageBytes: number;
  #admin: Admin | undefined;
  /** Of the admin queue, where it is this process's. */
  #commands: CommandQueue | undefined;
  #adminMemory: QueueMemory | undefined;
  #identity: ControllerIdentity | undefined;
  #queueGrant: QueueGrant = granted(0);
  #queues: IoQueues | undefined;
  /** Undefined where another process holds the controller. */
  #given: GivenMemory | undefined;
  #commandSets: CommandSets | undefined;
  readonly #events = new AsyncEvents();
  readonly #options: ControllerOptions;
  readonly #standing = new Standing();
  /** Present where another process holds the controller. */
  readonly #share: ControllerShare | undefined;
  readonly #retries = new Map<string, EngineWarning>();
  #closing: Promise<void> | undefined;

  private constructor(
    device: TransportDevice,
    capabilities: Capabilities,
    options: ControllerOptions,
    share?: ControllerShare,
  ) {
    this.#share = share;
    this.device = device;
    this.#options = options;
    this.manner = mannerOf(device, options.quirks ?? true);
    this.capabilities = trueCapabilities(capabilities, this.manner.quirks);
    this.versionWord = device.registers.read32(VS);
    this.version = decodeVersion(this.versionWord);
    this.pageBytes = Math.max(4096, capabilities.minPageBytes);
    this.arena = DmaArena.create({
      dma: device.dma,
      target: device.target,
      numaNode: device.numaNode,
      hugepages: options.hugepages ?? 'prefer',
    });
  }

  /**
   * Resets and enables the controller and identifies it. Takes the device over: when this throws, the device has
   * been closed. Throws EngineError, NvmeStatusError.
   */
  static start(device: TransportDevice, options: ControllerOptions = {}): Promise<Controller> {
    const signal = options.abandonSignal;
    const made = async () => new Controller(device, await disabledCapabilities(device, options), options);
    return broughtUp(device, made, (controller) => {
      const abandon = (): void => controller.giveUp('asked to end at once');
      signal?.addEventListener('abort', abandon);
      return controller.bringUp().finally(() => signal?.removeEventListener('abort', abandon));
    });
  }

  /**
   * A controller that another process holds and has enabled: here it is neither reset nor shut down. Takes the device
   * over as `start` does. Throws EngineError, NvmeStatusError.
   */
  static join(
    device: TransportDevice,
    share: ControllerShare,
    options: ControllerOptions = {},
  ): Promise<Controller> {
    const made = (): Controller => new Controller(device, readCapabilities(device), options, share);
    return broughtUp(device, made, async (joined) => {
      const queue = share.adminQueue(
        () => joined.unusable(),
        (reason) => joined.giveUp(reason),
      );
      const admin = await joined.identify(queue);
      joined.openQueues(admin, granted(share.queuesGranted), share.queueIds);
    });
  }

  private async identify(queue: AdminQueue): Promise<Admin> {
    if (this.#admin) this.#admin.reconnect(queue);
    else this.#admin = new Admin(queue, this.arena, this.#options.adminTimeoutMs);
    const identity = await this.#admin.identifyController();
    requireSame(this.#identity, identity, this.device.target);
    this.manner = mannerOf(this.device, this.#options.quirks ?? true, identity);
    // VER came with version 1.2
    this.#identity = identity.version === '0.0.0' ? { ...identity, version: this.version } : identity;
    const { capabilities, versionWord, quirks } = this;
    const shared = this.#share !== undefined;
    this.#commandSets ??= new CommandSets({ admin: this.#admin, capabilities, versionWord, quirks, shared });
    return this.#admin;
  }

  private async bringUp(): Promise<void> {
    const { device, arena, pageBytes } = this;
    const { target } = device;
    // CAP.MQES is of I/O queues
    this.#adminMemory = allocateQueues(arena, this.manner.adminEntries, pageBytes);
    this.#commands = new CommandQueue(
      await enableWith(this, this.#adminMemory, this.#options),
      target,
      () => this.unusable(),
      (reason) => this.#standing.fallSilent(reason),
    );
    const delaysMs = (): readonly number[] => this.#identity?.retryDelaysMs ?? [];
    const retried = retrying(this.#commands, { target, delaysMs, warnings: this.#retries });
    const admin = await this.identify(retried);
    const grant = await askForQueues(admin, device.doorbells, this.capabilities, this.#options.queuePairs);
    const { capabilities, identity } = this;
    this.#given ??= new GivenMemory({ admin, arena, pageBytes, device, capabilities, identity });
    await this.#given.give(this.#options);
    this.openQueues(admin, grant, new QueueIds(grant, target));
    await this.#events.listen(this.#commands, admin, this.identity);
  }

  private openQueues(admin: Admin, grant: QueueGrant, ids: QueueIdSource): void {
    this.#queueGrant = grant;
    this.#queues = new IoQueues({ ...this, admin, ids, given: this.#given });
  }

  get admin(): Admin {
    return present(this.#admin);
  }

  get commandSets(): CommandSets {
    return present(this.#commandSets);
  }

  get identity(): ControllerIdentity {
    return present(this.#identity);
  }

  /** Identifiers of queue pairs, for whoever creates queues past `createQueuePair`. */
  get queueIds(): QueueIdSource {
    return present(this.#queues).ids;
  }

  /** How many I/O queue pairs this host can use, and why no more. */
  get queueGrant(): QueueGrant {
    return this.#queueGrant;
  }

  get maxIoQueues(): number {
    return this.#queueGrant.queues;
  }

  /** What the two sides have of each other's memory; undefined where another process holds the controller. */
  get given(): GivenFacts | undefined {
    return this.#given;
  }

  /** Largest data transfer of one command (MDTS); Infinity where the controller names no limit. */
  get maxTransferBytes(): number {
    const { mdts } = this.identity;
    return mdts === 0 ? Number.POSITIVE_INFINITY : this.capabilities.minPageBytes * 2 ** mdts;
  }

  /** What is known of its family and respected. */
  get quirks(): Quirks {
    return this.manner.quirks;
  }

  get warnings(): readonly EngineWarning[] {
    const { device, arena, given } = this;
    const own = [...this.#retries.values(), ...this.#events.warnings];
    return [...device.warnings, ...arena.warnings, ...own, ...(given?.hostMemory.warnings ?? [])];
  }

  /** Why the device is to be released soon, though it still works; undefined where nobody asked. */
  askedBack(): string | undefined {
    return this.device.askedBack?.();
  }

  /** What the controller told of by itself since the last call, though it be dead now; nothing where another process holds it. */
  events(): DriveEvent[] {
    return this.#events.take(this.unusable() === undefined);
  }

  /** Resolves when what is measured does not depend any more on how long ago the device was attached. */
  async readyToMeasure(): Promise<void> {
    await this.device.readyToMeasure?.();
  }

  /** Why the controller cannot do I/O any more (gone, fatal status), or undefined. Reads CSTS. */
  dead(): string | undefined {
    return this.device.lost() ?? failedByRegisters(this.device);
  }

  /**
   * Sends no further command: those that wait fail now, and `close` shuts the controller down by its registers alone.
   * Happens by itself when an admin command times out, or the admin queue goes astray.
   */
  giveUp(reason: string): void {
    this.#standing.giveUp(reason);
  }

  /**
   * Resets the controller, whatever state it is in, and brings it up again. All of its queues are gone then, and their memory
   * free: no thread may use them. Throws EngineError, NvmeStatusError; it can only be closed then.
   */
  async reset(): Promise<void> {
    const { ordered, givenUp } = this.#standing;
    await standStill(this, this.#share ? 'another process holds it' : ordered ? givenUp : undefined);
    // From here on it reads and writes no memory.
    await this.#queues?.forgetAll();
    this.arena.freeLeft();
    this.#commands?.end('the controller was reset');
    for (const buffer of Object.values(this.#adminMemory ?? {})) this.arena.free(buffer);
    this.#adminMemory = undefined;
    this.#standing.renew();
    await this.bringUp();
    await this.admin.setAgain();
  }

  /** Why no further command is sent, though a reset would make up for it. */
  silent(): string | undefined {
    return this.#standing.silence;
  }

  /** Why no further command is sent: `dead`, or the reason of `giveUp`; undefined where neither is. */
  unusable(): string | undefined {
    this.#commands?.look();
    return this.dead() ?? this.#standing.givenUp;
  }

  /** An active namespace; unless one is named, the first. Throws EngineError NO_SUCH_NAMESPACE, BAD_NAMESPACE. */
  async namespace(choice?: NamespaceChoice): Promise<ActiveNamespace> {
    const chosen = await chooseNamespace(this, this.device.target, choice);
    return identifyNamespace(this, chosen);
  }

  /**
   * Creates an I/O queue pair with the lowest free identifier, with interrupts where a vector is given.
   * Throws EngineError QUEUE_TOO_DEEP, NO_QUEUE_LEFT, NO_CONTROLLER_MEMORY; NvmeStatusError where the controller refuses.
   */
  createQueuePair(entries: number, vector?: number, manner?: QueueManner): Promise<QueuePairMemory> {
    return present(this.#queues).create(entries, vector, manner);
  }

  /** Deletes the submission queue, then the completion queue, then frees their memory; in this order. */
  deleteQueuePair(qid: number): Promise<void> {
    return present(this.#queues).delete(qid);
  }

  /** A queue pair driven from this thread, one command at a time; for checks, not for measuring. */
  commandQueue(memory: QueuePairMemory): CommandQueue {
    return new CommandQueue(memory, this.device.target, () => this.dead());
  }

  /**
   * Deletes what queues are left, shuts the controller down, disables it, and only then gives the memory and the
   * device back; one that another process holds stays enabled. Every step runs; the first failure is thrown at the
   * end. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.closeOnce();
    return this.#closing;
  }

  private async closeOnce(): Promise<void> {
    const steps = new Steps();
    if (this.unusable() === undefined && this.#admin) {
      for (const qid of this.#queues?.qids ?? []) await steps.take(() => this.deleteQueuePair(qid));
      await steps.take(() => this.#commandSets?.restore());
      await steps.take(() => this.#given?.hostMemory.takeBack());
    }
    if (this.#share) await leave(steps, this, this.#queues?.qids ?? []);
    else await this.stop(steps);
    if (steps.failures.length > 0) throw steps.failures[0];
  }

  private async stop(steps: Steps): Promise<void> {
    const { device, arena, capabilities, manner } = this;
    const mostMs = this.#standing.givenUp === undefined ? undefined : GIVEN_UP_TIMEOUT_MS;
    const shutdownMs =
      mostMs ?? this.#options.shutdownTimeoutMs ?? manner.shutdownMs(this.#identity?.shutdownLatencyUs ?? 0);
    const answers = this.#admin !== undefined && !this.#standing.silent && this.dead() === undefined;
    this.#commands?.end('the controller is closed'); // its memory goes
    const parts = { device, arena, capabilities, manner, given: this.#given };
    await stopAndRelease(steps, { ...parts, mostMs, shutdownMs: answers ? shutdownMs : undefined });
  }
}

/**
 * The software NVMe controller: reacts to CC and the doorbells, one `pass` at a time. It shares the layouts of
 * the specification with the driver and nothing else.
 */
import { FLASH_LOG_ID } from '../spec/flash-log.js';
import { CC_EN, CC_SHN_MASK, CSTS_CFS, CSTS_RDY, CSTS_SHST_COMPLETE } from '../spec/registers.js';
import { AdminCommands } from './admin-commands.js';
import { AdminService } from './admin-service.js';
import { AsyncEvents } from './async-events.js';
import { MAX_IN_FLIGHT, type SimConfig } from './config.js';
import type { ConfigurationWrites } from './configuration-writes.js';
import type { ControlLines } from './control.js';
import { ControllerMemory } from './controller-memory.js';
import { DataPointer } from './data-pointer.js';
import { DelayedStatus } from './delayed-status.js';
import type { DmaView } from './dma-table.js';
import { FAULT_CFS, FAULT_HANG, FAULT_RESET } from './faults.js';
import { FaultsInForce } from './faults-in-force.js';
import { Features } from './features.js';
import { Health } from './health.js';
import { HostMemory } from './host-memory.js';
import { Identity } from './identify.js';
import { InjectionLog } from './injection-log.js';
import type { InterruptLines } from './interrupts.js';
import { IoCommands } from './io-commands.js';
import { IoService } from './io-service.js';
import { type Media, mediaOf } from './media.js';
import type { ControllerTruth } from './orders.js';
import { QueueCommands } from './queue-commands.js';
import { QueueSet } from './queue-set.js';
import { Recorder } from './record/recorder.js';
import { RegisterFile } from './registers.js';
import { mediaTiming } from './timings.js';

const MOST_DEFECTS_IN_A_ROW = 100;

/** What the host reaches the controller by. */
interface ControllerBar {
  readonly registers: ArrayBuffer;
  readonly doorbells: ArrayBuffer;
  readonly configurationWrites: ConfigurationWrites;
  readonly controllerMemory?: ArrayBuffer | undefined;
}

/** The end of the thread, as a fault orders it. */
class Vanished extends Error {}

export class SimController {
  readonly faults: FaultsInForce;
  private readonly config: SimConfig;
  private readonly control: ControlLines;
  private readonly dma: DmaView;
  private readonly registers: RegisterFile;
  private readonly configurationWrites: ConfigurationWrites;
  private readonly media: Media;
  private readonly health: Health;
  private readonly data: DataPointer;
  private readonly service: IoService;
  private readonly queues: QueueSet;
  private readonly features: Features;
  private readonly hostMemory: HostMemory;
  private readonly events = new AsyncEvents();
  private readonly queueCommands: QueueCommands;
  private readonly admin: AdminCommands;
  private readonly adminService: AdminService;
  /** CC as last obeyed. */
  private cc = 0;
  /** Queues are served: CSTS.RDY without CFS and before shutdown. */
  private serving = false;
  private defectsInARow = 0;
  private readonly later = new DelayedStatus();
  /** A hang fault: deaf to everything but a function-level reset. */
  private hung = false;

  /** `record`: where records of commands go. */
  constructor(
    config: SimConfig,
    bar: ControllerBar,
    control: ControlLines,
    dma: DmaView,
    interrupts?: InterruptLines,
    injections = new InjectionLog(),
    record?: SharedArrayBuffer,
  ) {
    this.config = config;
    this.control = control;
    this.dma = dma;
    this.configurationWrites = bar.configurationWrites;
    const { personality } = config;
    this.registers = new RegisterFile(new Uint32Array(bar.registers), personality);
    this.health = new Health(personality.temperatureKelvin);
    this.media = mediaOf(config);
    this.data = new DataPointer(dma, config.mdtsBytes);
    const timing = mediaTiming(config);
    const commands = new IoCommands(config, this.media, this.data, this.health, timing);
    const identity = new Identity(config);
    const detach = () => {
      commands.detach();
      identity.detach();
      this.events.namespaceChanged();
    };
    const effects = { event: (dw0: number) => this.events.raise(dw0), detach };
    this.faults = new FaultsInForce(config.faults, effects, injections, config.seed);
    const onFault = (action: number) => this.onFault(action);
    const recorder = record && new Recorder(record, this.data, this.media.movesData, MAX_IN_FLIGHT);
    this.service = new IoService(config, commands, this.health, onFault, this.faults.io, timing, recorder);
    const trouble = {
      invalidDoorbell: () => this.events.invalidDoorbell(),
      fatal: (reason: string) => this.fatal(reason),
    };
    this.queues = new QueueSet({
      strideShift: personality.strideShift,
      doorbells: new Uint32Array(bar.doorbells),
      dma,
      memory: ControllerMemory.of(bar, personality),
      service: this.service,
      trouble,
      interrupts,
    });
    this.features = new Features(config);
    this.hostMemory = new HostMemory(dma, config);
    this.queueCommands = new QueueCommands(config, this.queues, this.features, trouble.fatal);
    const { media, health, data, queues, features, events, queueCommands, hostMemory } = this;
    const faults = this.faults.admin;
    const parts = { config, identity, features, health, media, data, queues, queueCommands, events };
    this.admin = new AdminCommands({ ...parts, hostMemory, timing, faults });
    const { admin } = this;
    const serving = () => this.serving;
    this.adminService = new AdminService({
      admin,
      queues,
      health,
      hostMemory,
      events,
      serving,
      recorder,
      ...trouble,
    });
    this.powerOn();
  }

  /**
   * Looks at everything once; how much there was to do. An exception is a defect, most likely met by what a host sent: it
   * costs that host its queues (CSTS.CFS), and nobody the controller. Throws where the drive has vanished, and where
   * nothing else comes of one pass after the other.
   */
  pass(): number {
    try {
      const done = this.look();
      this.defectsInARow = 0;
      return done;
    } catch (error) {
      if (error instanceof Vanished || ++this.defectsInARow > MOST_DEFECTS_IN_A_ROW) throw error;
      this.fatal(`${error} (a defect of nvbench: please report it)`);
      this.control.countDefect();
      return 0;
    }
  }

  private look(): number {
    if (this.control.resetAsked()) this.functionReset();
    if (this.control.dmaChanged()) this.adoptDma();
    if (this.hung) this.configurationWrites.discard();
    if (this.hung) return 0;
    if (this.configurationWrites.pending()) this.obeyWrites();
    if (!this.serving) return this.followUp();
    this.queues.announceUnmasked();
    const done = this.adminService.serve();
    return this.serving ? done + this.queues.serve() : done;
  }

  /** Commands wait for their simulated time. */
  outstanding(): boolean {
    return this.later.waits || (this.serving && this.service.pending.size > 0);
  }

  /** The host has rung for I/O commands. */
  hasIo(): boolean {
    return this.queues.ioHasBegun();
  }

  truth(): ControllerTruth {
    const csts = this.registers.status();
    const fatalReason = this.control.reason();
    const ioQueues = this.queues.ioQueues();
    const flashPage = this.admin.logPage(FLASH_LOG_ID);
    const waitingCommands = this.service.pending.size;
    return { ...this.health.counts(), csts, fatalReason, ioQueues, waitingCommands, flashPage };
  }

  /** Gives the media's memory back. */
  close(): void {
    this.serving = false;
    this.queues.reset();
    this.media.close();
  }

  /** The registers read as all ones from now on. */
  vanish(): void {
    this.serving = false;
    this.registers.vanish();
  }

  private powerOn(): void {
    this.forget();
    this.registers.powerOn(this.config.maxQueueEntries);
    this.cc = 0;
    this.serving = false;
    this.hung = false;
  }

  private forget(): void {
    this.queues.reset();
    this.features.reset();
    this.events.reset();
    this.hostMemory.reset();
    this.later.reset();
  }

  /** What a personality does some time after it was told. */
  private followUp(): number {
    if (this.later.isShutDown()) this.registers.setStatus(this.registers.status() | CSTS_SHST_COMPLETE);
    if (!this.later.isReady()) return 0;
    this.becomeReady();
    return 1;
  }

  private functionReset(): void {
    this.configurationWrites.discard();
    this.powerOn();
    this.control.acknowledgeReset();
  }

  /** Memory that left the table is out of reach once this is acknowledged. */
  private adoptDma(): void {
    const generation = this.dma.refresh();
    this.queues.rebase();
    this.control.acknowledgeDma(generation);
  }

  private obeyWrites(): void {
    const { configurationWrites } = this;
    while (configurationWrites.pending()) {
      // obeyed whatever comes of it, or a write that cannot be would come up again for ever
      try {
        this.configure(configurationWrites.first());
      } finally {
        configurationWrites.obeyed();
      }
    }
  }

  private configure(cc: number): void {
    const before = this.cc;
    this.cc = cc;
    if ((before & CC_EN) !== 0 && (cc & CC_EN) === 0) this.disable();
    if ((before & CC_EN) === 0 && (cc & CC_EN) !== 0) this.enable();
    if ((cc & CC_SHN_MASK) !== 0 && (before & CC_SHN_MASK) === 0) this.shutDown();
  }

  /** 3.7.2: a controller reset keeps AQA, ASQ and ACQ. RDY falls last: from then on host memory is let alone. */
  private disable(): void {
    this.serving = false;
    this.forget();
    this.registers.setStatus(0);
  }

  /** A controller level reset that no host asked for. */
  private resetItself(): void {
    this.disable();
    this.cc = this.registers.clearConfiguration();
  }

  private enable(): void {
    const { readyAfterMs } = this.config.personality;
    if (readyAfterMs > 0) this.later.readyIn(readyAfterMs);
    else this.becomeReady();
  }

  private becomeReady(): void {
    if (this.control.dmaChanged()) this.adoptDma();
    this.serving = this.openAdminQueues();
    if (this.serving) this.registers.setStatus(CSTS_RDY);
    else this.fatal('it was enabled with a CC or admin queues that it cannot use');
  }

  private openAdminQueues(): boolean {
    const wanted = this.registers.adminQueues(this.cc);
    if (wanted === undefined) return false;
    this.data.setPage(wanted.pageBytes);
    this.queueCommands.setPage(wanted.pageBytes);
    this.hostMemory.setPage(wanted.pageBytes);
    this.queues.arbiter.setWeighted(wanted.weighted);
    if (!this.queues.addCompletion(0, wanted.completionEntries, wanted.completionIova)) return false;
    const completion = this.queues.completion[0]!;
    return this.queues.addSubmission(0, wanted.submissionEntries, wanted.submissionIova, completion);
  }

  /** 3.6.1: nothing is cached, so there is nothing to wait for. */
  private shutDown(): void {
    this.serving = false;
    this.later.shutDownIn(this.config.personality.shutdownTakesMs);
    this.followUp();
  }

  /** CSTS.CFS (3.1.3.6): only a reset leads out. */
  private fatal(reason: string): void {
    this.serving = false;
    this.control.note(reason);
    this.registers.setStatus(this.registers.status() | CSTS_CFS);
  }

  private onFault(action: number): void {
    if (action === FAULT_CFS) this.fatal('its faults ask for it');
    else if (action === FAULT_HANG) this.hung = true;
    else if (action === FAULT_RESET) this.resetItself();
    else throw new Vanished('the simulated drive vanished, as its faults ask for');
  }
}

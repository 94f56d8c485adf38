/**
 * The software NVMe controller: reacts to CC and the doorbells, one `pass` at a time. It shares the layouts of
 * the specification with the driver and nothing else.
 */
import {
  CC_EN,
  CC_SHN_MASK,
  CC_SHN_NORMAL,
  CSTS_CFS,
  CSTS_RDY,
  CSTS_SHST_COMPLETE,
} from '../spec/registers.js';
import { nowMs } from '../sys/clock.js';
import type { AdminService } from './admin-service.js';
import type { SimConfig } from './config.js';
import type { ConfigurationWrites } from './configuration-writes.js';
import type { ControlLines } from './control.js';
import { type ControllerSurroundings, controllerParts } from './controller-parts.js';
import { DelayedStatus } from './delayed-status.js';
import type { DmaView } from './dma-table.js';
import { FAULT_CFS, FAULT_HANG, FAULT_POWERCUT, FAULT_RESET, FAULT_STUCK } from './faults.js';
import type { FaultsInForce } from './faults-in-force.js';
import type { IoService } from './io-service.js';
import type { ControllerTruth } from './orders.js';
import type { QueueSet } from './queue-set.js';
import { RegisterFile } from './registers.js';
import { NO_STORM, ResetStorms } from './reset-storms.js';

const MOST_DEFECTS_IN_A_ROW = 100;

/** The end of the thread, as a fault orders it. */
class Vanished extends Error {}

export class SimController {
  readonly faults: FaultsInForce;
  private readonly config: SimConfig;
  private readonly control: ControlLines;
  private readonly dma: DmaView;
  private readonly registers: RegisterFile;
  private readonly configurationWrites: ConfigurationWrites;
  private readonly parts: ReturnType<typeof controllerParts>;
  private readonly service: IoService;
  private readonly queues: QueueSet;
  private readonly adminService: AdminService;
  private readonly later = new DelayedStatus();
  private readonly storms = new ResetStorms();
  /** CC as last obeyed. */
  private cc = 0;
  /** Queues are served: CSTS.RDY without CFS and before shutdown. */
  private serving = false;
  private defectsInARow = 0;
  /** A hang fault: deaf to everything but a function-level reset. */
  private hung = false;

  constructor(control: ControlLines, surroundings: ControllerSurroundings) {
    const { config, bar, dma } = surroundings;
    this.config = config;
    this.control = control;
    this.dma = dma;
    this.configurationWrites = bar.configurationWrites;
    this.registers = new RegisterFile(new Uint32Array(bar.registers), config.personality);
    this.parts = controllerParts(surroundings, {
      serving: () => this.serving,
      onFault: (action, qid) => this.onFault(action, qid),
      fatal: (reason) => this.fatal(reason),
      storm: (id, spec) => this.storms.begin(id, spec),
    });
    const { faults, service, queues, adminService } = this.parts;
    this.faults = faults;
    this.service = service;
    this.queues = queues;
    this.adminService = adminService;
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
    if (this.storms.active) this.weather();
    if (!this.serving) return this.followUp();
    this.queues.announceUnmasked();
    const done = this.adminService.serve();
    return this.serving ? done + this.queues.serve() : done;
  }

  /** Commands wait for their simulated time. */
  outstanding(): boolean {
    return this.later.waits || (this.serving && this.service.pending.size > 0);
  }

  /** Work may come without anybody waking the thread: by a doorbell, or as the next reset of a storm. */
  mayBeRung(): boolean {
    return this.serving || this.storms.active;
  }

  /** The host has rung for I/O commands. */
  hasIo(): boolean {
    return this.queues.ioHasBegun();
  }

  truth(): ControllerTruth {
    const csts = this.registers.status();
    const fatalReason = this.control.reason();
    const ioQueues = this.queues.ioQueues();
    const { health, timing } = this.parts;
    const flashPage = timing?.logPage();
    const waitingCommands = this.service.pending.size;
    const power = this.parts.power?.truth(nowMs());
    return { ...health.counts(), csts, fatalReason, ioQueues, waitingCommands, flashPage, power };
  }

  /** Gives the media's memory back. */
  close(): void {
    this.serving = false;
    this.queues.reset();
    this.parts.media.close();
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
    const { features, events, hostMemory, power } = this.parts;
    power?.reset(nowMs());
    features.reset();
    events.reset();
    hostMemory.reset();
    this.later.reset();
    this.parts.optional.wasReset(this.parts.firmware.reset());
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
    const notified = cc & CC_SHN_MASK;
    if (notified !== 0 && (before & CC_SHN_MASK) === 0) this.shutDown(notified === CC_SHN_NORMAL);
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
    const { data, queueCommands, hostMemory } = this.parts;
    for (const part of [data, queueCommands, hostMemory]) part.setPage(wanted.pageBytes);
    this.queues.arbiter.setWeighted(wanted.weighted);
    if (!this.queues.addCompletion(0, wanted.completionEntries, wanted.completionIova)) return false;
    const completion = this.queues.completion[0]!;
    return this.queues.addSubmission(0, wanted.submissionEntries, wanted.submissionIova, completion);
  }

  /** 3.6.1: what a volatile cache has is on the media after a normal one; an abrupt one leaves it where it is. */
  private shutDown(normal: boolean): void {
    this.serving = false;
    const flushMs = normal ? this.flush() : 0;
    this.later.shutDownIn(Math.max(this.config.personality.shutdownTakesMs, flushMs));
    this.followUp();
  }

  /** What a volatile cache has goes to the media, which takes so many ms. */
  private flush(): number {
    const { timing, media } = this.parts;
    this.faults.io.media.flushed();
    media.sync();
    if (timing === undefined) return 0;
    const timesMs = new Float64Array(2).fill(nowMs());
    timing.flushed();
    timing.delay(timesMs, 0, 1);
    return timesMs[1] - timesMs[0];
  }

  /** CSTS.CFS (3.1.3.6): only a reset leads out. */
  private fatal(reason: string): void {
    this.serving = false;
    this.control.note(reason);
    this.parts.optional.failed(reason);
    this.registers.setStatus(this.registers.status() | CSTS_CFS);
  }

  private onFault(action: number, qid: number): void {
    if (action === FAULT_STUCK) this.queues.stall(qid);
    else if (action === FAULT_CFS) this.fatal('its faults ask for it');
    else if (action === FAULT_HANG) this.hung = true;
    else if (action === FAULT_RESET) this.resetItself();
    else if (action === FAULT_POWERCUT) this.losePower();
    else throw new Vanished('the simulated drive vanished, as its faults ask for');
  }

  /** What is not on the media is gone, and the controller is as after power on. */
  private losePower(): void {
    this.faults.io.media.cutPower(this.faults.io.actionId);
    this.parts.health.cutPower();
    this.parts.optional.trouble('power was lost');
    this.powerOn();
  }

  private weather(): void {
    const id = this.storms.due(this.serving);
    if (id === NO_STORM) return;
    if (this.faults.io.happens(id, 'storm')) this.resetItself();
    else this.storms.end(id);
  }
}

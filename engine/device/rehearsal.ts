/**
 * Runs the controller before it serves, so that V8 has compiled it by then: a second one of the same kind with a host of its
 * own, of which the real host sees nothing. V8 compiles for what it has met; a code path that the rehearsal leaves out is
 * compiled again when it is first taken.
 */
import {
  CC_EN,
  CC_IOCQES_SHIFT,
  CC_IOSQES_SHIFT,
  CQ_ENTRY_SHIFT,
  SQ_ENTRY_SHIFT,
} from '../spec/registers.js';
import { threadCpuTimeNs } from '../sys/cpu-time.js';
import {
  doorbellBytes,
  type FaultSpec,
  isAdminFault,
  type LatencySpec,
  MIN_PAGE_BYTES,
  type PowerStateSpec,
  type SimConfig,
  type WearSpec,
} from './config.js';
import { ConfigurationWrites } from './configuration-writes.js';
import { ControlLines } from './control.js';
import { SimController } from './controller.js';
import { DmaTableWriter, DmaView } from './dma-table.js';
import { FlashRehearsal, quickenedFlash } from './flash/rehearsal.js';
import { IdlePolicy } from './idle.js';
import { InterruptLines } from './interrupts.js';
import { PLAIN_PERSONALITY } from './personality.js';
import { newRecordRing, RecordRing } from './record/ring.js';
import { RehearsalHost, WRITTEN_BYTES } from './rehearsal-host.js';
import { turns } from './turns.js';

/** I/O commands after which everything is compiled. */
const ENOUGH_COMMANDS = 25_000;
/** A machine that has not come so far by then will not profit from more. */
const MOST_CPU_NS = 150e6;
const CC_VALUE = CC_EN | (SQ_ENTRY_SHIFT << CC_IOSQES_SHIFT) | (CQ_ENTRY_SHIFT << CC_IOCQES_SHIFT);
/** Longer than some passes, so that these find nothing. */
const LATENCY_NS = 1000;
const MOST_SIGMA = 1;
const SOON_IOPS = 1e7;
const TURNS = 12;
/** Enough to fall asleep with `PATIENCE`. */
const TURNS_TO_SLEEP = 66;
/** Fewer than there are commands between two times that the ring is emptied, so that it is full at times. */
const RECORDS = 256;
/** Between what is seldom to be done. */
const STEPS_BETWEEN_CALLS = 64;
const PATIENCE = { spinPasses: 9, sleepAfterMs: 0, napMs: 0 };

export class Rehearsal {
  private readonly control = new ControlLines();
  private readonly configurationWrites = new ConfigurationWrites(this.control);
  private readonly controller: SimController;
  private readonly idle: IdlePolicy;
  private readonly host: RehearsalHost;
  private readonly flash: FlashRehearsal | undefined;
  private readonly records: RecordRing | undefined;
  private readonly endCpuNs = threadCpuTimeNs() + MOST_CPU_NS;
  private steps = 0;

  /** For a controller with this configuration. Throws SystemError where there is not even memory for this. */
  constructor(config: SimConfig) {
    const quick = quickened(config);
    const { control, configurationWrites } = this;
    const registers = new ArrayBuffer(MIN_PAGE_BYTES);
    const doorbells = new ArrayBuffer(doorbellBytes(quick));
    const table = new DmaTableWriter(control);
    this.host = new RehearsalHost(quick, registers, doorbells, table);
    const interrupts = InterruptLines.create(config.maxIoQueues + 1);
    const bar = { registers, doorbells, configurationWrites };
    const view = new DmaView(table.buffer, control);
    const lines = new InterruptLines(interrupts.buffer);
    const ring = config.record === undefined ? undefined : newRecordRing(RECORDS);
    this.records = ring && new RecordRing(ring);
    this.controller = new SimController(control, {
      config: quick,
      bar,
      dma: view,
      interrupts: lines,
      record: ring,
    });
    this.idle = new IdlePolicy(control, configurationWrites, PATIENCE);
    this.flash = config.flash === undefined ? undefined : new FlashRehearsal(config.flash);
    this.host.describeAdminQueue();
    configurationWrites.write(CC_VALUE);
    this.controller.pass();
    this.host.createQueues(() => this.controller.pass());
  }

  /** I/O commands so far; `failed` with another status than success, which only faults lead to. */
  get count(): { readonly completed: number; readonly failed: number } {
    const { completed, failed } = this.host;
    return { completed, failed };
  }

  /** Some more commands: far less than a millisecond once it is compiled. False where that was enough. */
  step(): boolean {
    const { controller, idle, host } = this;
    host.submit();
    turns(controller, idle, TURNS);
    host.reap();
    this.flash?.step();
    if (++this.steps % STEPS_BETWEEN_CALLS !== 0) return true;
    this.records?.giveUp('');
    turns(controller, idle, TURNS_TO_SLEEP);
    this.control.announceDma();
    this.configurationWrites.write(CC_VALUE);
    host.identify(() => turns(controller, idle, 1));
    return host.completed < ENOUGH_COMMANDS && threadCpuTimeNs() < this.endCpuNs;
  }

  /** Gives its memory back; there is no further step. */
  release(): void {
    this.controller.close();
    this.host.release();
  }
}

/** Writes that take no time. */
const HARDLY_WORN: WearSpec = { freshBytesPerSecond: 1e12, steadyBytesPerSecond: 1e12, afterBytes: 1 };

/** The same kind of controller, which keeps nobody waiting, needs little memory and does nothing wrong. */
function quickened(config: SimConfig): SimConfig {
  return {
    ...config,
    personality: PLAIN_PERSONALITY,
    media: config.media === 'null' ? 'null' : 'ram',
    memoryBytes: Math.min(config.memoryBytes, WRITTEN_BYTES),
    readLatency: quickenedLatency(config.readLatency),
    writeLatency: quickenedLatency(config.writeLatency),
    iops: config.iops > 0 ? SOON_IOPS : 0,
    ...(config.wear === undefined ? {} : { wear: HARDLY_WORN }),
    ...(config.flash === undefined ? {} : { flash: quickenedFlash(config.flash, config.sizeBytes) }),
    ...(config.powerStates === undefined ? {} : { powerStates: config.powerStates.map(wideAwake) }),
    faults: config.faults.map(outOfReach),
  };
}

/** A state that costs no time. */
const wideAwake = (state: PowerStateSpec): PowerStateSpec => ({ ...state, entryNs: 0, exitNs: 0 });

function quickenedLatency(spec: LatencySpec): LatencySpec {
  if (spec.kind === 'none') return spec;
  if (spec.kind === 'fixed') return { kind: 'fixed', latencyNs: Math.min(spec.latencyNs, LATENCY_NS) };
  const medianNs = Math.min(spec.medianNs, LATENCY_NS);
  const tailNs = medianNs * (spec.tailNs / spec.medianNs);
  return { ...spec, medianNs, sigma: Math.min(spec.sigma, MOST_SIGMA), tailNs };
}

function outOfReach(fault: FaultSpec): FaultSpec {
  if (isAdminFault(fault)) return { ...fault, times: 0 };
  if (fault.kind === 'stale') return fault;
  if (fault.kind === 'throttle') return { ...fault, afterNs: Number.MAX_SAFE_INTEGER };
  return fault.kind === 'error' ? fault : { ...fault, nth: Number.MAX_SAFE_INTEGER };
}

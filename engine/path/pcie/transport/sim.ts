/** The `sim` transport: the software NVMe controller on a thread of its own, behind shared memory. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { doorbellBytes, type SimConfig, type SimThreadData } from '../../../device/config.js';
import { ConfigurationWrites } from '../../../device/configuration-writes.js';
import {
  ControlLines,
  STATE_FAILED,
  STATE_RUNNING,
  STATE_STARTING,
  STATE_STOPPED,
} from '../../../device/control.js';
import { DmaTableWriter } from '../../../device/dma-table.js';
import { openMediaFile } from '../../../device/file/open.js';
import { InjectionLog } from '../../../device/injection-log.js';
import { InterruptLines } from '../../../device/interrupts.js';
import type { PlayedPciId } from '../../../device/personality.js';
import { Recording } from '../../../device/record/recording.js';
import type { RecordState } from '../../../device/record/ring.js';
import { EngineError, type EngineWarning } from '../../../errors.js';
import { shortageOf } from '../../../shortage.js';
import { allowedCpus } from '../../../sys/affinity.js';
import { closeFd, createEventFd } from '../../../sys/fd.js';
import { endThread, startThread } from '../../../sys/thread.js';
import type { ScanEntry } from '../../scheme.js';
import { formatTarget, type Target } from '../../target.js';
import { EventInterrupts } from './event-interrupts.js';
import type { Sharing } from './sharing.js';
import { SIM_THREAD } from './sim-ahead.js';
import { SimBar } from './sim-bar.js';
import { SimControllerMemory } from './sim-controller-memory.js';
import { SimDmaMapper } from './sim-dma.js';
import { keepsBlocks, parseSimOptions, SIM_FORM } from './sim-options.js';
import { sleepUnlessAborted, until } from './sim-wait.js';
import type { DoorbellWindow, Registers, Transport, TransportDevice } from './transport.js';

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 2_000;
const RESET_TIMEOUT_MS = 5_000;
/** A rehearsal takes 0.1 s of CPU time, of which a busy machine gives little. */
const REHEARSAL_TIMEOUT_MS = 10_000;
/** For a signal that is under way. */
const SETTLE_TIMEOUT_MS = 1_000;

export const simTransport: Transport = {
  ...SIM_FORM,
  holdsData: ({ options }) => keepsBlocks(options),
  exclusive: false,
  offers: () => [{ value: 'sim', describe: 'the software controller' }],
  async scan(): Promise<ScanEntry[]> {
    const description = 'software NVMe controller in this process (1 GiB unless size= is given)';
    return [{ target: 'sim', description, usable: true, reason: '' }];
  },
  attach: (target, { briefly }) => attachSim(target, target.options, briefly),
};

/** A software controller whose doorbells another process may ring. */
export interface SharedSimDevice extends TransportDevice {
  /** BAR0: registers by `registers`, and doorbells from 1000h on. */
  readonly bar: Pick<SimBar, 'lengthBytes' | 'renewDoorbells'>;
  /** Its memory, in a BAR of its own; undefined where it has none. */
  readonly bars:
    | Pick<SimControllerMemory, 'bar' | 'lengthBytes' | 'renew' | 'map' | 'busAddress'>
    | undefined;
  /** Its vectors, for eventfds that are not this process's own; `interrupts` is to be left alone then. */
  readonly lines: Pick<InterruptLines, 'vectors' | 'set' | 'setIntx' | 'maskIntx' | 'settled'>;
  /** An exception that the controller's thread has survived since this was last asked. */
  newDefect(): string | undefined;
  /** What became of the record of its commands; undefined where none is made. */
  recorded(): RecordState | undefined;
  /** Undefined where it plays no PCI function. */
  readonly pciId: PlayedPciId | undefined;
  readonly dma: SimDmaMapper;
  /** For whoever is to order faults while it plays: plain data for another thread, `orders` to be transferred to it. */
  readonly live: SimLiveEnd;
}

/** What a software controller that plays can be told by, and what it notes. */
export interface SimLiveEnd {
  readonly control: SharedArrayBuffer;
  readonly injections: SharedArrayBuffer;
  readonly orders: MessagePort;
  /** Of commands, where one is made. */
  readonly record: SharedArrayBuffer | undefined;
}

/** Starts a software controller; `options` in place of the target's; `briefly` as of AttachOptions. Throws EngineError. */
export async function attachSim(
  target: Target,
  options = target.options,
  briefly?: boolean,
): Promise<SharedSimDevice> {
  const { config, iovaBits } = parseSimOptions(options, allowedCpus().length);
  const device = new SimDevice(formatTarget(target), config, iovaBits);
  try {
    await device.start(config, briefly);
  } catch (error) {
    await device.close();
    throw error;
  }
  return device;
}

class SimDevice implements SharedSimDevice {
  readonly kind = 'sim';
  readonly software = true;
  readonly notice = "SOFTWARE CONTROLLER: these figures describe nvbench's own simulation, not a drive";
  readonly numaNode = 0;
  readonly target: string;
  readonly pciId: PlayedPciId | undefined;
  readonly bar: SimBar;
  readonly bars: SimControllerMemory | undefined;
  readonly dma: SimDmaMapper;
  readonly interrupts: EventInterrupts;
  readonly lines: InterruptLines;
  private readonly control = new ControlLines();
  private readonly configurationWrites = new ConfigurationWrites(this.control);
  private readonly table = new DmaTableWriter(this.control);
  private readonly injections = new InjectionLog();
  private readonly orders = new MessageChannel();
  private worker: Worker | undefined;
  private exited: Promise<void> = Promise.resolve();
  /** Why the thread ended unasked. */
  private ending: string | undefined;
  private closed = false;
  private defectsTold = 0;
  private shared: Sharing | undefined;
  private recording: Recording | undefined;
  private mediaFd: number | undefined;

  constructor(target: string, config: SimConfig, iovaBits: number) {
    const vectors = config.maxIoQueues + 1;
    this.target = target;
    this.pciId = config.personality.pciId;
    this.bar = new SimBar(doorbellBytes(config), this.configurationWrites, config.personality);
    const { controllerMemoryBytes } = config.personality;
    if (controllerMemoryBytes > 0) this.bars = new SimControllerMemory(controllerMemoryBytes, target);
    this.dma = new SimDmaMapper(target, this.control, this.table, iovaBits);
    this.lines = InterruptLines.create(vectors);
    this.interrupts = this.routeInterrupts(vectors);
  }

  get registers(): Registers {
    return this.bar;
  }

  get doorbells(): DoorbellWindow {
    return this.bar.doorbells;
  }

  get live(): SimLiveEnd {
    const { control, injections, orders, recording } = this;
    const record = recording?.buffer;
    return { control: control.buffer, injections: injections.buffer, orders: orders.port1, record };
  }

  /** Made when it is first asked for: all processes that share the controller ring the same doorbells. */
  get sharing(): Sharing {
    this.shared ??= this.share();
    return this.shared;
  }

  private share(): Sharing {
    const fds = [this.bar.sealRegisters(), this.bar.renewDoorbells()];
    const way = { kind: 'memfd', doorbellBytes: this.doorbells.lengthBytes } as const;
    const renew = (): void => {
      const doorbells = this.bar.renewDoorbells();
      closeFd(fds[1]);
      fds[1] = doorbells;
    };
    return { way, fds, renew };
  }

  recorded(): RecordState | undefined {
    return this.recording?.state();
  }

  get warnings(): readonly EngineWarning[] {
    return this.recording?.warnings() ?? [];
  }

  private routeInterrupts(maxVectors: number): EventInterrupts {
    const { lines, target } = this;
    const mask = (): void => {
      for (let vector = 0; vector < maxVectors; vector++) lines.set(vector, 0);
      lines.settled(SETTLE_TIMEOUT_MS);
    };
    return new EventInterrupts({
      target,
      maxVectors,
      createEventFd,
      closeFd,
      route: (eventFds) => {
        for (const [vector, fd] of eventFds.entries()) lines.set(vector, fd);
      },
      mask,
    });
  }

  /** Starts the thread and waits until the controller's registers are up. Throws EngineError. */
  async start(config: SimConfig, briefly?: boolean): Promise<void> {
    this.recording = config.record === undefined ? undefined : this.record(config.record, config);
    this.mediaFd = config.file && openMediaFile(config.file, config);
    const data: SimThreadData = {
      config,
      briefly,
      registersAddress: this.bar.registers.address,
      registersBytes: this.bar.registers.lengthBytes,
      doorbellsAddress: this.bar.doorbells.address,
      doorbellsBytes: this.bar.doorbells.lengthBytes,
      controllerMemoryAddress: this.bars?.address,
      control: this.control.buffer,
      configurationWrites: this.configurationWrites.buffer,
      dmaTable: this.table.buffer,
      interrupts: this.lines.buffer,
      injections: this.injections.buffer,
      record: this.recording?.buffer,
      mediaFd: this.mediaFd,
      orders: this.orders.port2,
    };
    const options = { workerData: data, transferList: [data.orders], name: SIM_THREAD.name };
    const worker = startThread(SIM_THREAD.file, options, this.target, briefly);
    this.worker = worker;
    worker.on('error', (error: Error) => this.threadEnded(error.message));
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.threadEnded(this.lost() ?? `its thread ended with code ${code}`);
        resolve();
      });
    });
    await until(START_TIMEOUT_MS, () => this.control.state() !== STATE_STARTING || this.ending !== undefined);
    worker.unref();
    if (this.control.state() !== STATE_RUNNING) throw this.notStarted();
  }

  async reset(): Promise<boolean> {
    this.bar.wasReset();
    const ticket = this.control.requestReset();
    const done = await until(
      RESET_TIMEOUT_MS,
      () => this.control.resetDone(ticket) || this.lost() !== undefined || this.closed,
    );
    if (this.control.resetDone(ticket)) return true;
    throw new EngineError({
      code: 'SIM_RESET_FAILED',
      op: 'function-level reset',
      target: this.target,
      reason: done ? (this.lost() ?? 'it is closed') : `no answer within ${RESET_TIMEOUT_MS} ms`,
      hint: 'attach it again',
    });
  }

  lost(): string | undefined {
    if (this.closed) return undefined;
    if (this.control.state() === STATE_FAILED) return this.control.reason();
    return this.ending;
  }

  async readyToMeasure(): Promise<void> {
    const { control } = this;
    await until(
      REHEARSAL_TIMEOUT_MS,
      () => control.rehearsed() !== undefined || this.lost() !== undefined || this.closed,
    );
  }

  fatalReason(): string | undefined {
    return this.control.reason() || undefined;
  }

  newDefect(): string | undefined {
    const defects = this.control.defects();
    if (defects === this.defectsTold) return undefined;
    this.defectsTold = defects;
    return this.control.reason();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.control.requestStop();
    const timer = new AbortController();
    await Promise.race([this.exited, sleepUnlessAborted(STOP_TIMEOUT_MS, timer.signal)]);
    timer.abort();
    // does nothing where the thread ended by itself
    if (this.worker !== undefined) await endThread(this.worker);
    await this.recording?.close();
    this.interrupts.disarm();
    this.orders.port1.close(); // nothing where it is another thread's
    this.control.setState(STATE_STOPPED);
    this.bar.close();
    this.bars?.close();
    for (const fd of [this.shared?.fds[1], this.mediaFd]) if (fd !== undefined) closeFd(fd);
  }

  private record(path: string, { lbaBytes }: SimConfig): Recording {
    const [startedAt, startedNs] = [new Date().toISOString(), Number(process.hrtime.bigint())];
    return new Recording(path, { target: this.target, startedAt, startedNs, lbaBytes });
  }

  private threadEnded(reason: string): void {
    if (this.closed || this.ending !== undefined) return;
    this.ending = reason;
    // so that nobody waits for an acknowledgement that cannot come
    if (this.control.state() !== STATE_FAILED) this.control.fail(reason);
    this.bar.vanish();
  }

  private notStarted(): EngineError {
    return new EngineError({
      code: 'SIM_NOT_STARTED',
      op: 'start the software controller',
      target: this.target,
      reason: this.lost() ?? `its thread was not ready within ${START_TIMEOUT_MS} ms`,
      hint: shortageOf(this.lost())?.hint ?? 'free CPU time or memory',
    });
  }
}

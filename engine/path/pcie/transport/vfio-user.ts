/** The `vfio-user` transport: a controller that another process plays behind a unix socket. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, type EngineWarning } from '../../../errors.js';
import { readPciId } from '../../../pci/config-space.js';
import { nowMs } from '../../../sys/clock.js';
import { closeFds, UnixSocket } from '../../../sys/unix-socket.js';
import {
  BAR0_REGION,
  CONFIG_REGION,
  DEVICE_FLAG_PCI,
  DEVICE_FLAG_RESET,
} from '../../../vfio-user/messages.js';
import { parseDurationNs } from '../../option-values.js';
import { formatTarget, type Target } from '../../target.js';
import type { EventInterrupts } from './event-interrupts.js';
import type { DoorbellWindow, PciId, Registers, Transport, TransportDevice } from './transport.js';
import { VfioUserBars } from './vfio-user/bar-windows.js';
import { VfioUserChannel } from './vfio-user/channel.js';
import { configSpace, deviceInfo, negotiate, regionInfo, resetDevice } from './vfio-user/client.js';
import { DMA_REGIONS, VfioUserDmaMapper } from './vfio-user/dma.js';
import { type Doorbells, doorbellArea, mapDoorbells, messageDoorbells } from './vfio-user/doorbells.js';
import { ExchangeLock } from './vfio-user/exchange-lock.js';
import { configureFunction } from './vfio-user/function-config.js';
import { MessageRegisters } from './vfio-user/message-registers.js';
import { openMsix } from './vfio-user/msix.js';
import { RemovalRequest } from './vfio-user/removal-request.js';

const SOCKET_NAME = 'cntrl';
const DEFAULT_TIMEOUT_MS = 5000;
const OPTIONS: Readonly<Record<string, string>> = {
  doorbells: 'mapped (where the server offers it, the default) or message',
  timeout: 'how long to wait for a reply, such as 500ms (default 5s)',
};

interface Options {
  readonly timeoutMs: number;
  readonly forceMessages: boolean;
}

export const vfioUserTransport: Transport = {
  scheme: 'vfio-user',
  examples: ['vfio-user:/path/to/dir'],
  spdkType: 'VFIOUSER',
  readAddress(address, bad) {
    if (address.startsWith('/')) return address;
    throw bad('vfio-user takes an absolute path');
  },
  /** A server may keep disks. */
  holdsData: () => true,
  exclusive: true,
  offers: () => [{ value: 'vfio-user:', describe: 'directory of a vfio-user socket' }],
  /** Sockets are found by name only. */
  scan: async () => [],
  async attach(target: Target): Promise<TransportDevice> {
    const options = readOptions(target);
    const name = formatTarget(target);
    const socket = connect(socketPath(target.address), name, options.timeoutMs);
    let device: VfioUserDevice | undefined;
    try {
      const channel = new VfioUserChannel(socket, new ExchangeLock(), name, options.timeoutMs, 'requests');
      device = new VfioUserDevice(channel);
      device.start(options);
      return device;
    } catch (error) {
      await (device?.close() ?? socket.close());
      throw error;
    }
  },
};

class VfioUserDevice implements TransportDevice {
  readonly kind = 'vfio-user';
  /** Whatever is behind the socket, its latency is not that of a drive alone. */
  readonly software = true;
  readonly notice =
    'SOFTWARE CONTROLLER: these figures describe the process behind a vfio-user socket, not a drive';
  readonly numaNode = -1;
  readonly registers: Registers;
  readonly bars: VfioUserBars;
  readonly #channel: VfioUserChannel;
  readonly #undo: (() => void | Promise<void>)[] = [];
  #dma: VfioUserDmaMapper | undefined;
  #doorbells: Doorbells | undefined;
  #interrupts: EventInterrupts | undefined;
  #removal: RemovalRequest | undefined;
  #canReset = false;
  #pciId: PciId | undefined;
  #closing: Promise<void> | undefined;

  constructor(channel: VfioUserChannel) {
    this.#channel = channel;
    this.registers = new MessageRegisters(channel);
    this.bars = new VfioUserBars(channel);
    this.#undo.push(
      () => channel.socket.close(),
      () => this.bars.retire(),
    );
  }

  get target(): string {
    return this.#channel.target;
  }

  get doorbells(): DoorbellWindow {
    return this.#started(this.#doorbells).window;
  }

  get warnings(): readonly EngineWarning[] {
    return this.#doorbells?.kind === 'message' ? [messageWarning(this.target)] : [];
  }

  get pciId(): PciId | undefined {
    return this.#pciId;
  }

  get dma(): VfioUserDmaMapper {
    return this.#started(this.#dma);
  }

  get interrupts(): EventInterrupts | undefined {
    return this.#interrupts;
  }

  /** Everything up to the NVMe registers. Throws EngineError, SystemError; `close` undoes what was done. */
  start(options: Options): void {
    const channel = this.#channel;
    const { max_dma_maps = DMA_REGIONS, max_msg_fds } = negotiate(channel);
    const info = deviceInfo(channel);
    if ((info.flags & DEVICE_FLAG_PCI) === 0 || info.regionCount <= CONFIG_REGION) throw notNvme(this.target);
    this.#canReset = (info.flags & DEVICE_FLAG_RESET) !== 0;
    this.#dma = new VfioUserDmaMapper(channel, Math.min(max_dma_maps, DMA_REGIONS));
    this.#doorbells = this.#openDoorbells(options.forceMessages);
    this.#undo.push(this.#doorbells.close);
    const config = configSpace(channel);
    this.#undo.push(configureFunction(config));
    this.#pciId = readPciId(config);
    this.#interrupts = openMsix(channel, config, { irqCount: info.irqCount, messageFds: max_msg_fds });
    this.#undo.push(() => this.#interrupts?.disarm());
    this.#removal = RemovalRequest.register(channel, info.irqCount);
    this.#undo.push(() => this.#removal?.close());
  }

  #openDoorbells(forceMessages: boolean): Doorbells {
    const region = regionInfo(this.#channel, BAR0_REGION);
    const area = forceMessages ? undefined : doorbellArea(region);
    if (area !== undefined) return mapDoorbells(region, area, this.target);
    if (region.fd !== undefined) closeFds([region.fd]);
    return messageDoorbells(region, this.#channel);
  }

  /** DEVICE_RESET; a server may answer it without resetting the controller. */
  async reset(): Promise<boolean> {
    if (this.#canReset) resetDevice(this.#channel);
    return this.#canReset;
  }

  lost(): string | undefined {
    return this.#closing === undefined ? this.#channel.lost() : undefined;
  }

  askedBack(): string | undefined {
    if (this.#closing !== undefined || !this.#removal?.asked()) return undefined;
    return 'the server asks for the device back (it is to be unplugged)';
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  /** Every step runs; the first failure is thrown, unless it is only that the server has gone. */
  async #closeOnce(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.#undo.reverse()) {
      try {
        await step();
      } catch (error) {
        if (this.#channel.lock.broken() === undefined) errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  #started<T>(part: T | undefined): T {
    if (part === undefined) throw new Error('the vfio-user device is not started');
    return part;
  }
}

function messageWarning(target: string): EngineWarning {
  return {
    code: 'doorbells-by-message',
    message: `the doorbells of ${target} are messages, each with a reply: latencies include their way`,
    advice: 'use a server that lets them be mapped, and no doorbells=message',
  };
}

/** SPDK names the directory; the socket's own path is taken as well. */
function socketPath(address: string): string {
  try {
    return statSync(address).isSocket() ? address : join(address, SOCKET_NAME);
  } catch {
    return join(address, SOCKET_NAME); // connecting says what is wrong with it
  }
}

function connect(path: string, target: string, timeoutMs: number): UnixSocket {
  try {
    return UnixSocket.connect(path, nowMs() + timeoutMs);
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'input') throw error;
    const hints: Readonly<Record<string, string>> = {
      ENOENT: 'start the server, or check the path',
      ECONNREFUSED: 'nobody listens there any more: start the server again',
      EAGAIN: 'more wait than it lets in: try again, or find out what it is busy with',
      EACCES: 'the socket belongs to another user: run as that one, or change its permissions',
    };
    throw new EngineError({
      code: 'VFIO_USER_NO_SERVER',
      op: 'connect to the vfio-user server',
      target,
      reason: `${path}: ${error.reason}`,
      hint: hints[error.reason] ?? 'check the server',
      cause: error,
    });
  }
}

function readOptions({ options, address }: Target): Options {
  const bad = (reason: string): EngineError =>
    new EngineError({
      code: 'BAD_VFIO_USER_OPTION',
      op: 'read target option',
      target: `vfio-user:${address}`,
      reason,
      hint: Object.entries(OPTIONS)
        .map(([name, takes]) => `${name} takes ${takes}`)
        .join('; '),
      kind: 'input',
    });
  for (const name of Object.keys(options))
    if (!Object.hasOwn(OPTIONS, name)) throw bad(`there is no option '${name}'`);
  const { doorbells = 'mapped', timeout } = options;
  if (doorbells !== 'mapped' && doorbells !== 'message') throw bad(`doorbells=${doorbells} is not possible`);
  const timeoutNs = timeout === undefined ? DEFAULT_TIMEOUT_MS * 1e6 : parseDurationNs(timeout);
  if (timeoutNs === undefined || timeoutNs < 1e6) throw bad(`timeout=${timeout} is not possible`);
  return { timeoutMs: timeoutNs / 1e6, forceMessages: doorbells === 'message' };
}

function notNvme(target: string): EngineError {
  return new EngineError({
    code: 'NOT_A_PCI_DEVICE',
    op: 'DEVICE_GET_INFO',
    target,
    reason: 'the server plays no PCI function',
    hint: 'name the socket of an NVMe controller',
  });
}

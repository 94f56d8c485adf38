/**
 * The Controller Memory Buffer (NVMe base 2.0, 8.2), for submission queues: the host stores entries into the controller, which then
 * need not be fetched over the link. A window of it is mapped uncached, so that stores reach it in their order, and before the
 * doorbell behind them: writes over PCIe stay in order. Entries need no fence, then, and are never read back.
 *
 * Up to NVMe 1.3 the controller takes the addresses that its BAR has on the bus for its own. From 1.4 on (CAP.CMBS) the host
 * says which: those too, as Linux does, and where there is no bus some that no memory of the host has.
 */
import { EngineError } from '../../errors.js';
import type { DmaArena } from '../../memory/arena.js';
import { FreeList } from '../../memory/free-list.js';
import {
  type Capabilities,
  CMBLOC,
  CMBMSC,
  CMBMSC_CMSE,
  CMBMSC_CRE,
  CMBSTS,
  CMBSTS_CBAI,
  CMBSZ,
  type ControllerMemoryLayout,
  decodeControllerMemory,
} from '../../spec/index.js';
import { refuse } from './refusal.js';
import { type BarWindow, MOST_BAR_BYTES, type TransportDevice } from './transport/transport.js';

const OP = 'use sq_memory: cmb';
const HINT = 'use sq_memory: host';

export interface ControllerMemoryParts {
  readonly device: TransportDevice;
  readonly arena: DmaArena;
  readonly capabilities: Pick<Capabilities, 'memoryBySpaceControl'>;
  /** Queues begin on pages of the controller. */
  readonly pageBytes: number;
}

/** Part of it: where it is in this process, and for the controller. */
export interface ControllerBuffer {
  readonly address: bigint;
  readonly iova: bigint;
  readonly lengthBytes: number;
}

interface Opened {
  readonly layout: ControllerMemoryLayout;
  readonly window: BarWindow;
  readonly free: FreeList;
}

function reachText({ layout, window }: Opened): string {
  return window.lengthBytes < layout.lengthBytes
    ? `${window.lengthBytes} of its ${layout.lengthBytes} bytes of Controller Memory Buffer can be reached`
    : `the Controller Memory Buffer has ${layout.lengthBytes} bytes`;
}

export class ControllerMemory {
  readonly #parts: ControllerMemoryParts;
  #opened: Opened | undefined;
  /** Of its first byte, as the controller has it; undefined where the controller was not told, or a reset may have taken it back. */
  #base: bigint | undefined;
  /** CMBMSC is heeded; undefined where nobody has looked. */
  #byControl: boolean | undefined;
  /** Addresses that are kept from DMA. */
  #kept: bigint[] = [];
  #chosen: bigint | undefined;

  constructor(parts: ControllerMemoryParts) {
    this.#parts = parts;
  }

  /** What CMBLOC and CMBSZ say; undefined where there is none. Tells the controller to show them (CMBMSC.CRE). */
  look(): ControllerMemoryLayout | undefined {
    if (this.#opened !== undefined) return this.#opened.layout;
    const { registers } = this.#parts.device;
    this.#byControl ??= this.#hasControl();
    if (this.#byControl && (registers.read32(CMBMSC) & CMBMSC_CRE) === 0)
      registers.write32(CMBMSC, CMBMSC_CRE);
    return decodeControllerMemory(registers.read32(CMBLOC), registers.read32(CMBSZ));
  }

  /** What is in use: the layout, and how much of it can be reached; undefined before any queue was planned there. */
  get inUse(): (ControllerMemoryLayout & { readonly reachedBytes: number }) | undefined {
    if (this.#opened === undefined) return undefined;
    const { layout, window } = this.#opened;
    return { ...layout, reachedBytes: window.lengthBytes };
  }

  /** Checks that so many bytes can be had of it, and maps it. Throws EngineError NO_CONTROLLER_MEMORY of kind `input`. */
  require(lengthBytes: number): void {
    const opened = this.#open();
    if (lengthBytes <= opened.window.lengthBytes) return;
    throw this.#refusal(
      `submission queues of ${lengthBytes} bytes do not fit: ${reachText(opened)}`,
      'use fewer numjobs or queue_pairs, less queue_entries, or sq_memory: host',
    );
  }

  /** Whole pages. Throws EngineError NO_CONTROLLER_MEMORY. */
  allocate(lengthBytes: number): ControllerBuffer {
    const opened = this.#open();
    const { window, free } = opened;
    const { pageBytes } = this.#parts;
    const rounded = Math.ceil(lengthBytes / pageBytes) * pageBytes;
    const base = this.#enable();
    const offset = free.take(rounded, pageBytes);
    if (offset < 0)
      throw this.#refusal(
        `no ${rounded} bytes are left: ${reachText(opened)}`,
        'use fewer queues at a time, or sq_memory: host',
      );
    return {
      address: window.address + BigInt(offset),
      iova: base + BigInt(offset),
      lengthBytes: rounded,
    };
  }

  free(buffer: ControllerBuffer): void {
    if (this.#opened === undefined) return;
    const { window, free } = this.#opened;
    free.give(Number(buffer.address - window.address), buffer.lengthBytes);
  }

  /** A reset may have cleared CMBMSC. */
  wasReset(): void {
    this.#base = undefined;
  }

  /** The controller is disabled: it takes no address for its own any more, where that is the host's to say. */
  release(): void {
    const { device, arena } = this.#parts;
    if (this.#byControl && device.lost() === undefined) this.#control(0n);
    for (const iova of this.#kept.splice(0)) arena.iovas.free(iova);
    this.#chosen = undefined;
    this.#base = undefined;
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const layout = this.look();
    if (layout === undefined)
      throw this.#refusal('the controller has no Controller Memory Buffer (CMBSZ is 0)');
    if (!layout.submissionQueues)
      throw this.#refusal('its Controller Memory Buffer takes no submission queues (CMBSZ.SQS is 0)');
    const window = this.#map(layout);
    this.#opened = { layout, window, free: new FreeList(window.lengthBytes) };
    return this.#opened;
  }

  #map({ bar, offsetBytes, lengthBytes }: ControllerMemoryLayout): BarWindow {
    const { bars } = this.#parts.device;
    if (bars === undefined) throw this.#refusal('this way to reach the device shows its registers alone');
    try {
      return bars.map(bar, offsetBytes, Math.min(lengthBytes, MOST_BAR_BYTES));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw this.#refusal(`its Controller Memory Buffer in BAR${bar} cannot be reached: ${error.reason}`);
    }
  }

  /** The address of its first byte for the controller. */
  #enable(): bigint {
    if (this.#base !== undefined) return this.#base;
    const { layout } = this.#open();
    this.#base = this.#byControl ? this.#give(layout) : this.#onBus(layout);
    return this.#base;
  }

  /** One that shows its memory without being asked has it the old way (QEMU's `legacy-cmb`, CAP.CMBS or not). */
  #hasControl(): boolean {
    const { device, capabilities } = this.#parts;
    const { registers } = device;
    if (!capabilities.memoryBySpaceControl) return false;
    return (registers.read32(CMBMSC) & CMBMSC_CRE) !== 0 || registers.read32(CMBSZ) === 0;
  }

  /** The word with CMSE last: the address holds then. */
  #control(value: bigint): void {
    const { registers } = this.#parts.device;
    registers.write32(CMBMSC + 4, Number(value >> 32n));
    registers.write32(CMBMSC, Number(value & 0xffff_ffffn));
  }

  /** CBA, then CMSE (3.1.3.16). */
  #give(layout: ControllerMemoryLayout): bigint {
    const { registers } = this.#parts.device;
    const base = this.#chosen ?? this.#choose(layout);
    this.#chosen = base;
    this.#control(base | BigInt(CMBMSC_CRE | CMBMSC_CMSE));
    if ((registers.read32(CMBSTS) & CMBSTS_CBAI) === 0) return base;
    throw this.#refusal(`the controller does not take 0x${base.toString(16)} as its address (CMBSTS.CBAI)`);
  }

  #choose(layout: ControllerMemoryLayout): bigint {
    const { arena, device, pageBytes } = this.#parts;
    if (device.bars?.busAddress(layout.bar) !== undefined) return this.#onBus(layout);
    const iova = arena.iovas.allocate(layout.lengthBytes, pageBytes);
    this.#kept = [iova];
    return iova;
  }

  #onBus({ bar, offsetBytes, lengthBytes }: ControllerMemoryLayout): bigint {
    const { arena, device } = this.#parts;
    const address = device.bars?.busAddress(bar);
    if (address === undefined) throw this.#refusal(`nobody knows the address of its BAR${bar} on the bus`);
    const base = address + BigInt(offsetBytes);
    if (device.dma.iovaMode === 'pa' || this.#kept.length > 0) return base;
    const kept = arena.iovas.withhold(base, lengthBytes);
    if (kept === undefined)
      throw this.#refusal(
        `memory of this process has the addresses of its BAR${bar}, 0x${base.toString(16)} on`,
      );
    this.#kept = kept;
    return base;
  }

  #refusal(reason: string, hint = HINT): EngineError {
    return refuse('NO_CONTROLLER_MEMORY', OP, this.#parts.device.target, reason, hint);
  }
}

/** Of whoever did not enable the controller. */
export const notOurs = (target: string): EngineError =>
  refuse(
    'NO_CONTROLLER_MEMORY',
    OP,
    target,
    'another process holds the controller, and has its memory',
    HINT,
  );

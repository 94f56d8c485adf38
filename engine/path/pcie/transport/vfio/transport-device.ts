import type { EngineWarning } from '../../../../errors.js';
import type { DmaMapper } from '../../../../memory/dma-mapper.js';
import {
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  updateCommand,
} from '../../../../pci/config-space.js';
import type { Sharing } from '../sharing.js';
import type { DoorbellWindow, Interrupts, PciId, Registers, TransportDevice } from '../transport.js';
import { BarWindows } from './bar-windows.js';
import { resetDevice } from './device.js';
import { filled, type VfioDeviceState } from './device-steps.js';
import { openMsix } from './msix.js';

/** NVMe base 2.0, 3.1.3: CAP and VS. In a working controller neither is ever all zero or all ones. */
const CAP_LOW_OFFSET = 0x0;
const CAP_HIGH_OFFSET = 0x4;
const VS_OFFSET = 0x8;
const ALL_ONES = 0xffff_ffff;

export interface VfioTransportParts {
  readonly kind: string;
  readonly numaNode: number;
  readonly pciId: PciId;
  readonly dma: DmaMapper;
  readonly warnings: readonly EngineWarning[];
  readonly sharing?: Sharing;
  /** Function-level reset where it is not VFIO's. */
  reset?(): boolean;
  /** Undoes every step. */
  detach(): Promise<void>;
}

/** The device as the driver sees it, over a state whose steps have all been done. */
export class VfioTransportDevice implements TransportDevice {
  readonly target: string;
  readonly kind: string;
  readonly software = false;
  readonly numaNode: number;
  readonly pciId: PciId;
  readonly registers: Registers;
  readonly doorbells: DoorbellWindow;
  readonly bars: BarWindows;
  readonly dma: DmaMapper;
  readonly warnings: readonly EngineWarning[];
  readonly interrupts: Interrupts | undefined;
  readonly sharing: Sharing | undefined;
  readonly #state: VfioDeviceState;
  readonly #detach: () => Promise<void>;
  readonly #reset: () => boolean;
  #closing: Promise<void> | undefined;
  #lost: string | undefined;

  constructor(state: VfioDeviceState, parts: VfioTransportParts) {
    this.target = `pci:${state.address}`;
    this.kind = parts.kind;
    this.numaNode = parts.numaNode;
    this.pciId = parts.pciId;
    this.registers = filled(state.registers, 'registers', state.address);
    this.doorbells = filled(state.bar, 'BAR0', state.address).doorbells;
    this.dma = parts.dma;
    this.warnings = parts.warnings;
    this.sharing = parts.sharing;
    // Only VFIO hands out message interrupts: uio has no device behind a descriptor.
    this.interrupts = state.device && openMsix(state.device, this.target);
    this.#state = state;
    const { system, address } = state;
    this.bars = new BarWindows({
      system,
      address,
      config: filled(state.config, 'configuration space', address),
      open: filled(state.openBar, 'BARs', address),
    });
    this.#detach = () => parts.detach();
    this.#reset = parts.reset ?? (() => this.#resetByVfio());
  }

  #resetByVfio(): boolean {
    const { address, device, info } = this.#state;
    return resetDevice(filled(device, 'device', address), filled(info, 'device info', address));
  }

  /** Throws SystemError where the kernel refuses the reset. */
  async reset(): Promise<boolean> {
    const { address, config } = this.#state;
    const done = this.#reset();
    // The kernel restores the configuration space; a device that lost it anyway would not answer.
    if (done) {
      const bits = COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_INTX_DISABLE;
      updateCommand(filled(config, 'configuration space', address), bits);
    }
    return done;
  }

  lost(): string | undefined {
    if (this.#lost === undefined && this.#closing === undefined) this.#lost = this.#lossReason();
    return this.#lost;
  }

  askedBack(): string | undefined {
    if (this.#closing !== undefined || !this.#state.removal?.asked()) return undefined;
    return 'the kernel asks for the device back (unplugged or unbound)';
  }

  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    try {
      this.interrupts?.disarm();
      this.bars.retire();
    } finally {
      await this.#detach();
    }
  }

  #lossReason(): string | undefined {
    const words = [CAP_LOW_OFFSET, CAP_HIGH_OFFSET, VS_OFFSET].map((at) => this.registers.read32(at));
    if (words.every((word) => word === ALL_ONES))
      return 'its registers read as all ones: it vanished or its link is down';
    if (words.every((word) => word === 0))
      return 'its registers read as zero: it vanished or stopped decoding memory';
    return undefined;
  }
}

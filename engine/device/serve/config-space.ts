/**
 * The configuration space of the served function: a type 0 header (PCI Local Bus 3.0, 6.1), MSI-X (6.8.2), and the PCI Express
 * capability of an endpoint (PCI Express 3.0, 7.8) that can be reset by itself.
 */
import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { viewOf } from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

export const CONFIG_SPACE_BYTES = 4096;

/** Entries of the largest table. */
export const MOST_MSIX_VECTORS = 2048;

const VENDOR = 0x00;
const DEVICE = 0x02;
const COMMAND = 0x04;
const STATUS = 0x06;
const CLASS_CODE = 0x08;
const BAR0 = 0x10;
const SUBSYSTEM_VENDOR = 0x2c;
const SUBSYSTEM_DEVICE = 0x2e;
const CAPABILITIES_POINTER = 0x34;
const INTERRUPT_LINE = 0x3c;
const INTERRUPT_PIN = 0x3d;
const MSIX = 0x40;
const MSIX_CONTROL = MSIX + 2;
const EXPRESS = 0x50;
const DEVICE_CONTROL = EXPRESS + 8;
/** Mass storage, non-volatile memory, NVM Express I/O controller; revision 0. */
const NVME_CLASS = 0x010802 << 8;
/** Memory space, 64 bits wide. */
const BAR_MEMORY_64 = 0x4;
/** Memory, bus master, INTx disable; the function has no I/O space. */
const COMMAND_WRITABLE = 0x0406;
const STATUS_CAPABILITY_LIST = 0x10;
const MSIX_CAPABILITY_ID = 0x11;
const EXPRESS_CAPABILITY_ID = 0x10;
/** Version 2 of the capability, an endpoint. */
const EXPRESS_FLAGS = 0x0002;
/** Role-based error reporting; it can be reset by itself (FLR). */
const DEVICE_CAPABILITIES = (1 << 28) | (1 << 15);
/** Relaxed ordering, no snoop, reads of 512 bytes: as a reset leaves it. */
const DEVICE_CONTROL_INITIAL = 0x2810;
/** All but those of extended tags, phantom functions and auxiliary power, which it has none of. */
const DEVICE_CONTROL_WRITABLE = 0x78ff;
const INITIATE_FLR = 0x8000;
/** Speed and width of a link of 8 GT/s and four lanes: what it can, and what it is. */
const LINK = 0x43;
/** Speeds up to 8 GT/s. */
const LINK_SPEEDS = 0x0e;
const LINK_SPEED = 3;
const INTX_DISABLE = 0x04;
/**
 * Of the control word. Function Mask reads as zero: an interrupt that is masked would have to be kept pending, and the
 * eventfds that take the table's place are masked by their owner.
 */
const MSIX_ENABLE = 0x8000;

/** Kept from one client to the next, as a function keeps it. */
export class ConfigSpaceBytes {
  readonly #bytes = new Uint8Array(CONFIG_SPACE_BYTES);
  #resetAsked = false;

  /** MSI-X of so many vectors, 1 to `MOST_MSIX_VECTORS`, whose table and pending bits lie in one BAR. */
  constructor(
    vectors: number,
    msix: { readonly bar: number; readonly pendingOffset: number },
    id: SharedSimDevice['pciId'],
  ) {
    const view = viewOf(this.#bytes);
    view.setUint16(VENDOR, id?.vendorId ?? 0, true);
    view.setUint16(DEVICE, id?.deviceId ?? 0, true);
    view.setUint16(SUBSYSTEM_VENDOR, id?.subsystemVendorId ?? 0, true);
    view.setUint16(SUBSYSTEM_DEVICE, id?.subsystemDeviceId ?? 0, true);
    view.setUint32(CLASS_CODE, NVME_CLASS, true);
    view.setUint32(BAR0, BAR_MEMORY_64, true);
    view.setUint16(STATUS, STATUS_CAPABILITY_LIST, true);
    view.setUint8(CAPABILITIES_POINTER, MSIX);
    view.setUint8(INTERRUPT_PIN, 1);
    view.setUint8(MSIX, MSIX_CAPABILITY_ID);
    view.setUint8(MSIX + 1, EXPRESS);
    view.setUint16(MSIX_CONTROL, vectors - 1, true);
    view.setUint32(MSIX + 4, msix.bar, true);
    view.setUint32(MSIX + 8, msix.pendingOffset | msix.bar, true);
    view.setUint8(EXPRESS, EXPRESS_CAPABILITY_ID);
    view.setUint16(EXPRESS + 2, EXPRESS_FLAGS, true);
    view.setUint32(EXPRESS + 4, DEVICE_CAPABILITIES, true);
    view.setUint16(DEVICE_CONTROL, DEVICE_CONTROL_INITIAL, true);
    view.setUint32(EXPRESS + 0x0c, LINK, true);
    view.setUint16(EXPRESS + 0x12, LINK, true);
    view.setUint32(EXPRESS + 0x2c, LINK_SPEEDS, true);
    view.setUint16(EXPRESS + 0x30, LINK_SPEED, true);
  }

  get msixEnabled(): boolean {
    return (viewOf(this.#bytes).getUint16(MSIX_CONTROL, true) & MSIX_ENABLE) !== 0;
  }

  /** Whether the function may signal INTx. */
  get intxEnabled(): boolean {
    return !this.msixEnabled && (this.#bytes[COMMAND + 1] & INTX_DISABLE) === 0;
  }

  /** Whether Initiate Function Level Reset was written since this was last asked. */
  takeReset(): boolean {
    const asked = this.#resetAsked;
    this.#resetAsked = false;
    return asked;
  }

  /** What a function-level reset leaves behind (PCI Express 3.0, 6.6.2). */
  reset(): void {
    this.disableMsix();
    this.#bytes.fill(0, COMMAND, COMMAND + 2);
    viewOf(this.#bytes).setUint16(DEVICE_CONTROL, DEVICE_CONTROL_INITIAL, true);
  }

  disableMsix(): void {
    this.#bytes[MSIX_CONTROL + 1] &= ~(MSIX_ENABLE >>> 8);
  }

  /** Throws Refusal. */
  read(offset: number, count: number): Uint8Array {
    if (offset + count > CONFIG_SPACE_BYTES) throw new Refusal('EINVAL', 'read past the configuration space');
    return this.#bytes.slice(offset, offset + count);
  }

  /**
   * Takes the writable bits of the command register, of Device Control and of Interrupt Line, and MSI-X Enable; all else is
   * read-only. Throws Refusal.
   */
  write(offset: number, data: Uint8Array): void {
    if (offset + data.length > CONFIG_SPACE_BYTES)
      throw new Refusal('EINVAL', 'write past the configuration space');
    for (const [index, value] of data.entries()) {
      const at = offset + index;
      if (at === COMMAND) this.#bytes[at] = value & COMMAND_WRITABLE & 0xff;
      if (at === COMMAND + 1) this.#bytes[at] = value & (COMMAND_WRITABLE >>> 8);
      if (at === INTERRUPT_LINE) this.#bytes[at] = value;
      if (at === DEVICE_CONTROL) this.#bytes[at] = value & DEVICE_CONTROL_WRITABLE & 0xff;
      if (at === DEVICE_CONTROL + 1) this.#bytes[at] = value & (DEVICE_CONTROL_WRITABLE >>> 8);
      if (at === DEVICE_CONTROL + 1 && (value & (INITIATE_FLR >>> 8)) !== 0) this.#resetAsked = true;
      if (at === MSIX_CONTROL + 1) this.#bytes[at] = (this.#bytes[at] & 0x7f) | (value & 0x80);
    }
  }
}

/** The configuration space of the served function: a type 0 header without capabilities (PCI Local Bus 3.0, 6.1). */
import { viewOf } from '../vfio-user/messages.js';
import { Refusal } from './refusal.js';

export const CONFIG_SPACE_BYTES = 4096;

const COMMAND = 0x04;
const CLASS_CODE = 0x08;
const BAR0 = 0x10;
/** Mass storage, non-volatile memory, NVM Express I/O controller; revision 0. */
const NVME_CLASS = 0x010802 << 8;
/** Memory space, 64 bits wide. */
const BAR_MEMORY_64 = 0x4;
/** Memory, bus master, INTx disable; the function has no I/O space. */
const COMMAND_WRITABLE = 0x0406;

/** Kept from one client to the next, as a function keeps it. */
export class ConfigSpaceBytes {
  readonly #bytes = new Uint8Array(CONFIG_SPACE_BYTES);

  constructor() {
    const view = viewOf(this.#bytes);
    view.setUint32(CLASS_CODE, NVME_CLASS, true);
    view.setUint32(BAR0, BAR_MEMORY_64, true);
  }

  /** Throws Refusal. */
  read(offset: number, count: number): Uint8Array {
    if (offset + count > CONFIG_SPACE_BYTES) throw new Refusal('EINVAL', 'read past the configuration space');
    return this.#bytes.slice(offset, offset + count);
  }

  /** Takes the command register's writable bits; everything else is read-only. Throws Refusal. */
  write(offset: number, data: Uint8Array): void {
    if (offset + data.length > CONFIG_SPACE_BYTES)
      throw new Refusal('EINVAL', 'write past the configuration space');
    for (const [index, value] of data.entries()) {
      const at = offset + index;
      if (at === COMMAND) this.#bytes[at] = value & COMMAND_WRITABLE & 0xff;
      if (at === COMMAND + 1) this.#bytes[at] = value & (COMMAND_WRITABLE >>> 8);
    }
  }
}

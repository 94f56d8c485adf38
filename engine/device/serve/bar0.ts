/** BAR0 of the served controller, by message; its doorbells may be mapped. */

import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { closeFd } from '../../sys/fd.js';
import {
  type Area,
  BAR0_REGION,
  REGION_FLAG_MMAP,
  REGION_FLAG_READ,
  REGION_FLAG_WRITE,
  type RegionInfo,
  viewOf,
} from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

const DOORBELLS_OFFSET = 0x1000;
const LEAST_BAR_BYTES = 16 * 1024;

export class Bar0 {
  readonly info: RegionInfo;
  readonly #device: SharedSimDevice;
  #fd: number | undefined;

  constructor(device: SharedSimDevice, mapDoorbells: boolean) {
    const { lengthBytes } = device.bar;
    const doorbells: Area = { offset: DOORBELLS_OFFSET, lengthBytes: lengthBytes - DOORBELLS_OFFSET };
    this.#device = device;
    this.info = {
      index: BAR0_REGION,
      flags: REGION_FLAG_READ | REGION_FLAG_WRITE | (mapDoorbells ? REGION_FLAG_MMAP : 0),
      lengthBytes: Math.max(LEAST_BAR_BYTES, 2 ** Math.ceil(Math.log2(lengthBytes))),
      fileOffset: 0,
      areas: mapDoorbells ? [doorbells] : [],
    };
  }

  /** Of the file that the areas lie in; undefined where there are none, or no client is served. */
  get fd(): number | undefined {
    return this.#fd;
  }

  /**
   * Before a client is served: doorbells that no client before it has mapped.
   * Throws SystemError.
   */
  open(): void {
    if (this.info.areas.length > 0) this.#fd = this.#device.bar.renewDoorbells();
  }

  /** Once it has gone: what it mapped stays the controller's until the next `open`. Idempotent. */
  close(): void {
    if (this.#fd !== undefined) closeFd(this.#fd);
    this.#fd = undefined;
  }

  /** 4 or 8 bytes. Throws Refusal. */
  read(offset: number, count: number): Uint8Array {
    this.#check(offset, count);
    const data = new Uint8Array(count);
    if (!this.#backed(offset, count)) return data;
    const { registers } = this.#device;
    if (count === 4) viewOf(data).setUint32(0, registers.read32(offset), true);
    else viewOf(data).setBigUint64(0, registers.read64(offset), true);
    return data;
  }

  /** 4 or 8 bytes. Throws Refusal. */
  write(offset: number, data: Uint8Array): void {
    this.#check(offset, data.length);
    if (!this.#backed(offset, data.length)) return;
    const { registers } = this.#device;
    if (data.length === 4) registers.write32(offset, viewOf(data).getUint32(0, true));
    else registers.write64(offset, viewOf(data).getBigUint64(0, true));
  }

  #check(offset: number, count: number): void {
    if (count !== 4 && count !== 8) throw new Refusal('EINVAL', `access of ${count} bytes`);
    if (offset % count !== 0 || offset + count > this.info.lengthBytes)
      throw new Refusal('EINVAL', `access at ${offset}`);
  }

  /** A BAR is a power of two, so its end may have nothing behind it. */
  #backed(offset: number, count: number): boolean {
    return offset + count <= this.#device.bar.lengthBytes;
  }
}

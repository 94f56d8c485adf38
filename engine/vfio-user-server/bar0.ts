/** BAR0 of the served controller, by message; its doorbells may be mapped. */
import type { SharedSimDevice } from '../transport/sim.js';
import {
  type Area,
  BAR0_REGION,
  REGION_FLAG_MMAP,
  REGION_FLAG_READ,
  REGION_FLAG_WRITE,
  type RegionInfo,
  viewOf,
} from '../vfio-user/messages.js';
import { Refusal } from './refusal.js';

const DOORBELLS_OFFSET = 0x1000;
const LEAST_BAR_BYTES = 16 * 1024;

export class Bar0 {
  readonly info: RegionInfo;
  /** Of the file that the areas lie in. */
  readonly fd: number;
  readonly #device: SharedSimDevice;

  constructor(device: SharedSimDevice, mapDoorbells: boolean) {
    const windowBytes = device.window.lengthBytes;
    const doorbells: Area = { offset: DOORBELLS_OFFSET, lengthBytes: windowBytes - DOORBELLS_OFFSET };
    this.#device = device;
    this.fd = device.window.fd;
    this.info = {
      index: BAR0_REGION,
      flags: REGION_FLAG_READ | REGION_FLAG_WRITE | (mapDoorbells ? REGION_FLAG_MMAP : 0),
      lengthBytes: Math.max(LEAST_BAR_BYTES, 2 ** Math.ceil(Math.log2(windowBytes))),
      fileOffset: 0,
      areas: mapDoorbells ? [doorbells] : [],
    };
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
    return offset + count <= this.#device.window.lengthBytes;
  }
}

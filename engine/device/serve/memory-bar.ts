/** The BAR with the served controller's memory, which may be mapped; plain memory by message. */
import type { SharedSimDevice } from '../../path/pcie/transport/sim.js';
import { closeFd } from '../../sys/fd.js';
import { viewAt } from '../../sys/mapping.js';
import {
  REGION_FLAG_MMAP,
  REGION_FLAG_READ,
  REGION_FLAG_WRITE,
  type RegionInfo,
} from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

export class MemoryBar {
  readonly info: RegionInfo;
  readonly #memory: NonNullable<SharedSimDevice['bars']>;
  #fd: number | undefined;

  /** Undefined where the device has no such memory. */
  static of({ bars }: SharedSimDevice): MemoryBar | undefined {
    return bars === undefined ? undefined : new MemoryBar(bars);
  }

  private constructor(memory: NonNullable<SharedSimDevice['bars']>) {
    this.#memory = memory;
    this.info = {
      index: memory.bar,
      flags: REGION_FLAG_READ | REGION_FLAG_WRITE | REGION_FLAG_MMAP,
      lengthBytes: 2 ** Math.ceil(Math.log2(memory.lengthBytes)),
      fileOffset: 0,
      areas: [{ offset: 0, lengthBytes: memory.lengthBytes }],
    };
  }

  /** Of the file that it lies in; undefined where no client is served. */
  get fd(): number | undefined {
    return this.#fd;
  }

  /** Before a client is served: memory that no client before it has mapped. Throws SystemError. */
  open(): void {
    this.#fd = this.#memory.renew();
  }

  /** Once it has gone. Idempotent. */
  close(): void {
    if (this.#fd !== undefined) closeFd(this.#fd);
    this.#fd = undefined;
  }

  /** Throws Refusal. */
  read(offset: number, count: number): Uint8Array {
    return this.#bytes(offset, count).slice();
  }

  /** Throws Refusal. */
  write(offset: number, data: Uint8Array): void {
    this.#bytes(offset, data.length).set(data);
  }

  #bytes(offset: number, count: number): Uint8Array {
    if (offset + count > this.#memory.lengthBytes) throw new Refusal('EINVAL', `access at ${offset}`);
    const { address } = this.#memory.map(this.#memory.bar, offset, count);
    return new Uint8Array(viewAt(address, count));
  }
}

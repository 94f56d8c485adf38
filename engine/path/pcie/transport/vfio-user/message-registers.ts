import { BAR0_REGION, viewOf } from '../../../../vfio-user/messages.js';
import type { Registers } from '../transport.js';
import type { VfioUserChannel } from './channel.js';
import { readRegion, writeRegion } from './client.js';

/**
 * BAR0 by REGION_READ and REGION_WRITE, each a round trip (about 1 ms with a server that polls its socket). Once the
 * connection is lost reads give all ones and writes go nowhere, as with a PCI function that left the bus.
 */
export class MessageRegisters implements Registers {
  readonly #channel: VfioUserChannel;

  constructor(channel: VfioUserChannel) {
    this.#channel = channel;
  }

  read32(offset: number): number {
    return this.#read(offset, 4)?.getUint32(0, true) ?? 0xffff_ffff;
  }

  write32(offset: number, value: number): void {
    const data = new Uint8Array(4);
    viewOf(data).setUint32(0, value, true);
    this.#write(offset, data);
  }

  read64(offset: number): bigint {
    return this.#read(offset, 8)?.getBigUint64(0, true) ?? 0xffff_ffff_ffff_ffffn;
  }

  write64(offset: number, value: bigint): void {
    const data = new Uint8Array(8);
    viewOf(data).setBigUint64(0, value, true);
    this.#write(offset, data);
  }

  #read(offset: number, count: number): DataView | undefined {
    return this.#unlessLost(() => readRegion(this.#channel, BAR0_REGION, offset, count));
  }

  #write(offset: number, data: Uint8Array): void {
    this.#unlessLost(() => writeRegion(this.#channel, BAR0_REGION, offset, data));
  }

  #unlessLost<T>(access: () => T): T | undefined {
    if (this.#channel.lock.broken() !== undefined) return undefined;
    try {
      return access();
    } catch (error) {
      if (this.#channel.lost() !== undefined) return undefined;
      throw error;
    }
  }
}

import { MOST_VIEW_BYTES } from '../../../sys/libc.js';
import { type Mapping, viewAt } from '../../../sys/mapping.js';
import type { Registers } from './transport.js';

const HIGH_WORD = 2n ** 32n;

/**
 * Registers in a mapped BAR. Uint32Array only: each access is one 32-bit load or store, whereas DataView reads
 * bytewise outside optimised code. 64-bit registers are accessed low word first, as the specification allows (NVMe
 * over PCIe 1.0, 3.1.1). Offsets are multiples of 4.
 */
export class MmioRegisters implements Registers {
  readonly #words: Uint32Array;

  constructor({ address, lengthBytes }: Mapping) {
    this.#words = new Uint32Array(viewAt(address, Math.min(lengthBytes, MOST_VIEW_BYTES)));
  }

  read32(offset: number): number {
    return this.#words[offset >>> 2];
  }

  write32(offset: number, value: number): void {
    this.#words[offset >>> 2] = value;
  }

  read64(offset: number): bigint {
    const low = this.read32(offset);
    const high = this.read32(offset + 4);
    return BigInt(high) * HIGH_WORD + BigInt(low);
  }

  write64(offset: number, value: bigint): void {
    this.write32(offset, Number(value & 0xffff_ffffn));
    this.write32(offset + 4, Number((value >> 32n) & 0xffff_ffffn));
  }
}

/**
 * Guards of protection information (NVM command set 1.0, 5.2.1): CRC-16 of T10 DIF, CRC-32C, and the CRC of 64 bits that NVMe has.
 * Each is worked out over the data of a block and what stands before it in its metadata, and lies there with the high byte first.
 */
import type { GuardBits } from '../spec/command.js';

/** Works out one guard after the other. */
export interface Guard {
  start(): void;
  add(bytes: Uint8Array, at: number, lengthBytes: number): void;
  /** Stores what was added up since the start. */
  store(into: Uint8Array): void;
}

/** Polynomial 8BB7h, from 0, high bit first. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x8bb7);
  return crc;
});

class Guard16 implements Guard {
  private crc = 0;

  start(): void {
    this.crc = 0;
  }

  add(bytes: Uint8Array, at: number, lengthBytes: number): void {
    let { crc } = this;
    for (let i = 0; i < lengthBytes; i++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >>> 8) ^ bytes[at + i]];
    this.crc = crc;
  }

  store(into: Uint8Array): void {
    into[0] = this.crc >>> 8;
    into[1] = this.crc;
  }
}

/** Of the CRCs with the low bit first: all ones before and after; the remainder of each byte, in halves of 32 bits. */
function reflected(polynomial: bigint): { low: Uint32Array; high: Uint32Array } {
  const [low, high] = [new Uint32Array(256), new Uint32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ ((crc & 1n) === 0n ? 0n : polynomial);
    low[byte] = Number(crc & 0xffff_ffffn);
    high[byte] = Number(crc >> 32n);
  }
  return { low, high };
}

class ReflectedGuard implements Guard {
  private readonly bytes: number;
  private readonly table: ReturnType<typeof reflected>;
  private low = 0;
  private high = 0;

  constructor(bytes: 4 | 8, polynomial: bigint) {
    this.bytes = bytes;
    this.table = reflected(polynomial);
  }

  start(): void {
    this.low = -1;
    this.high = this.bytes === 8 ? -1 : 0;
  }

  add(bytes: Uint8Array, at: number, lengthBytes: number): void {
    const { table } = this;
    let { low, high } = this;
    for (let i = 0; i < lengthBytes; i++) {
      const index = (low ^ bytes[at + i]) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ table.low[index];
      high = (high >>> 8) ^ table.high[index];
    }
    this.low = low;
    this.high = high;
  }

  store(into: Uint8Array): void {
    const words = this.bytes === 8 ? [~this.high, ~this.low] : [~this.low];
    for (const [word, value] of words.entries())
      for (let byte = 0; byte < 4; byte++) into[4 * word + byte] = value >>> (24 - 8 * byte);
  }
}

/** Both polynomials with their bits in reverse. */
const CRC32C = 0x82f6_3b78n;
const CRC64 = 0x9a6c_9329_ac4b_c9b5n;

export function guardOf(bits: GuardBits): Guard {
  if (bits === 16) return new Guard16();
  return bits === 32 ? new ReflectedGuard(4, CRC32C) : new ReflectedGuard(8, CRC64);
}

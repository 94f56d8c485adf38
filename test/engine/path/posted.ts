/** I/Os as a loop leaves them in the records of a queue, and bytes as they are written down to hold its entries against. */
import { type IoQueue, SLOT, type Slots } from '../../../engine/path/path.js';

/** NVM command set 1.0, figure 18. */
export const OPCODES = {
  read: 2,
  write: 1,
  deallocate: 9,
  'write-zeroes': 8,
  flush: 0,
  verify: 12,
  'write-uncorrectable': 4,
  compare: 5,
  /** Zoned namespace command set 1.1, figure 17. */
  'zone-append': 0x7d,
} as const;
export type Name = keyof typeof OPCODES;

/** A block beyond 2^32, each byte of whose number is another. */
export const SLBA = 0x9_8765_4321;

/** Posts one I/O, and leaves its record as one of another command: a source may have written it anew before this completes. */
export function postOne(
  queue: Pick<IoQueue, 'post'>,
  slots: Slots,
  slot: number,
  opcode: number,
  slba: number,
  lbas: number,
): void {
  slots.set([opcode, slba | 0, Math.floor(slba / 2 ** 32)], slot * SLOT.WORDS);
  slots[slot * SLOT.WORDS + SLOT.LBAS] = lbas;
  queue.post(Uint16Array.of(slot), 1);
  slots[slot * SLOT.WORDS + SLOT.OPCODE] =
    opcode === OPCODES['zone-append'] ? OPCODES.read : OPCODES['zone-append'];
}

/** A number as so many bytes, the low one first. */
export function hex(value: bigint | number, bytes: number): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.toString('hex', 0, bytes);
}

/** What Dataset Management reads: context attributes, length in blocks, first block (NVM command set 1.0, 3.2.3). */
export const rangeOf = (slba: number, lbas: number): string =>
  ['00000000', hex(lbas, 4), hex(slba, 8)].join('');

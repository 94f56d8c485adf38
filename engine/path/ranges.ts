/** HOT: the ranges that Dataset Management reads, one for each slot, one behind the other (NVM command set 1.0, 3.2.3). */
import { DSM } from '../spec/index.js';
import { viewAt } from '../sys/mapping.js';

const { RANGE_LBAS, RANGE_SLBA_LOW, RANGE_SLBA_HIGH } = DSM;
const RANGE_WORDS = DSM.RANGE_BYTES / 4;

/** Those of so many slots, at a native address. */
export function rangesAt(address: bigint, iodepth: number): Int32Array {
  return new Int32Array(viewAt(address, rangesBytes(iodepth)));
}

export const rangesBytes = (iodepth: number): number => iodepth * DSM.RANGE_BYTES;

/** That of a slot: `lbas` logical blocks from one on whose words are `low` and `high`. */
export function fillRange(ranges: Int32Array, slot: number, low: number, high: number, lbas: number): void {
  const at = Math.imul(slot, RANGE_WORDS);
  ranges[at + RANGE_LBAS] = lbas;
  ranges[at + RANGE_SLBA_LOW] = low;
  ranges[at + RANGE_SLBA_HIGH] = high;
}

/**
 * HOT: the ranges that Dataset Management reads (NVM command set 1.0, 3.2.3): of each slot as many as a command of the job has, those
 * of a slot behind those of the one before.
 */
import { DSM } from '../spec/index.js';
import { viewAt } from '../sys/mapping.js';

const { RANGE_LBAS, RANGE_SLBA_LOW, RANGE_SLBA_HIGH } = DSM;
const RANGE_WORDS = DSM.RANGE_BYTES / 4;

/** Memory for the ranges of the slots of a queue, and where a controller finds it. */
export interface Ranges {
  /** Where they lie in this process. */
  readonly address: bigint;
  /** Of each slot; 1 unless given. */
  readonly perSlot?: number;
  /** Two words of the IOVA of each slot's first. */
  readonly iovas: Int32Array;
}

/** Ranges of the slots of a queue, as their commands have them. */
export interface SlotRanges {
  readonly words: Int32Array;
  /** Of each slot. */
  readonly perSlot: number;
  /** How many the next command of a slot has beside its first. */
  readonly further: Uint8Array;
}

/** Of jobs that do not deallocate. */
export const NO_RANGES: SlotRanges = { words: new Int32Array(0), perSlot: 1, further: new Uint8Array(0) };

/** Those of so many slots, at a native address. */
export function rangesAt(address: bigint, iodepth: number, perSlot = 1): SlotRanges {
  const words = new Int32Array(viewAt(address, rangesBytes(iodepth, perSlot)));
  return { words, perSlot, further: new Uint8Array(iodepth) };
}

export const rangesBytes = (iodepth: number, perSlot = 1): number => iodepth * perSlot * DSM.RANGE_BYTES;

/** The `index`th range of all: `lbas` logical blocks from one on whose words are `low` and `high`. */
export function fillRange(ranges: Int32Array, index: number, low: number, high: number, lbas: number): void {
  const at = Math.imul(index, RANGE_WORDS);
  ranges[at + RANGE_LBAS] = lbas;
  ranges[at + RANGE_SLBA_LOW] = low;
  ranges[at + RANGE_SLBA_HIGH] = high;
}

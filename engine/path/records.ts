/**
 * HOT: the records of all slots of a thread, one queue's after the other's. Where a loop has this array as a constant of its own
 * file, V8 compiles its length and its place in memory into the code, and looks up neither in each iteration.
 */
import { SLOT, type Slots } from './path.js';

/** Of the deepest job's queue there is room for two: its own and that of its rehearsal. What nothing touches takes no memory. */
const MOST_SLOTS = 2 ** 17;

/** With a buffer of its own: constants are compiled in only where they are not on V8's heap. */
export const RECORDS = new Int32Array(
  new ArrayBuffer(MOST_SLOTS * SLOT.WORDS * Int32Array.BYTES_PER_ELEMENT),
);

/** Words of RECORDS that are taken: the first ones. */
let taken = 0;

/** Records for the slots of a queue: a part of RECORDS, or an array of their own where that has no room for them. */
export function takeRecords(slots: number): Slots {
  const words = slots * SLOT.WORDS;
  if (taken + words > RECORDS.length) return new Int32Array(words);
  taken += words;
  return RECORDS.subarray(taken - words, taken);
}

/** The word of RECORDS at which the records of a queue begin; -1 where they lie elsewhere. */
export function baseOf(slots: Slots): number {
  return slots.buffer === RECORDS.buffer ? slots.byteOffset / Int32Array.BYTES_PER_ELEMENT : -1;
}

/** What `use` takes may be taken again afterwards. */
export function withRecords<T>(use: () => T): T {
  const before = taken;
  try {
    return use();
  } finally {
    taken = before;
  }
}

/** What reads of a rehearsal bring, whose device brings nothing. */
import { SLOT, type Slots } from '../../path/path.js';
import type { Checks } from './checks.js';

/** Fills the data of a read with what it is to find, of the generation of each of its blocks. */
export function playRead(
  { content, seed, runLow, runHigh }: Checks,
  words: Int32Array,
  slots: Slots,
  record: number,
  generationOf: (block: number) => number,
): void {
  const lbas = slots[record + SLOT.LBAS];
  const high = slots[record + SLOT.SLBA_HIGH];
  for (let i = 0; i < lbas; i++) {
    const low = (slots[record + SLOT.SLBA_LOW] + i) | 0;
    content.write(words, i * content.lbaWords, low, high, generationOf(i), seed, runLow, runHigh);
  }
}

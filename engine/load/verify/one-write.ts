/** Whether the blocks of an I/O, each of which is whole, are all of one write: where writes of several workers meet, and none may be cut. */
import { HEADER } from './block.js';
import type { Checks } from './checks.js';

const { GENERATION, SEED } = HEADER;

/** Counts each block that is of another write than the first as torn. `low`, `high`: the words of the first address. */
export function noteOthers(
  { content, findings, readingBack }: Checks,
  words: Int32Array,
  lbas: number,
  low: number,
  high: number,
): void {
  const { lbaWords } = content;
  const first = { generation: words[GENERATION], seed: words[SEED] };
  for (let i = 1; i < lbas; i++) {
    const at = i * lbaWords;
    if (words[at + GENERATION] === first.generation && words[at + SEED] === first.seed) continue;
    const lowOf = (low + i) | 0;
    const highOf = lowOf >>> 0 < low >>> 0 ? high + 1 : high;
    findings.good[0]--;
    findings.note('torn', words, at, lowOf, highOf, undefined, readingBack);
  }
}

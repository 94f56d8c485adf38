/**
 * HOT: bijections of numbers of up to 53 bits. A number is two halves, each of which in turn is changed by a hash of the other
 * (a Feistel network of four rounds), whose words are drawn.
 */
import { drawWords } from './generator.js';

/** Words of a bijection: what is added to a half and by what it is multiplied, for each of the four rounds. */
export const FEISTEL = { ADDED: 0, MULTIPLIERS: 4, WORDS: 8 } as const;

/** Multiplies once more, so that the upper bits depend on all. */
export const FEISTEL_MULTIPLIER = 0x2c1b3c6d;
const MULTIPLIER = FEISTEL_MULTIPLIER;

/** Fills `words` with another bijection; `state` is that of a generator, two words. */
export function drawFeistel(state: Int32Array, words: Int32Array): void {
  drawWords(state, words);
  for (let i = FEISTEL.MULTIPLIERS; i < FEISTEL.WORDS; i++) words[i] |= 1;
}

/** What one half changes in the other, by the words of the round; `shift` is 32 less the bits of the other. */
export function feistelHash(half: number, added: number, multiplier: number, shift: number): number {
  let x = Math.imul((half + added) | 0, multiplier);
  x = Math.imul(x ^ (x >>> 15), MULTIPLIER);
  return (x ^ (x << 9)) >>> shift;
}

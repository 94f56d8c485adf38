/**
 * When an experiment that ends once it is sure is looked at, and what chance to be wrong each look may use. Each block brings
 * its share of it, and a look uses what was brought since the one before: together they use 1 - confidence, whatever the
 * looks have to do with each other (Bonferroni).
 */
import { neededPairs } from '../statistics/signed-rank.js';

const FIRST_LOOK = 8;

/** 8, 12, 16, 24, 32, 48 ..., as far as below `most`, and `most`. */
function wantedLooks(most: number): number[] {
  const looks: number[] = [];
  for (let blocks = FIRST_LOOK; blocks < most; blocks *= 2)
    looks.push(...[blocks, blocks * 1.5].filter((look) => look < most));
  return [...looks, most];
}

/** The chance to be wrong of the look at `blocks`, the one before having been at `before`. */
const shareOf = (before: number, blocks: number, most: number, confidence: number): number =>
  ((1 - confidence) * (blocks - before)) / most;

/** Blocks of A and B at which an experiment of at most `most` is looked at: those at which anything could be found. */
export function looksOf(most: number, confidence: number): number[] {
  const looks: number[] = [];
  for (const blocks of wantedLooks(most)) {
    const share = shareOf(looks.at(-1) ?? 0, blocks, most, confidence);
    if (blocks === most || neededPairs(share) <= blocks) looks.push(blocks);
  }
  return looks;
}

/**
 * The confidence to judge that many blocks with, so that all looks together have `confidence`. Between two looks, where a
 * session was cut short, it is that of the next.
 */
export function confidenceAt(looks: readonly number[], confidence: number, blocks: number): number {
  const next = looks.findIndex((look) => look >= blocks);
  const at = next < 0 ? looks.length - 1 : next;
  return 1 - shareOf(looks[at - 1] ?? 0, looks[at], looks[looks.length - 1], confidence);
}

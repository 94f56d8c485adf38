/** What is wrong with a block that is not the one that was expected. */
import { type BlockContent, HEADER, keyOf, MAGIC, type Writer } from './block.js';

/**
 * `corrupt`: bytes are not those that were written. `stale`: what an earlier write put there. `torn`: parts of two writes, or of one
 * and nothing. `misdirected`: what belongs to another address. `unwritten`: zeroes, or what no such job wrote.
 */
export const BAD_KINDS = ['corrupt', 'stale', 'torn', 'misdirected', 'unwritten'] as const;

export type BadKind = (typeof BAD_KINDS)[number];

/** The write that is expected at an address; where only the address is, undefined. */
export type Expected = Writer | undefined;

/** A tear leaves at least so many words on either side: fewer are taken for corrupt ones. */
const TORN_WORDS = 16;

/** Whether each word of a block from `from` to `to` - 1 is 0. */
function isZero(words: Int32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (words[i] !== 0) return false;
  return true;
}

/** The key that all words of the body from `from` to `to` - 1 were XORed with; undefined where there is none. */
function keyWithin(
  { pattern }: BlockContent,
  words: Int32Array,
  at: number,
  from: number,
  to: number,
): number | undefined {
  const key = words[at + from] ^ pattern[from];
  for (let i = from + 1; i < to; i++) if ((words[at + i] ^ pattern[i]) !== key) return undefined;
  return key;
}

/** Whether a block is of two parts, each of some write or of zeroes. */
function isTorn(content: BlockContent, words: Int32Array, at: number): boolean {
  const { lbaWords, pattern } = content;
  const begins = words[at + HEADER.MAGIC] === MAGIC;
  if (!begins && !isZero(words, at, at + HEADER.WORDS)) return false;
  let end: number = HEADER.WORDS;
  const key = words[at + end] ^ pattern[end];
  const same = (i: number): boolean => (begins ? (words[at + i] ^ pattern[i]) === key : words[at + i] === 0);
  while (end < lbaWords && same(end)) end++;
  if (end < TORN_WORDS || lbaWords - end < TORN_WORDS) return false;
  return isZero(words, at + end, at + lbaWords) || keyWithin(content, words, at, end, lbaWords) !== undefined;
}

/** Whether at least half of the body is that of the expected write. */
function resembles(
  { lbaWords, pattern }: BlockContent,
  words: Int32Array,
  at: number,
  low: number,
  high: number,
  { generation, seed, runLow, runHigh }: Writer,
): boolean {
  const key = keyOf(low, high, generation, seed, runLow, runHigh);
  let alike = 0;
  for (let i: number = HEADER.WORDS; i < lbaWords; i++) alike += Number((words[at + i] ^ pattern[i]) === key);
  return 2 * alike >= lbaWords - HEADER.WORDS;
}

/** Whether at least half of the body is of some write: what is common to most of its words. */
function isOfSomeWrite({ lbaWords, pattern }: BlockContent, words: Int32Array, at: number): boolean {
  // Majority vote (Boyer and Moore).
  let key = 0;
  let votes = 0;
  for (let i: number = HEADER.WORDS; i < lbaWords; i++) {
    const found = words[at + i] ^ pattern[i];
    if (votes === 0) key = found;
    votes += found === key ? 1 : -1;
  }
  let alike = 0;
  for (let i: number = HEADER.WORDS; i < lbaWords; i++) alike += Number((words[at + i] ^ pattern[i]) === key);
  return 2 * alike >= lbaWords - HEADER.WORDS;
}

/** What the header of a block says. */
export function writerOf(words: Int32Array, at: number): Writer {
  return {
    generation: words[at + HEADER.GENERATION],
    seed: words[at + HEADER.SEED],
    runLow: words[at + HEADER.RUN_LOW],
    runHigh: words[at + HEADER.RUN_HIGH],
  };
}

/** When the job of a writer began, ms since 1970. */
export const runMsOf = ({ runLow, runHigh }: Pick<Writer, 'runLow' | 'runHigh'>): number =>
  (runHigh >>> 0) * 2 ** 32 + (runLow >>> 0);

/** What is wrong with the block at `at`, which was read at an address and is not as expected. */
export function kindOf(
  content: BlockContent,
  words: Int32Array,
  at: number,
  low: number,
  high: number,
  expected: Expected,
): BadKind {
  if (isZero(words, at, at + content.lbaWords)) return 'unwritten';
  if (content.isWhole(words, at)) {
    if (words[at + HEADER.SLBA_LOW] !== low || words[at + HEADER.SLBA_HIGH] !== high) return 'misdirected';
    if (expected === undefined) return 'unwritten';
    // What a later run wrote is no earlier write of this one.
    return runMsOf(writerOf(words, at)) > runMsOf(expected) ? 'unwritten' : 'stale';
  }
  if (isTorn(content, words, at)) return 'torn';
  if (words[at + HEADER.MAGIC] === MAGIC) return 'corrupt';
  if (expected !== undefined && resembles(content, words, at, low, high, expected)) return 'corrupt';
  return isOfSomeWrite(content, words, at) ? 'corrupt' : 'unwritten';
}

/** More writes than these are not looked through: their blocks are what they seem. */
const MOST_WRITES = 2 ** 16;

/**
 * Whether each word of a block is that of one of a worker's writes from `oldest` to the one given, as a read may bring them that goes on
 * beside such writes.
 */
export function isOfWrites(
  content: BlockContent,
  words: Int32Array,
  at: number,
  low: number,
  high: number,
  oldest: number,
  last: Writer,
): boolean {
  const { pattern, lbaWords } = content;
  const { seed, runLow, runHigh } = last;
  // Generations go round.
  const writes = ((last.generation - oldest) >>> 0) + 1;
  const found = words[at + HEADER.GENERATION];
  if (writes > MOST_WRITES || (found - oldest) >>> 0 >= writes) return false;
  const generations = new Map<number, number>();
  for (let i = 0; i < writes; i++) {
    const generation = (oldest + i) | 0;
    generations.set(keyOf(low, high, generation, seed, runLow, runHigh), generation);
  }
  const seen = new Set([found, oldest | 0, last.generation | 0]);
  for (let i: number = HEADER.WORDS; i < lbaWords; i++) {
    const generation = generations.get(words[at + i] ^ pattern[i]);
    if (generation === undefined) return false;
    seen.add(generation);
  }
  const block = new Int32Array(lbaWords);
  const headers = [...seen].map((generation) => {
    content.write(block, 0, low, high, generation, seed, runLow, runHigh);
    return block.slice(0, HEADER.WORDS);
  });
  const inHeader = words.subarray(at, at + HEADER.WORDS);
  return inHeader.every((word, i) => headers.some((header) => header[i] === word));
}

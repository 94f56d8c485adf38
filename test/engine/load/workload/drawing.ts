/** Draws I/Os from a source, and holds counts against what was expected. */
import assert from 'node:assert/strict';
import type { Addresses } from '../../../../engine/load/workload/addresses.js';
import { FEISTEL, FEISTEL_MULTIPLIER } from '../../../../engine/load/workload/feistel.js';
import type { PermutedWide } from '../../../../engine/load/workload/permuted-wide.js';
import { RegionSource, type SourceOptions } from '../../../../engine/load/workload/source.js';
import { BATCH, SLOT } from '../../../../engine/path/path.js';

export const TWO_32 = 2 ** 32;
export const SLOTS = BATCH;

/** Random reads of 8 logical blocks over 1000 blocks unless changed. */
export const optionsOf = (change: Partial<SourceOptions>): SourceOptions => ({
  random: true,
  readPercent: 100,
  blockLbas: 8,
  startLba: 0,
  blocks: 1000,
  seed: 1,
  lbaBytes: 512,
  ...change,
});

export interface Drawn {
  readonly slba: number;
  readonly opcode: number;
  readonly operation: number;
  readonly lbas: number;
}

/** Draws so many I/Os, in batches of `sizes` in turn, whose slots come in changing orders. */
export function draw(
  change: Partial<SourceOptions>,
  count: number,
  sizes: readonly number[] = [SLOTS],
): Drawn[] {
  const source = new RegionSource(optionsOf(change));
  const slots = new Int32Array(SLOTS * SLOT.WORDS).fill(-1);
  source.prepare(slots);
  const batch = new Uint16Array(SLOTS);
  const drawn: Drawn[] = [];
  for (let round = 0; drawn.length < count; round++) {
    const size = Math.min(sizes[round % sizes.length], SLOTS, count - drawn.length);
    for (let i = 0; i < SLOTS; i++) batch[i] = (i * 37 + round) % SLOTS;
    source.fill(slots, batch, size);
    for (let i = 0; i < size; i++) {
      const record = batch[i] * SLOT.WORDS;
      drawn.push({
        slba: (slots[record + SLOT.SLBA_LOW] >>> 0) + slots[record + SLOT.SLBA_HIGH] * TWO_32,
        opcode: slots[record + SLOT.OPCODE],
        operation: slots[record + SLOT.NEXT_OPERATION],
        lbas: slots[record + SLOT.LBAS],
      });
    }
  }
  return drawn;
}

export const addresses = (
  change: Partial<SourceOptions>,
  count: number,
  sizes?: readonly number[],
): number[] => draw(change, count, sizes).map(({ slba }) => slba);

export function blocksOf(change: Partial<SourceOptions>, count: number): number[] {
  const { startLba, blockLbas } = optionsOf(change);
  return addresses(change, count).map((slba) => (slba - startLba) / blockLbas);
}

/** Chi-squared of `observed` against `expected` is neither so large nor so small that it were one in three millions. */
export function assertFits(
  observed: ArrayLike<number>,
  expected: readonly number[],
  what: string,
  freedom = expected.length - 1,
): void {
  const chi = expected.reduce((sum, count, i) => sum + (observed[i] - count) ** 2 / count, 0);
  // Wilson and Hilferty: its third root is about normal.
  const z = (Math.cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
  assert.ok(Math.abs(z) < 5, `${what}: chi-squared ${chi} with ${freedom} degrees of freedom`);
}

export function tally(
  values: readonly number[],
  bins: number,
  binOf: (value: number) => number,
): Float64Array {
  const counts = new Float64Array(bins);
  for (const value of values) counts[binOf(value)]++;
  return counts;
}

const NEXT = new Int32Array(SLOTS * SLOT.WORDS);
const IN_ORDER = Uint16Array.from({ length: SLOTS }, (_, i) => i);

/** The next blocks of a region that begins at 0 and has blocks of one logical block. */
export function next(of: Addresses, count: number): number[] {
  const blocks: number[] = [];
  NEXT.fill(0);
  while (blocks.length < count) {
    const size = Math.min(SLOTS, count - blocks.length);
    of.fill(NEXT, IN_ORDER, size);
    for (let i = 0; i < size; i++) {
      const record = i * SLOT.WORDS;
      blocks.push((NEXT[record + SLOT.SLBA_LOW] >>> 0) + NEXT[record + SLOT.SLBA_HIGH] * TWO_32);
    }
  }
  return blocks;
}

/** What makes a bijection of `feistel.ts`. */
type Halves = Pick<PermutedWide, 'lowBits' | 'highBits' | 'order'>;

/** The position whose block is the given one in the order of this pass. */
export function positionOf({ lowBits, highBits, order }: Halves, block: number): [low: number, high: number] {
  let low = block % 2 ** lowBits;
  let high = (block - low) / 2 ** lowBits;
  const hash = (half: number, round: number, bits: number): number => {
    const x = Math.imul(half + order[FEISTEL.ADDED + round], order[FEISTEL.MULTIPLIERS + round]);
    const y = Math.imul(x ^ (x >>> 15), FEISTEL_MULTIPLIER);
    return (y ^ (y << 9)) >>> (32 - bits);
  };
  for (const round of [3, 1]) {
    low ^= hash(high, round, lowBits);
    high ^= hash(low, round - 1, highBits);
  }
  return [low, high];
}

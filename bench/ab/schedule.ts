/** The order of an experiment, drawn before it begins. */
import type { AbBlock, AbRole } from '../../reports/ab/index.js';
import { Random } from '../../reports/compare/index.js';

/** One leg: a whole run of the configuration as a side has it. */
export interface PlannedLeg {
  readonly role: AbRole;
  /** Place in the blocks; null for a warm-up leg. */
  readonly block: number | null;
}

export interface ScheduleWish {
  /** Blocks of A and B. */
  readonly blocks: number;
  /** Blocks of A and A. */
  readonly controls: number;
  readonly seed: number;
}

/** A copy in random order (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const other = random.index(i + 1);
    [copy[i], copy[other]] = [copy[other], copy[i]];
  }
  return copy;
}

/** Blocks of one kind. Half of them begin with A, so that being first favours no side; of an odd one the draw decides. */
function blocksOf(kind: AbBlock['kind'], count: number, random: Random): AbBlock[] {
  const other: AbRole = kind === 'control' ? "A'" : 'B';
  const odd = random.index(2);
  return Array.from({ length: count }, (_, i): AbBlock => {
    const aFirst = (i + odd) % 2 === 0;
    return { kind, order: aFirst ? ['A', other] : [other, 'A'] };
  });
}

/** Both kinds of blocks in one random order; the same for the same wish. */
export function drawBlocks(
  { blocks, controls, seed }: ScheduleWish,
  random: Random = new Random(seed),
): AbBlock[] {
  const all = [...blocksOf('experiment', blocks, random), ...blocksOf('control', controls, random)];
  return shuffled(all, random);
}

/**
 * The blocks that run before each look, each of them drawn like a whole experiment: whenever it ends, half of its blocks
 * began with A. The looks are in ascending order, the last of them at all blocks.
 */
export function drawStages(wish: ScheduleWish, looks: readonly number[]): AbBlock[][] {
  const random = new Random(wish.seed);
  return looks.map((look, i) => {
    const blocks = look - (looks[i - 1] ?? 0);
    return drawBlocks({ ...wish, blocks, controls: wish.controls === 0 ? 0 : blocks }, random);
  });
}

/** Every leg in order: warm-up legs, then block by block. */
export function legsOf(blocks: readonly AbBlock[], warmUp: boolean): PlannedLeg[] {
  const first: PlannedLeg[] = warmUp
    ? [
        { role: 'A', block: null },
        { role: 'B', block: null },
      ]
    : [];
  return [...first, ...blocks.flatMap(({ order }, block) => order.map((role) => ({ role, block })))];
}

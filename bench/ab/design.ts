/** The numbers of an experiment, as asked for on the command line. */
import { randomInt } from 'node:crypto';
import { neededPairs } from '../../reports/ab/index.js';
import { ESTIMATED_METRICS, type Metric } from '../../reports/compare/index.js';
import { badOption } from '../commands/option-values.js';

/** The exact test takes longer than it is worth beyond this. */
const MOST_BLOCKS = 500;
const SEEDS = 2 ** 32;

export interface Design {
  readonly blocks: number;
  readonly controls: number;
  readonly seed: number;
  /** For example 0.95. */
  readonly confidence: number;
  readonly margin: number;
  readonly warmUp: boolean;
  /** Looked at on the way, and ended once it is sure; `blocks` are then the most. */
  readonly untilSure?: UntilSure;
}

export interface UntilSure {
  readonly metrics: readonly Metric[];
  /** As a share: how far intervals may reach. Absent where a verdict is enough. */
  readonly precision?: number;
}

/** Throws EngineError BAD_ARGUMENTS where that many blocks can never give the confidence. */
function checkCount(option: string, count: number, confidence: number): void {
  if (!Number.isInteger(count) || count < 0 || count > MOST_BLOCKS)
    throw badOption(option, count, 'it is out of range', `give a whole number up to ${MOST_BLOCKS}`);
  const needed = neededPairs(1 - confidence);
  if (count >= needed) return;
  const percent = Number((confidence * 100).toFixed(3));
  const reason = `even if all of them agreed, ${count} could not give a confidence of ${percent} %`;
  const less = option === 'controls' ? ', or --controls 0 to do without' : '';
  throw badOption(option, count, reason, `it takes ${needed} or more${less}`);
}

/** The seed as given, or one that no one chose. Throws EngineError BAD_ARGUMENTS. */
function seedOf(seed: number | undefined): number {
  if (seed === undefined) return randomInt(SEEDS);
  if (Number.isInteger(seed) && seed >= 0 && seed < SEEDS) return seed;
  throw badOption('seed', seed, 'it is out of range', `give a whole number from 0 to ${SEEDS - 1}`);
}

/** What an experiment can be sure of: what is estimated, not counted. Throws EngineError BAD_ARGUMENTS. */
export function sureOf(names: readonly string[]): Metric[] {
  const wrong = names.find((name) => !ESTIMATED_METRICS.some((metric) => metric === name));
  if (wrong === undefined) return ESTIMATED_METRICS.filter((metric) => names.includes(metric));
  throw badOption(
    'sure-of',
    wrong,
    'there is no such metric',
    `name some of ${ESTIMATED_METRICS.join(', ')}`,
  );
}

/** Throws EngineError BAD_ARGUMENTS for a design that could show nothing. */
export function designOf(
  wish: Omit<Design, 'controls' | 'seed'> & { readonly controls?: number; readonly seed?: number },
): Design {
  const { blocks, controls = blocks, seed, confidence, untilSure } = wish;
  checkCount('blocks', blocks, confidence);
  if (untilSure !== undefined && controls !== 0 && controls !== blocks)
    throw badOption(
      'controls',
      controls,
      'with --until-sure there are as many as blocks',
      'leave it out, or give 0',
    );
  if (controls !== 0) checkCount('controls', controls, confidence);
  return { ...wish, controls, seed: seedOf(seed) };
}

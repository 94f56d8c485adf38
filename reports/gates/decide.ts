/** Whether a figure that is known as far as its runs tell keeps a bound. */
import type { Estimate } from '../compare/estimate.js';
import { studentQuantile } from '../statistics/distributions.js';
import type { Operator } from './parse.js';

export const HOLDS: Readonly<Record<Operator, (value: number, bound: number) => boolean>> = {
  '<=': (value, bound) => value <= bound,
  '<': (value, bound) => value < bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
  '==': (value, bound) => value === bound,
  '!=': (value, bound) => value !== bound,
};

export interface Decision {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Below and above it lies with no more than 1 - confidence, each. Absent where so few runs cannot give that. */
  readonly limits?: readonly [low: number, high: number];
}

/**
 * Of the chance to be wrong that is allowed, the share that limits are taken at: lopsided runs, and what is not known of how runs
 * differ, make the rest of it (docs/comparing.md).
 */
const SHARE_OF_CHANCE = 0.7;

/**
 * A test of non-inferiority and its opposite, each one-sided: a figure that lies exactly on its bound passes, and fails, no
 * more often than 1 - confidence.
 */
export function decide(operator: Operator, bound: number, estimate: Estimate, confidence: number): Decision {
  const found = estimate.limits(2 * SHARE_OF_CHANCE * (1 - confidence));
  if (found === undefined) return { verdict: 'inconclusive' };
  const limits = [Math.exp(found[0]), Math.exp(found[1])] as const;
  const [low, high] = limits.map((limit) => HOLDS[operator](limit, bound));
  if (low !== high) return { verdict: 'inconclusive', limits };
  return { verdict: low ? 'pass' : 'fail', limits };
}

/** More runs than anyone makes to decide a gate. */
const MOST_RUNS = 200;

/**
 * How many runs (of each of that many sides) would decide, if the figure stays where it is and runs vary by `deviation`;
 * undefined where no number that anyone makes would.
 */
export function runsToDecide(
  distance: number,
  deviation: number,
  sides: 1 | 2,
  confidence: number,
): number | undefined {
  for (let runs = 2; runs <= MOST_RUNS; runs++) {
    const half =
      studentQuantile(1 - SHARE_OF_CHANCE * (1 - confidence), sides * (runs - 1)) *
      deviation *
      Math.sqrt(sides / runs);
    if (half < distance) return runs;
  }
  return undefined;
}

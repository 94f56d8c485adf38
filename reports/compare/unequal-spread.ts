/** Sides of which the smaller one lies farther from each other: Welch's variance of their difference. */
import { fTest } from '../statistics/distributions.js';
import { signedRankCentre } from '../statistics/signed-rank.js';
import { addVariances, pooledVariance, type Variance } from '../statistics/variance.js';
import { LEAST_OBSERVATIONS } from './observations.js';

/** From so many times as many runs on, ranks and a variance that both sides have in common are too sure of themselves. */
const UNEQUAL_RUNS = 1.5;
/** A spread is larger by no chance, at this p of the F test. */
const UNEQUAL_SPREAD = 0.05;

/** Of ranked runs one that is far off makes no spread: without it the others have to lie as far from each other. */
function withoutFarthest(side: readonly number[]): number[] {
  const centre = signedRankCentre(side, 0.05).estimate;
  return side.toSorted((a, b) => Math.abs(a - centre) - Math.abs(b - centre)).slice(0, -1);
}

const isWider = (own: Variance, other: Variance): boolean =>
  own.amount > other.amount && fTest(own.amount / other.amount, own.degrees, other.degrees) <= UNEQUAL_SPREAD;

/**
 * Of the difference of two sides (logs of the figures of at least one run each), where the smaller one has several runs, and these lie
 * farther from each other than those of the other side; undefined where they do not.
 */
export function unequalVariance(sides: readonly (readonly number[])[]): Variance | undefined {
  const [few, many] = sides.toSorted((a, b) => a.length - b.length);
  if (few.length < 2 || many.length < UNEQUAL_RUNS * few.length) return undefined;
  const varianceOf = (side: readonly number[]): Variance => pooledVariance([side])!;
  const [own, other] = [few, many].map(varianceOf);
  const tried = few.length < LEAST_OBSERVATIONS ? own : varianceOf(withoutFarthest(few));
  if (!isWider(tried, other)) return undefined;
  return addVariances([
    { ...own, amount: own.amount / few.length },
    { ...other, amount: other.amount / many.length },
  ]);
}

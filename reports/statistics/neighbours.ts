/** What it does to a mean, or to the difference of two, that each value is in part like the one before it. */
import { meanOf } from './variance.js';

/** From values off their mean in the order of their time; undefined where they do not vary. */
function correlationOfNeighbours(off: readonly number[]): number | undefined {
  let [squares, products] = [0, 0];
  for (let i = 0; i < off.length; i++) {
    squares += off[i] ** 2;
    if (i > 0) products += off[i] * off[i - 1];
  }
  return squares > 0 ? products / squares : undefined;
}

/**
 * What a correlation of neighbours that `n` values show is without what so few show too little of it, their means (`means` of them)
 * being known from themselves alone (Kendall 1954, Marriott and Pope 1954); of more than `means + 2` values.
 */
export const debiasedOfNeighbours = (seen: number, n: number, means: number): number =>
  (seen * n + means) / (n - 2 - means);

/** Correlation of each value with the next, between 0 and `most`; the values are off means of `means` groups. */
export function likeTheOneBefore(off: readonly number[], means: number, most: number): number {
  const n = off.length;
  const seen = correlationOfNeighbours(off);
  if (seen === undefined || n < means + 3) return 0;
  return Math.min(most, Math.max(0, debiasedOfNeighbours(seen, n, means)));
}

/** How far off chance the correlation of neighbours is, in standard deviations; of an order that says nothing. */
export function neighboursZ(off: readonly number[]): number {
  return ((correlationOfNeighbours(off) ?? 0) + 1 / off.length) * Math.sqrt(off.length);
}

/**
 * By how much the standard deviation of the weighted sum of values in a row is larger, or smaller, than that of values that know
 * nothing of each other, where each has a correlation of `r` with the next, r^2 with the one after it, and so on.
 */
export function orderFactor(weights: readonly number[], r: number): number {
  let [together, alone] = [0, 0];
  for (const [i, weight] of weights.entries()) {
    alone += weight ** 2;
    for (const [k, other] of weights.entries()) together += weight * other * r ** Math.abs(i - k);
  }
  return alone > 0 ? Math.sqrt(together / alone) : 1;
}

/** Correlation of values, off their mean in the order of their time, with those `by` places on; 0 where they do not vary. */
export function swingsBy(off: readonly number[], by: number): number {
  const squares = off.reduce((sum, value) => sum + value ** 2, 0);
  const products = off.slice(by).reduce((sum, value, i) => sum + value * off[i], 0);
  return squares > 0 ? products / squares : 0;
}

interface OffItsSide {
  readonly sign: number;
  readonly off: number;
}

/** Of values in the order of their time, each off the mean of its side: how many places it is off the middle of that side. */
function placesOf(all: readonly OffItsSide[]): number[] {
  const middle = new Map(
    [-1, 1].map((side) => [side, meanOf(all.flatMap(({ sign }, i) => (sign === side ? [i] : [])))]),
  );
  return all.map(({ sign }, i) => i - middle.get(sign)!);
}

/** The trend that two sides have in common, a step from one place to the next: least squares around a level for each. */
export function slopeOf(all: readonly OffItsSide[]): number {
  const places = placesOf(all);
  const squares = places.reduce((sum, place) => sum + place ** 2, 0);
  const products = places.reduce((sum, place, i) => sum + place * all[i].off, 0);
  return squares > 0 ? products / squares : 0;
}

/** From one value to the next, without the trend and off their mean: what a trend, or a slow swing, hides of a rhythm. */
export function stepsOf(all: readonly OffItsSide[]): number[] {
  const slope = slopeOf(all);
  const level = placesOf(all).map((place, i) => all[i].off - slope * place);
  const steps = level.slice(1).map((value, i) => value - level[i]);
  const mean = meanOf(steps);
  return steps.map((step) => step - mean);
}

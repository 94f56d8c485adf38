/** What sides, whose values were taken in one row, have in common over time: a trend. */
import { studentTest } from './distributions.js';
import { meanOf } from './variance.js';

/** A value in the order of time: of which side it is (-1 or 1, 0 of neither), and how far off the mean of that side. */
export interface OffItsSide {
  readonly sign: number;
  readonly off: number;
}

/** The mean place of a side. */
const middleOf = (all: readonly Pick<OffItsSide, 'sign'>[], side: number): number =>
  meanOf(all.flatMap(({ sign }, place) => (sign === side ? [place] : [])));

/** By how many places side 1 lies behind side -1, on average; below 0 before it. */
export function leanOf(all: readonly Pick<OffItsSide, 'sign'>[]): number {
  return middleOf(all, 1) - middleOf(all, -1);
}

/** How many places each value is off the middle of its side. */
function placesOf(all: readonly OffItsSide[]): number[] {
  const middles = new Map([-1, 0, 1].map((side) => [side, middleOf(all, side)]));
  return all.map(({ sign }, place) => place - (middles.get(sign) ?? 0));
}

const squaresOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0);

/** The trend that sides have in common, a step from one place to the next: least squares around a level for each. */
export function slopeOf(all: readonly OffItsSide[]): number {
  const places = placesOf(all);
  const squares = squaresOf(places);
  const products = places.reduce((sum, place, i) => sum + place * all[i].off, 0);
  return squares > 0 ? products / squares : 0;
}

/** Two-sided p of Student's test of that trend; 1 where so few values show none. */
export function trendP(all: readonly OffItsSide[]): number {
  const degrees = all.length - new Set(all.map(({ sign }) => sign)).size - 1;
  const off = squaresOf(all.map((value) => value.off));
  if (degrees < 1 || off === 0) return 1;
  const explained = slopeOf(all) ** 2 * squaresOf(placesOf(all));
  return studentTest(Math.sqrt(explained / (Math.max(0, off - explained) / degrees)), degrees);
}

/** From one value to the next, without the trend and off their mean: what a trend, or a slow swing, hides of a rhythm. */
export function stepsOf(all: readonly OffItsSide[]): number[] {
  const slope = slopeOf(all);
  const level = placesOf(all).map((place, i) => all[i].off - slope * place);
  const steps = level.slice(1).map((value, i) => value - level[i]);
  const mean = meanOf(steps);
  return steps.map((step) => step - mean);
}

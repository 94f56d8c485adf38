/**
 * Where a series of figures changed its level: E-divisive (Matteson and James 2014) with Student's test in place of
 * permutations, over windows, weak points merged (Fleming et al. 2023). It draws nothing: equal series give equal answers.
 */
import { studentTest } from './distributions.js';
import { meanOf, squaresAround } from './variance.js';

export interface ChangePointOptions {
  /** Values that are looked at together; a change that later ones undo is still seen. */
  readonly window: number;
  /** A change has a p below this. */
  readonly alpha: number;
  /** And is larger than this share of the lower level. */
  readonly magnitude: number;
}

export interface ChangePoint {
  /** Place of the first value after the change. */
  readonly index: number;
  /** Two-sided, of the values back to the change before and on to the next. Not corrected for how many places there are. */
  readonly p: number;
  /** Mean of those values after / before. */
  readonly ratio: number;
}

/** So many times `alpha` is enough for a point to be looked at again with all others. */
const WEAK = 10;
const MOST_WEAK_ALPHA = 0.5;

/** Sums over blocks of the distances between all values of a window. */
function distanceSums(
  values: readonly number[],
): (from: number, to: number, low: number, high: number) => number {
  const n = values.length;
  const sums = new Float64Array((n + 1) * (n + 1));
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= n; j++) {
      const distance = Math.abs(values[i - 1] - values[j - 1]);
      const [above, left] = [(i - 1) * (n + 1) + j, i * (n + 1) + j - 1];
      sums[i * (n + 1) + j] = distance + sums[above] + sums[left] - sums[above - 1];
    }
  }
  const at = (i: number, j: number): number => sums[i * (n + 1) + j];
  return (from, to, low, high) => at(to, high) - at(from, high) - at(to, low) + at(from, low);
}

interface Candidate {
  readonly index: number;
  /** How far the values on both sides lie apart. */
  readonly distance: number;
}

/** The best place to split values `from` to `to`, the later part perhaps ending before `to`; undefined of fewer than two. */
function bestSplit(sum: ReturnType<typeof distanceSums>, from: number, to: number): Candidate | undefined {
  let best: Candidate | undefined;
  for (let index = from + 1; index < to; index++) {
    const before = index - from;
    const within = sum(from, index, from, index) / 2;
    for (let end = index + 1; end <= to; end++) {
      const after = end - index;
      const all = before + after;
      const between = (2 / all) * sum(from, index, index, end);
      const own = before > 1 ? ((2 * after) / all / (before - 1)) * within : 0;
      const others = after > 1 ? ((2 * before) / all / (after - 1)) * (sum(index, end, index, end) / 2) : 0;
      const distance = between - own - others;
      if (best === undefined || distance > best.distance) best = { index, distance };
    }
  }
  return best;
}

/** Student's test of two parts with one variance. */
function pointBetween(before: readonly number[], after: readonly number[], index: number): ChangePoint {
  const [a, b] = [meanOf(before), meanOf(after)];
  const point = { index, ratio: b / a };
  const degrees = before.length + after.length - 2;
  if (degrees < 1 || a === b) return { ...point, p: 1 };
  const variance = (squaresAround(before) + squaresAround(after)) / degrees;
  if (variance === 0) return { ...point, p: 0 };
  const error = Math.sqrt(variance * (1 / before.length + 1 / after.length));
  return { ...point, p: studentTest((b - a) / error, degrees) };
}

/** The point at `places[i]`, with the values back to the one before and on to the one after. */
function pointAt(values: readonly number[], places: readonly number[], i: number): ChangePoint {
  const [from, to] = [places[i - 1] ?? 0, places[i + 1] ?? values.length];
  return pointBetween(values.slice(from, places[i]), values.slice(places[i], to), places[i]);
}

/** Splits a window where it pays most, again and again, as long as the split is certain. */
function splitsOf(values: readonly number[], alpha: number): number[] {
  const sum = distanceSums(values);
  const places: number[] = [];
  for (;;) {
    const bounds = [0, ...places, values.length];
    const candidates = bounds.slice(1).map((to, i) => bestSplit(sum, bounds[i], to));
    let best: Candidate | undefined;
    for (const candidate of candidates)
      if (candidate && candidate.distance > (best?.distance ?? 0)) best = candidate;
    if (best === undefined) return places;
    const { index } = best;
    const more = [...places, index].sort((a, b) => a - b);
    if (!(pointAt(values, more, more.indexOf(index)).p < alpha)) return places;
    places.splice(0, places.length, ...more);
  }
}

/** All places that windows, each beginning in the middle of the one before or at its last point, find. */
function weakPlaces(values: readonly number[], window: number, alpha: number): number[] {
  const places = new Set<number>();
  const step = Math.floor(window / 2);
  for (let start = 0; start < values.length; ) {
    const found = splitsOf(values.slice(start, start + window), alpha).map((place) => start + place);
    for (const place of found) places.add(place);
    start = Math.max(found.at(-1) ?? 0, start + step);
  }
  return [...places].sort((a, b) => a - b);
}

/** The larger of the changes there and back, as a share. */
const magnitudeOf = ({ ratio }: ChangePoint): number =>
  Math.max(Math.abs(ratio - 1), Math.abs(1 / ratio - 1));

function weakestOf(
  points: readonly ChangePoint[],
  { alpha, magnitude }: ChangePointOptions,
): number | undefined {
  const ps = points.map(({ p }) => p);
  const highest = Math.max(...ps);
  if (!(highest < alpha)) return ps.indexOf(highest);
  const magnitudes = points.map(magnitudeOf);
  const least = Math.min(...magnitudes);
  return least > magnitude ? undefined : magnitudes.indexOf(least);
}

/** The changes of level of figures of at least 0, in order. `window` is 2 or more. */
export function changePoints(values: readonly number[], options: ChangePointOptions): ChangePoint[] {
  const { window, alpha } = options;
  const weak = Math.min(Math.max(alpha, MOST_WEAK_ALPHA), WEAK * alpha);
  const places = weakPlaces(values, window, weak);
  while (places.length > 0) {
    const points = places.map((_, i) => pointAt(values, places, i));
    const weakest = weakestOf(points, options);
    if (weakest === undefined) return points;
    places.splice(weakest, 1);
  }
  return [];
}

/**
 * Runs on a host that drifts. Of sides of which one ran before the other, what looks like a change may be the time between them;
 * those that took turns are told apart by neighbours; the level of one side is known less well than its runs make believe.
 */
import {
  likeTheOneBefore,
  neighboursZ,
  orderFactor,
  slopeOf,
  stepsOf,
  swingsBy,
} from '../statistics/neighbours.js';
import { memoryP } from '../statistics/serial-memory.js';
import { meanOf } from '../statistics/variance.js';
import type { RunFigure } from './run-figures.js';

/** A figure of the runs of both sides, and of the history. */
export type Timed = readonly [
  base: readonly RunFigure[],
  next: readonly RunFigure[],
  history: readonly RunFigure[],
];

/** It is a hint and no verdict: one comparison in twenty of a host that does not drift has it. */
const ALPHA = 0.05;

type Timestamped<Run extends RunFigure> = Run & { readonly startedMs: number };
type Stamped = Timestamped<RunFigure>;

/** In the order of their time; undefined where it is not known: of one run, or because two have the same. */
function inTime<Run extends RunFigure>(side: readonly Run[]): Timestamped<Run>[] | undefined {
  const stamped = side.filter((run): run is Timestamped<Run> => run.startedMs !== undefined);
  if (new Set(stamped.map(({ startedMs }) => startedMs)).size < side.length) return undefined;
  return stamped.sort((a, b) => a.startedMs - b.startedMs);
}

/** From this share of all runs on, one side began so many before the other on average that they did not take turns. */
const LEAST_LEAN = 1 / 5;

/** By how many runs the new side began after the base, on average over all runs in the order of their time; below 0 before it. */
function leanOf(all: readonly { readonly sign: number }[]): number {
  const placesOf = (side: number): number[] =>
    all.flatMap(({ sign }, place) => (sign === side ? [place] : []));
  return meanOf(placesOf(1)) - meanOf(placesOf(-1));
}

const doLean = (all: readonly { readonly sign: number }[]): boolean =>
  Math.abs(leanOf(all)) >= LEAST_LEAN * all.length;

const inOneRow = (base: readonly Stamped[], next: readonly Stamped[]) =>
  [...base.map((run) => ({ ...run, sign: -1 })), ...next.map((run) => ({ ...run, sign: 1 }))].sort(
    (a, b) => a.startedMs - b.startedMs,
  );

/** What few runs show of it may be much more than there is. */
const MOST_OF_LEVEL = 0.5;
const MOST_OF_SHIFT = 0.6;
/** With less than so many standard deviations the order of the runs cannot show that they drift. */
const LEAST_Z = 1.2;

const offTheirMean = (side: readonly RunFigure[]): number[] => {
  const mean = meanOf(side.map(({ log }) => log));
  return side.map(({ log }) => log - mean);
};

/** Of the mean of values that are given as far as they are off it, in the order of their time. */
function orderFactorOfMean(off: readonly number[], most: number): number {
  const weights = off.map(() => 1 / off.length);
  return orderFactor(weights, likeTheOneBefore(off, 1, most));
}

/** How many times less well the level of runs is known than if they knew nothing of each other; 1 where their order is not known. */
export function orderOfLevel(side: readonly RunFigure[]): number {
  const stamped = inTime(side);
  if (stamped === undefined) return 1;
  return orderFactorOfMean(offTheirMean(stamped), MOST_OF_LEVEL);
}

/** With fewer the signed-rank test reaches no p of 0.05. */
const LEAST_NEIGHBOURS = 6;

/** What the order in which the runs of two sides ran says of their difference. */
export interface OrderOfShift {
  /** How many times less well it is known than if runs knew nothing of each other; 1 where they do not show that they do. */
  readonly factor: number;
  /**
   * Where runs are like those before and after them, and the sides took turns: by how much runs of the new side are more than those
   * of the base beside them.
   */
  readonly neighbours?: readonly number[];
  /** Where they are and one side began before the other: how far what they drift within the sides has moved on in between. */
  readonly lean?: number;
}

/** What has a factor of its own for the order, so many runs of each side. */
const bothFactors = (...factors: readonly (readonly [factor: number, runs: number])[]): number =>
  Math.sqrt(
    factors.reduce((sum, [factor, runs]) => sum + factor ** 2 / runs, 0) /
      factors.reduce((sum, [, runs]) => sum + 1 / runs, 0),
  );

type Placed = Stamped & { readonly sign: number; readonly off: number };

const piecesOf = <T>(all: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.floor(all.length / length) }, (_, i) => all.slice(i * length, (i + 1) * length));

/** Runs that swing with a rhythm of about 6 look to three in a row, of which either side has the middle in turns, like a difference. */
const ROW = 3;
const MOST_OF_RHYTHM = -0.25;

/** Of pairs of which one side is the first more often, as many are left out, evenly, as it takes for a trend to fall on both alike. */
function balanced<T extends readonly Placed[]>(pairs: readonly T[]): T[] {
  const kinds = [-1, 1].map((sign) => pairs.filter(([one]) => one.sign === sign));
  const least = Math.min(...kinds.map(({ length }) => length));
  return kinds.flatMap((kind) =>
    Array.from({ length: least }, (_, i) => kind[Math.floor(((i + 0.5) * kind.length) / least)]),
  );
}

/**
 * By how much runs of the new side are more than those beside them; undefined where the sides did not take turns, or what drifts keeps
 * time with them. Of three in a row the one in the middle is held against both others, on which a trend falls alike; where the sides
 * took turns to be the first of two, each against the other.
 */
function besideEachOther(runs: readonly Placed[]): readonly number[] | undefined {
  if (runs.every(({ sign }, i) => i === 0 || sign !== runs[i - 1].sign))
    return swingsBy(stepsOf(runs), ROW) < MOST_OF_RHYTHM
      ? undefined
      : piecesOf(runs, ROW).map(([a, b, c]) => b.sign * (b.log - (a.log + c.log) / 2));
  const pairs = piecesOf(runs, 2);
  if (runs.length % 2 === 1 || pairs.some(([one, other]) => one.sign === other.sign)) return undefined;
  return balanced(pairs).map(([one, other]) => one.sign * one.log + other.sign * other.log);
}

const rowsOf = (values: readonly number[]): number[][] => values.map((value) => [value]);

/** Between sides of which one began before the other. */
function movedOn(
  all: readonly { readonly sign: number; readonly off: number }[],
): Pick<OrderOfShift, 'lean'> {
  return doLean(all) ? { lean: leanOf(all) * slopeOf(all) } : {};
}

/** Of sides of several runs each. */
export function orderOfShift(base: readonly RunFigure[], next: readonly RunFigure[]): OrderOfShift {
  const [first, second] = [inTime(base), inTime(next)];
  const known = [base, next].flatMap((side, i) => {
    const off = offTheirMean(side);
    return side.map((run, k) => ({ ...run, off: off[k], sign: i === 0 ? -1 : 1, weight: 1 / side.length }));
  });
  const all = inTime(known);
  if (first === undefined || second === undefined || all === undefined) return { factor: 1 };
  const off = all.map((run) => run.off);
  if (neighboursZ(off) >= LEAST_Z && memoryP([rowsOf(off)]) <= ALPHA) {
    const neighbours = besideEachOther(all);
    if (neighbours !== undefined && neighbours.length >= LEAST_NEIGHBOURS) return { factor: 1, neighbours };
    const weights = all.map(({ sign, weight }) => sign * weight);
    const factor = Math.max(1, orderFactor(weights, likeTheOneBefore(off, 2, MOST_OF_SHIFT)));
    return { factor, ...movedOn(all) };
  }
  // Drives, or hosts, that drift each by themselves.
  const sides = [first, second].map(offTheirMean);
  if (Math.max(...sides.map(neighboursZ)) < LEAST_Z || memoryP(sides.map(rowsOf)) > ALPHA)
    return { factor: 1 };
  const factors = sides.map((side) => [orderFactorOfMean(side, MOST_OF_SHIFT), side.length] as const);
  return { factor: bothFactors(...factors), ...movedOn(all) };
}

const shapeOf = (timed: Timed): string => timed.map(({ length }) => length).join();

/**
 * Whether one side began before the other, on the whole, though the host drifts: runs lie closer to those before and after them than to others.
 * Of several figures of the same runs, all are looked at together; those of other numbers of runs than the first are not.
 */
export function driftsBetween(figures: readonly Timed[]): boolean {
  const alike = figures.filter((timed) => shapeOf(timed) === shapeOf(figures[0]));
  const ordered = alike.map((timed) => timed.map(inTime));
  const known = ordered.filter((groups): groups is Stamped[][] => !groups.includes(undefined));
  if (known.length === 0) return false;
  const [base, next] = known[0];
  if (Math.max(base.length, next.length) < 2 || !doLean(inOneRow(base, next))) return false;
  const rows = known[0].map((runs, group) =>
    runs.map((_, run) => known.map((groups) => groups[group][run].log)),
  );
  return memoryP(rows) <= ALPHA;
}

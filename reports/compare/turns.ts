/**
 * Runs on a host that drifts. Of sides of which one ran before the other, what looks like a change may be the time between them;
 * those that took turns are told apart by neighbours; the level of one side is known less well than its runs make believe.
 */
import { highestOf, lowestOf } from '../statistics/extremes.js';
import { likeTheOneBefore, neighboursZ, orderFactor } from '../statistics/neighbours.js';
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

/** Whether all runs of one side began before all of the other. */
function areApart(base: readonly Stamped[], next: readonly Stamped[]): boolean {
  const [a, b] = [base, next].map((side) => side.map(({ startedMs }) => startedMs));
  return highestOf(a) < lowestOf(b) || highestOf(b) < lowestOf(a);
}

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

/** What the order in which the runs of two sides ran says of their difference. */
export interface OrderOfShift {
  /** How many times less well it is known than if runs knew nothing of each other; 1 where they do not show that they do. */
  readonly factor: number;
  /**
   * Where runs are like those before and after them, and the sides took turns: by how much runs of the new side are more than those
   * of the base beside them.
   */
  readonly neighbours?: readonly number[];
}

/** What has a factor of its own for the order, so many runs of each side. */
const bothFactors = (...factors: readonly (readonly [factor: number, runs: number])[]): number =>
  Math.sqrt(
    factors.reduce((sum, [factor, runs]) => sum + factor ** 2 / runs, 0) /
      factors.reduce((sum, [, runs]) => sum + 1 / runs, 0),
  );

type Placed = Stamped & { readonly sign: number };

const piecesOf = <T>(all: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.floor(all.length / length) }, (_, i) => all.slice(i * length, (i + 1) * length));

/** A share of the pairs in which one side is the first that tells nothing of a trend. */
const LEAST_OF_ORDER = 1 / 3;

/**
 * By how much runs of the new side are more than those beside them; undefined where the sides did not take turns. Of three in a row the
 * one in the middle is held against both others, on which a trend falls alike; where the sides took turns to be the first of two, each
 * against the other.
 */
function besideEachOther(runs: readonly Placed[]): readonly number[] | undefined {
  if (runs.every(({ sign }, i) => i === 0 || sign !== runs[i - 1].sign))
    return piecesOf(runs, 3).map(([a, b, c]) => b.sign * (b.log - (a.log + c.log) / 2));
  const pairs = piecesOf(runs, 2);
  if (runs.length % 2 === 1 || pairs.some(([one, other]) => one.sign === other.sign)) return undefined;
  const share = pairs.filter(([one]) => one.sign < 0).length / pairs.length;
  if (Math.min(share, 1 - share) < LEAST_OF_ORDER) return undefined;
  return pairs.map(([one, other]) => one.sign * one.log + other.sign * other.log);
}

const rowsOf = (values: readonly number[]): number[][] => values.map((value) => [value]);

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
    if (neighbours !== undefined) return { factor: 1, neighbours };
    const weights = all.map(({ sign, weight }) => sign * weight);
    return { factor: Math.max(1, orderFactor(weights, likeTheOneBefore(off, 2, MOST_OF_SHIFT))) };
  }
  // Drives, or hosts, that drift each by themselves.
  const sides = [first, second].map(offTheirMean);
  if (Math.max(...sides.map(neighboursZ)) < LEAST_Z || memoryP(sides.map(rowsOf)) > ALPHA)
    return { factor: 1 };
  const factors = sides.map((side) => [orderFactorOfMean(side, MOST_OF_SHIFT), side.length] as const);
  return { factor: bothFactors(...factors) };
}

const shapeOf = (timed: Timed): string => timed.map(({ length }) => length).join();

/**
 * Whether the sides did not take turns though the host drifts: runs lie closer to those before and after them than to others.
 * Of several figures of the same runs, all are looked at together; those of other numbers of runs than the first are not.
 */
export function driftsBetween(figures: readonly Timed[]): boolean {
  const alike = figures.filter((timed) => shapeOf(timed) === shapeOf(figures[0]));
  const ordered = alike.map((timed) => timed.map(inTime));
  const known = ordered.filter((groups): groups is Stamped[][] => !groups.includes(undefined));
  if (known.length === 0) return false;
  const [base, next] = known[0];
  if (Math.max(base.length, next.length) < 2 || !areApart(base, next)) return false;
  const rows = known[0].map((runs, group) =>
    runs.map((_, run) => known.map((groups) => groups[group][run].log)),
  );
  return memoryP(rows) <= ALPHA;
}

/**
 * Runs on a host that drifts. Of sides of which one ran before the other, what looks like a change may be the time between them, and
 * sides that took turns are known better; the level of one side is known less well than its runs make believe.
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

/** How many times less well the level of runs is known than if they knew nothing of each other; 1 where their order is not known. */
export function orderOfLevel(side: readonly RunFigure[]): number {
  const stamped = inTime(side);
  if (stamped === undefined) return 1;
  const weights = stamped.map(() => 1 / stamped.length);
  return orderFactor(weights, likeTheOneBefore(offTheirMean(stamped), 1, MOST_OF_LEVEL));
}

/**
 * How many times less well, or better, the difference of two sides is known for the order in which their runs were: 1 where it is not
 * known, or the runs do not show that they are like those before and after them.
 */
export function orderOfShift(base: readonly RunFigure[], next: readonly RunFigure[]): number {
  const known = [base, next].flatMap((side, i) => {
    const off = offTheirMean(side);
    return side.map((run, k) => ({ ...run, off: off[k], weight: (i === 0 ? -1 : 1) / side.length }));
  });
  const stamped = inTime(known);
  if (stamped === undefined) return 1;
  const off = stamped.map((run) => run.off);
  if (neighboursZ(off) < LEAST_Z || memoryP([off.map((value) => [value])]) > ALPHA) return 1;
  const weights = stamped.map(({ weight }) => weight);
  return orderFactor(weights, likeTheOneBefore(off, 2, MOST_OF_SHIFT));
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

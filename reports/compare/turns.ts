/**
 * Runs on a host that drifts. Of sides of which one ran before the other, what looks like a change may be the time between them; the
 * level of one side is known less well than its runs make believe.
 */
import { highestOf, lowestOf } from '../statistics/extremes.js';
import { memoryP } from '../statistics/serial-memory.js';
import type { RunFigure } from './run-figures.js';

/** A figure of the runs of both sides, and of the history. */
export type Timed = readonly [
  base: readonly RunFigure[],
  next: readonly RunFigure[],
  history: readonly RunFigure[],
];

/** It is a hint and no verdict: one comparison in twenty of a host that does not drift has it. */
const ALPHA = 0.05;

type Stamped = RunFigure & { readonly startedMs: number };

/** In the order of their time; undefined where it is not known of all. */
function inTime(side: readonly RunFigure[]): Stamped[] | undefined {
  const stamped = side.filter((run): run is Stamped => run.startedMs !== undefined);
  if (stamped.length < side.length) return undefined;
  return stamped.sort((a, b) => a.startedMs - b.startedMs);
}

/** Whether all runs of one side began before all of the other. */
function areApart(base: readonly Stamped[], next: readonly Stamped[]): boolean {
  const [a, b] = [base, next].map((side) => side.map(({ startedMs }) => startedMs));
  return highestOf(a) < lowestOf(b) || highestOf(b) < lowestOf(a);
}

/** Whether runs of one side lie closer to those before and after them than to others. */
export function driftsWithin(side: readonly RunFigure[]): boolean {
  const stamped = inTime(side);
  return stamped !== undefined && memoryP([stamped.map(({ log }) => [log])]) <= ALPHA;
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

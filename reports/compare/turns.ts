/**
 * Runs on a host that drifts. Of sides of which one ran before the other, what looks like a change may be the time between them;
 * those that took turns are told apart by neighbours; the level of one side is known less well than its runs make believe.
 */
import { correlationAt, likeTheOneBefore, neighboursZ, orderFactor } from '../statistics/neighbours.js';
import { memoryP } from '../statistics/serial-memory.js';
import { leanOf, type OffItsSide, slopeOf, stepsOf, trendP } from '../statistics/trend.js';
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

const byTime = (a: Stamped, b: Stamped): number => a.startedMs - b.startedMs;

/** With fewer times of their own than this share of them, runs have a clock that stands still, and no order. */
const LEAST_TIMES = 1 / 2;

/**
 * In the order of their time; undefined where it is not known, because a run has none or most have the same. Runs that began together
 * stay as they were given.
 */
function inTime<Run extends RunFigure>(side: readonly Run[]): Timestamped<Run>[] | undefined {
  const stamped = side.filter((run): run is Timestamped<Run> => Number.isFinite(run.startedMs));
  const times = new Set(stamped.map(({ startedMs }) => startedMs)).size;
  return stamped.length < side.length || times < LEAST_TIMES * side.length ? undefined : stamped.sort(byTime);
}

/** From this share of all runs on, one side began so many before the other on average that they did not take turns. */
const LEAST_LEAN = 1 / 5;

const doLean = (all: readonly Pick<OffItsSide, 'sign'>[]): boolean =>
  Math.abs(leanOf(all)) >= LEAST_LEAN * all.length;

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

type Neighbours = readonly number[];

/** What the order in which the runs of two sides ran says of their difference. */
export interface OrderOfShift {
  /** How many times less well it is known than if runs knew nothing of each other; 1 where they do not show that they do. */
  readonly factor: number;
  /**
   * Where runs are like those before and after them, and the sides took turns: by how much runs of the new side are more than those
   * of the base beside them, if the host drifts from run to run, and if it does so with time.
   */
  readonly neighbours?: readonly Neighbours[];
  /** Where they are and one side began before the other: how far what they drift within the sides has moved on in between. */
  readonly lean?: number;
}

/** What has a factor of its own for the order, so many runs of each side. */
const bothFactors = (...factors: readonly (readonly [factor: number, runs: number])[]): number =>
  Math.sqrt(
    factors.reduce((sum, [factor, runs]) => sum + factor ** 2 / runs, 0) /
      factors.reduce((sum, [, runs]) => sum + 1 / runs, 0),
  );

type Placed = Stamped & OffItsSide;

const piecesOf = <T>(all: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.floor(all.length / length) }, (_, i) => all.slice(i * length, (i + 1) * length));

/** Of runs in turns, the one in the middle of three is held against both others. */
const ROW = 3;
/** To these a rhythm of about six runs looks like a difference; steps that many runs apart then go against each other. */
const MOST_OF_RHYTHM = -0.25;

/** Of pairs of which one side is the first more often, as many are left out, evenly, as it takes for a trend to fall on both alike. */
function balanced<T extends readonly Placed[]>(pairs: readonly T[]): T[] {
  const kinds = [-1, 1].map((sign) => pairs.filter(([one]) => one.sign === sign));
  const least = Math.min(...kinds.map(({ length }) => length));
  return kinds.flatMap((kind) =>
    Array.from({ length: least }, (_, i) => kind[Math.floor(((i + 0.5) * kind.length) / least)]),
  );
}

/** Of the time between the runs at both ends of three in a row, the share that lies before the one in the middle. */
function middleInTime([a, b, c]: readonly Placed[]): number {
  const between = c.startedMs - a.startedMs;
  return between > 0 ? (b.startedMs - a.startedMs) / between : 1 / 2;
}

/** The one in the middle of three in a row against what both others make of its place, so far on from the first to the last. */
const againstBoth = ([a, b, c]: readonly Placed[], place: number): number =>
  b.sign * (b.log - a.log - place * (c.log - a.log));

/**
 * By how much runs of the new side are more than those beside them; undefined where the sides did not take turns, or what drifts keeps
 * time with them. Of three in a row the one in the middle is held against both others, on which a trend falls alike, whether it goes
 * from run to run or with time: of two runs each night these are not the same. Where the sides took turns to be the first of two, each
 * is held against the other.
 */
function besideEachOther(runs: readonly Placed[]): Neighbours[] | undefined {
  if (runs.every(({ sign }, i) => i === 0 || sign !== runs[i - 1].sign)) {
    if (correlationAt(stepsOf(runs), ROW) < MOST_OF_RHYTHM) return undefined;
    const rows = piecesOf(runs, ROW);
    return [
      rows.map((row) => againstBoth(row, 1 / 2)),
      rows.map((row) => againstBoth(row, middleInTime(row))),
    ];
  }
  const pairs = piecesOf(runs, 2);
  if (runs.length % 2 === 1 || pairs.some(([one, other]) => one.sign === other.sign)) return undefined;
  return [balanced(pairs).map(([one, other]) => one.sign * one.log + other.sign * other.log)];
}

const rowsOf = (values: readonly number[]): number[][] => values.map((value) => [value]);

/** How far a trend has moved on between sides of which one began before the other. */
function movedOn(all: readonly OffItsSide[]): Pick<OrderOfShift, 'lean'> {
  return doLean(all) ? { lean: leanOf(all) * slopeOf(all) } : {};
}

/** The same where nothing but the trend itself shows that the host drifts. */
const trendOf = (all: readonly OffItsSide[]): OrderOfShift => ({
  factor: 1,
  ...(doLean(all) && trendP(all) <= ALPHA ? movedOn(all) : {}),
});

/** The runs of both, with their sides (-1 of the base), and of the history, which takes none. */
const signed = <Run extends RunFigure>(
  base: readonly Run[],
  next: readonly Run[],
  history: readonly Run[] = [],
) => [
  ...base.map((run) => ({ ...run, sign: -1 })),
  ...next.map((run) => ({ ...run, sign: 1 })),
  ...history.map((run) => ({ ...run, sign: 0 })),
];

/** In the order of their time, each with how far it is off the mean of its own; undefined where their order is not known. */
function placed(...groups: Timed): Placed[] | undefined {
  const offs = groups.flatMap(offTheirMean);
  return inTime(signed(...groups).map((run, i) => ({ ...run, off: offs[i] })));
}

/** Whether runs are closer to those before and after them than in other orders. */
const doRemember = (off: readonly number[]): boolean =>
  neighboursZ(off) >= LEAST_Z && memoryP([rowsOf(off)]) <= ALPHA;

/** Not below 1: what drifts falls on both sides alike only where they took turns. */
function factorOf(all: readonly Placed[], means: number): number {
  const count = (side: number): number => all.filter(({ sign }) => sign === side).length;
  const weights = all.map(({ sign }) => (sign === 0 ? 0 : sign / count(sign)));
  const off = all.map((run) => run.off);
  return Math.max(1, orderFactor(weights, likeTheOneBefore(off, means, MOST_OF_SHIFT)));
}

/** Of sides of which one has a few runs; those of the history show, too, how the host drifts. */
export function orderOfFew(...groups: Timed): OrderOfShift {
  const all = placed(...groups);
  if (all === undefined) return { factor: 1 };
  if (!doRemember(all.map(({ off }) => off))) return trendOf(all);
  const means = groups.filter(({ length }) => length > 0).length;
  return { factor: factorOf(all, means), ...movedOn(all) };
}

/** Of sides of several runs each. */
export function orderOfShift(base: readonly RunFigure[], next: readonly RunFigure[]): OrderOfShift {
  const [first, second, all] = [inTime(base), inTime(next), placed(base, next, [])];
  if (first === undefined || second === undefined || all === undefined) return { factor: 1 };
  if (doRemember(all.map(({ off }) => off))) {
    const neighbours = besideEachOther(all);
    if (neighbours?.every(({ length }) => length >= LEAST_NEIGHBOURS)) return { factor: 1, neighbours };
    return { factor: factorOf(all, 2), ...movedOn(all) };
  }
  // Drives, or hosts, that drift each by themselves.
  const sides = [first, second].map(offTheirMean);
  if (Math.max(...sides.map(neighboursZ)) < LEAST_Z || memoryP(sides.map(rowsOf)) > ALPHA)
    return trendOf(all);
  const factors = sides.map((side) => [orderFactorOfMean(side, MOST_OF_SHIFT), side.length] as const);
  return { factor: bothFactors(...factors), ...movedOn(all) };
}

const shapeOf = (timed: Timed): string => timed.map(({ length }) => length).join();

/** Of several figures of the same runs: whether one of them alone, of so many, has a trend. */
const haveTrend = (figures: readonly Timed[]): boolean =>
  figures.some((groups) => trendP(placed(...groups) ?? []) * figures.length <= ALPHA);

/**
 * Whether one side began before the other, on the whole, though the host drifts: runs lie closer to those before and after them than
 * to others, or have a trend. Of several figures of the same runs, all are looked at together; those of other numbers of runs than
 * the first are not.
 */
export function driftsBetween(figures: readonly Timed[]): boolean {
  const alike = figures.filter((timed) => shapeOf(timed) === shapeOf(figures[0]));
  const ordered = alike.map((timed) => timed.map(inTime));
  const known = ordered.filter(
    (groups): groups is [Stamped[], Stamped[], Stamped[]] => !groups.includes(undefined),
  );
  if (known.length === 0) return false;
  const [base, next] = known[0];
  const isSingle = Math.max(base.length, next.length) < 2;
  const own = signed(base, next, isSingle ? known[0][2] : []);
  if (!doLean(own.sort(byTime))) return false;
  const rows = known[0].map((runs, group) =>
    runs.map((_, run) => known.map((groups) => groups[group][run].log)),
  );
  return memoryP(rows) <= ALPHA || haveTrend(known);
}

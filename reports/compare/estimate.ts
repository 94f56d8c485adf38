/** The figure of a side, or how far two sides lie apart, with what it may be: p, interval and gate come from here alone. */
import { studentQuantile, studentTest } from '../statistics/distributions.js';
import { mannWhitney, shiftEstimate, shiftLimits } from '../statistics/rank-test.js';
import { resampledMean } from '../statistics/resampled.js';
import { signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import { meanOf, type Variance } from '../statistics/variance.js';
import { LEAST_OBSERVATIONS } from './observations.js';
import type { RunFigure } from './run-figures.js';
import { type Spread, type Taken, variancesOfMeans } from './spread.js';
import { orderOfFew, orderOfLevel, orderOfShift } from './turns.js';
import { unequalVariance } from './unequal-spread.js';

/** With what its limits take for granted; where that is anything, no interval is shown. */
export interface Estimate extends Taken {
  /** Log of the figure, or of new / base. */
  readonly log: number;
  /** Two-sided, of no change. Absent of the figure of one side. */
  readonly p?: number;
  /** Of two sides the rank test in its exact or approximate form, of neighbours and of one side that of their centre; or Student's. */
  readonly test: 'mann-whitney-exact' | 'mann-whitney-normal' | 'signed-rank' | 'student';
  /** Between which the log lies with 1 - alpha; undefined where so few runs cannot give that. */
  readonly limits: (alpha: number) => readonly [low: number, high: number] | undefined;
}

const logsOf = (side: readonly RunFigure[]): number[] => side.map(({ log }) => log);

/** The widest limits of these variances. */
function aroundMean(log: number, variances: readonly Variance[]): Estimate['limits'] {
  return (alpha) => {
    const halves = variances.map(
      ({ amount, degrees }) => studentQuantile(1 - alpha / 2, degrees) * Math.sqrt(amount),
    );
    return [log - Math.max(...halves), log + Math.max(...halves)];
  };
}

/** The p that belongs to them. */
function pOfNoChange(log: number, variances: readonly Variance[]): number {
  return Math.max(...variances.map(({ amount, degrees }) => studentTest(log / Math.sqrt(amount), degrees)));
}

/** That p, where there is one, but no less than any of these. */
const noLessThan = (p: number | undefined, ...least: readonly number[]): Pick<Estimate, 'p'> =>
  p === undefined ? {} : { p: Math.max(p, ...least) };

/**
 * The wider of Student's limits and, where runs show that they lie unevenly, of how far these are off; `sides` are how many runs the
 * estimate is of, and how many it is held against.
 */
function asFarAsKnown(student: Estimate, { uneven }: Spread, sides: readonly [number, number]): Estimate {
  if (uneven === undefined) return student;
  const { log, p, evenly, ...rest } = student;
  const off = resampledMean(uneven, ...sides);
  return {
    ...rest,
    log,
    ...noLessThan(p, off.p(log), leastOf(Math.min(...sides), uneven.length)),
    ...(evenly === undefined ? {} : { uneven: uneven.length }),
    limits: (alpha) => {
      const [low, high] = student.limits(alpha) ?? [log, log];
      const [least, most] = off.limits(alpha);
      return [Math.min(low, log - most), Math.max(high, log - least)];
    },
  };
}

/**
 * The least p of a few runs held against others, by one run, or by runs that lie unevenly: how far such may be off, no few others
 * show. Above half of 0.05, so that more than half of several jobs have to say the same.
 */
const LEAST_OF_FEW = 0.026;
const leastOf = (few: number, others: number): number => Math.min(LEAST_OF_FEW, few / (few + others));

/** Of a single run: of n others one in n + 1 is farther off than all of them, by how much they do not show. */
function ofOne(estimate: Estimate, { runs }: Spread): Estimate {
  if (runs === undefined) return estimate;
  const { p, limits } = estimate;
  const least = leastOf(1, runs.degrees + 1);
  return {
    ...estimate,
    ...noLessThan(p, least),
    limits: (alpha) => (alpha < least ? undefined : limits(alpha)),
  };
}

/** Halvings of the span that p lies in. */
const HALVINGS = 20;

/** The p that belongs to limits: the least at which they leave no change out, or cannot be had. */
function pOf(limits: Estimate['limits']): number {
  const changed = (alpha: number): boolean => {
    const [low, high] = limits(alpha) ?? [0, 0];
    return low > 0 || high < 0;
  };
  let [least, most] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const alpha = (least + most) / 2;
    if (changed(alpha)) most = alpha;
    else least = alpha;
  }
  return most;
}

/** With limits that are wider, and a p that belongs to them. */
function widened(estimate: Estimate, limits: Estimate['limits']): Estimate {
  const { p } = estimate;
  return { ...estimate, ...(p === undefined ? {} : { p: Math.max(p, pOf(limits)) }), limits };
}

/** With limits so many times as wide as those of runs that know nothing of each other. */
function inOrder(estimate: Estimate, factor: number): Estimate {
  if (factor === 1) return estimate;
  const { log } = estimate;
  const limits: Estimate['limits'] = (alpha) => {
    const [low, high] = estimate.limits(alpha) ?? [];
    return low === undefined || high === undefined
      ? undefined
      : [log + (low - log) * factor, log + (high - log) * factor];
  };
  return { ...widened(estimate, limits), orderFactor: factor };
}

/** How many times half the width of limits so much is, at 95 %. */
function halfWidths(lean: number, limits: Estimate['limits']): number {
  const [low, high] = limits(0.05) ?? [0, 0];
  return high > low ? (2 * Math.abs(lean)) / (high - low) : 0;
}

/** The wider of both, at each end; none where one cannot be had. */
const widerOf =
  (one: Estimate['limits'], other: Estimate['limits']): Estimate['limits'] =>
  (alpha) => {
    const [a, b] = [one(alpha), other(alpha)];
    return a && b && [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  };

/** From runs enough on both sides: nothing is taken of how they are distributed. */
function byRanks(base: readonly RunFigure[], next: readonly RunFigure[]): Estimate {
  const { factor, neighbours, lean = 0 } = orderOfShift(base, next);
  if (neighbours !== undefined)
    return {
      log: signedRankCentre(neighbours[0], 0.05).estimate,
      p: Math.max(...neighbours.map((each) => signedRankTest(each).p)),
      test: 'signed-rank',
      inTurns: true,
      limits: neighbours
        .map(
          (each): Estimate['limits'] =>
            (alpha) =>
              signedRankCentre(each, alpha).interval,
        )
        .reduce(widerOf),
    };
  const [a, b] = [logsOf(base), logsOf(next)];
  const { p, method } = mannWhitney(a, b);
  const ranked: Estimate = {
    log: shiftEstimate(a, b),
    p,
    test: `mann-whitney-${method}`,
    limits: shiftLimits(a, b),
  };
  const unequal = unequalVariance([a, b]);
  const known =
    unequal === undefined
      ? ranked
      : widened(ranked, widerOf(ranked.limits, aroundMean(ranked.log, [unequal])));
  return inOrder(known, factor + halfWidths(lean, known.limits));
}

/** How far `next` lies from `base`, with at least one run each; what is stored of neither is in the spread, too. */
export function estimateShift(
  base: readonly RunFigure[],
  next: readonly RunFigure[],
  spread: Spread,
  history: readonly RunFigure[] = [],
): Estimate {
  const [a, b] = [logsOf(base), logsOf(next)];
  if (Math.min(a.length, b.length) >= LEAST_OBSERVATIONS) return byRanks(base, next);
  const log = meanOf(b) - meanOf(a);
  const unequal = unequalVariance([a, b]);
  const variances = [...variancesOfMeans(spread, [base, next]), ...(unequal === undefined ? [] : [unequal])];
  const isSingle = Math.min(a.length, b.length) === 1;
  const student: Estimate = {
    log,
    p: pOfNoChange(log, variances),
    test: 'student',
    ...(spread.assumed === undefined ? {} : { assumed: spread.assumed }),
    ...(isSingle && spread.assumed === undefined ? { evenly: true } : {}),
    limits: aroundMean(log, variances),
  };
  const known = asFarAsKnown(student, spread, [b.length, a.length]);
  const { factor, lean = 0 } = orderOfFew(base, next, history);
  const ordered = inOrder(known, factor + halfWidths(lean, known.limits));
  return isSingle ? ofOne(ordered, spread) : ordered;
}

/** From so many runs on the signed-rank test gives limits, if not at any confidence; lopsided runs break Student's. */
const RANKED_RUNS = 5;

/** The figure of one side, of at least one run. */
export function estimateLevel(side: readonly RunFigure[], spread: Spread): Estimate {
  const logs = logsOf(side);
  if (logs.length >= RANKED_RUNS)
    return inOrder(
      {
        log: signedRankCentre(logs, 0.05).estimate,
        test: 'signed-rank',
        limits: (alpha) => signedRankCentre(logs, alpha).interval,
      },
      orderOfLevel(side),
    );
  const log = meanOf(logs);
  const { assumed } = spread;
  const student: Estimate = {
    log,
    test: 'student',
    ...(assumed === undefined ? { evenly: true } : { assumed }),
    limits: aroundMean(log, variancesOfMeans(spread, [side])),
  };
  const known = asFarAsKnown(student, spread, [side.length, 0]);
  return side.length === 1 ? ofOne(known, spread) : known;
}

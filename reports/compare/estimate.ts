/** The figure of a side, or how far two sides lie apart, with what it may be: p, interval and gate come from here alone. */
import { normalCdf, normalQuantile, studentQuantile, studentTest } from '../statistics/distributions.js';
import { mannWhitney, shiftEstimate, shiftInterval } from '../statistics/rank-test.js';
import { resampledMean } from '../statistics/resampled.js';
import { signedRankCentre, signedRankTest } from '../statistics/signed-rank.js';
import { meanOf, type Variance } from '../statistics/variance.js';
import { LEAST_OBSERVATIONS } from './observations.js';
import type { RunFigure } from './run-figures.js';
import { type Spread, type Taken, variancesOfMeans } from './spread.js';
import { orderOfLevel, orderOfShift } from './turns.js';

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
    ...(p === undefined ? {} : { p: Math.max(p, off.p(log)) }),
    ...(evenly === undefined ? {} : { uneven: uneven.length }),
    limits: (alpha) => {
      const [low, high] = student.limits(alpha) ?? [log, log];
      const [least, most] = off.limits(alpha);
      return [Math.min(low, log - most), Math.max(high, log - least)];
    },
  };
}

/** The p that belongs to them. */
function pOfNoChange(log: number, variances: readonly Variance[]): number {
  return Math.max(...variances.map(({ amount, degrees }) => studentTest(log / Math.sqrt(amount), degrees)));
}

/** With limits, and a p that belongs to them, so many times as wide as those of runs that know nothing of each other. */
function inOrder(estimate: Estimate, factor: number): Estimate {
  if (factor === 1) return estimate;
  const { log, p } = estimate;
  return {
    ...estimate,
    ...(p === undefined ? {} : { p: p >= 1 ? 1 : 2 * normalCdf(normalQuantile(p / 2) / factor) }),
    orderFactor: factor,
    limits: (alpha) => {
      const [low, high] = estimate.limits(alpha) ?? [];
      return low === undefined || high === undefined
        ? undefined
        : [log + (low - log) * factor, log + (high - log) * factor];
    },
  };
}

/** With fewer the signed-rank test reaches no p of 0.05. */
const LEAST_NEIGHBOURS = 6;

/** From runs enough on both sides: nothing is taken of how they are distributed. */
function byRanks(base: readonly RunFigure[], next: readonly RunFigure[]): Estimate {
  const [a, b] = [logsOf(base), logsOf(next)];
  const limits: Estimate['limits'] = (alpha) => shiftInterval(a, b, alpha).interval;
  const { factor, neighbours } = orderOfShift(base, next);
  if (neighbours !== undefined && neighbours.length >= LEAST_NEIGHBOURS)
    return {
      log: signedRankCentre(neighbours, 0.05).estimate,
      p: signedRankTest(neighbours).p,
      test: 'signed-rank',
      inTurns: true,
      // So few cannot give every confidence that the two sides as a whole can.
      limits: (alpha) => signedRankCentre(neighbours, alpha).interval ?? limits(alpha),
    };
  const { p, method } = mannWhitney(a, b);
  return inOrder({ log: shiftEstimate(a, b), p, test: `mann-whitney-${method}`, limits }, factor);
}

/** How far `next` lies from `base`, with at least one run each. */
export function estimateShift(
  base: readonly RunFigure[],
  next: readonly RunFigure[],
  spread: Spread,
): Estimate {
  const [a, b] = [logsOf(base), logsOf(next)];
  if (Math.min(a.length, b.length) >= LEAST_OBSERVATIONS) return byRanks(base, next);
  const log = meanOf(b) - meanOf(a);
  const variances = variancesOfMeans(spread, [base, next]);
  const isSingle = Math.min(a.length, b.length) === 1;
  const student: Estimate = {
    log,
    p: pOfNoChange(log, variances),
    test: 'student',
    ...(spread.assumed === undefined ? {} : { assumed: spread.assumed }),
    ...(isSingle && spread.assumed === undefined ? { evenly: true } : {}),
    limits: aroundMean(log, variances),
  };
  return asFarAsKnown(student, spread, [b.length, a.length]);
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
  return asFarAsKnown(student, spread, [side.length, 0]);
}

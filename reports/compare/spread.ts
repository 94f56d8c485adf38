/**
 * How far the runs of a kind lie from each other in one metric: from the runs that are there, those of the history among
 * them. Where these are too few to tell, an assumption, which is said wherever a verdict rests on it.
 */
import { formatPercent } from '../render/format.js';
import { LEAST_FOR_SKEWNESS, skewnessTest } from '../statistics/skewness.js';
import { addVariances, meanOf, pooledVariance, type Variance } from '../statistics/variance.js';
import { type Basis, basisWord, LEAST_DEGREES } from './observations.js';
import type { RunFigure } from './run-figures.js';

/**
 * What is assumed of runs: a standard deviation of this share, beside this part of that between the parts of a run. On
 * the software controller runs differed by 0.5 to 0.75 of what repeats do, see docs/comparing.md.
 */
const ASSUMED_RUNS = 0.02;
const ASSUMED_OF_PARTS = 0.75;
/** What is assumed of runs of which not even the parts are known. */
const ASSUMED_ALONE = 0.1;
/** The same of figures that few I/Os make. */
const ASSUMED_IN_TAIL = 0.05;
const ASSUMED_ALONE_IN_TAIL = 0.3;
/** A tail may jump between two states, so far limits are needed: those of Student's distribution with so many degrees. */
const DEGREES_OF_ASSUMED_TAIL = 2;
/** Degrees of freedom from which on runs alone show how they differ; of fewer, some that are alike by chance show nothing. */
const KNOWN_DEGREES = 4;
const KNOWN_DEGREES_OF_TAIL = 8;

/** No figure is known better than to a bucket of the histogram, of a thousandth: the variance of an even distribution. */
const RESOLUTION = 0.001 ** 2 / 12;

/** Taken for granted, because nothing shows how runs differ. */
export interface Assumption {
  /** Standard deviation between runs, as a share. */
  readonly runs: number;
  /** And of that between repeats or blocks, this part; absent where these are not known either. */
  readonly ofParts?: number;
  /** Degrees of freedom that the limits are taken with; absent where they are those of the normal distribution. */
  readonly degrees?: number;
}

export interface Spread {
  /** Of the log of a whole run's figure, with what its parts explain of it. Absent where it is not known. */
  readonly runs?: Variance;
  /** Share of the variance of parts that is in that of runs: 1 / parts of a run. */
  readonly explained: number;
  /** Of the logs of the parts of a run. Absent where they are not known. */
  readonly parts?: Variance;
  /** Absent where the runs show how they differ. */
  readonly assumed?: Assumption;
  /** Where runs show that they lie unevenly: how far the log of each is off, as of runs beside those it was taken with. */
  readonly uneven?: readonly number[];
}

/** For example `nothing shows how runs differ, so 2 % and 0.75 of what repeats differ is assumed`. */
export function assumptionText({ runs, ofParts }: Assumption, basis: Basis): string {
  const parts = basisWord(basis === 'runs' ? 'repeats' : basis);
  const beside = ofParts === undefined ? '' : ` and ${ofParts} of what ${parts} differ`;
  const known =
    basis === 'runs'
      ? 'so few runs hardly show how runs differ, so at least'
      : 'nothing shows how runs differ, so';
  return `${known} ${formatPercent(runs, 1)}${beside} is assumed`;
}

/** What limits rest on beside the figures of the runs. */
export interface Taken {
  /** Of how runs differ; absent where the runs show it. */
  readonly assumed?: Assumption;
  /** Student's limits take runs, of which so few show nothing of it, to lie evenly around their mean. */
  readonly evenly?: true;
  /** Runs lie unevenly, and limits reach as far as this many of them are off. */
  readonly uneven?: number;
  /**
   * Runs seem to be like those before and after them: limits are so many times as wide as of runs that know nothing of each other.
   * Absent where that changes nothing.
   */
  readonly orderFactor?: number;
  /** So they seem to be, and the sides took turns: each run is held against those beside it. */
  readonly inTurns?: true;
}

/** Whether an interval may be shown. */
export const takesNothing = ({ assumed, evenly, uneven }: Taken): boolean =>
  assumed === undefined && evenly === undefined && uneven === undefined;

/** A factor closer to 1 is not worth a word. */
const LEAST_TOLD = 1.1;

const REMEMBER = 'runs seem to be like those before and after them, so';

const orderText = (factor: number): string | undefined =>
  factor < LEAST_TOLD ? undefined : `${REMEMBER} limits are ${factor.toFixed(1)} times as wide`;

/** Those of an estimate that are there, as records have them. */
export function takenOf({ assumed, evenly, uneven, orderFactor, inTurns }: Taken): Taken {
  return {
    ...(assumed === undefined ? {} : { assumed }),
    ...(evenly === undefined ? {} : { evenly }),
    ...(uneven === undefined ? {} : { uneven }),
    ...(orderFactor === undefined ? {} : { orderFactor }),
    ...(inTurns === undefined ? {} : { inTurns }),
  };
}

/** In words; undefined where there is nothing to say. */
export function takenText(taken: Taken, basis: Basis): string | undefined {
  const { assumed, evenly, uneven, orderFactor, inTurns } = taken;
  if (assumed !== undefined) return assumptionText(assumed, basis);
  if (orderFactor !== undefined) return orderText(orderFactor);
  if (inTurns) return `${REMEMBER} each is held against those of the other side that ran beside it`;
  if (uneven !== undefined)
    return `runs lie unevenly around their mean: limits reach as far as ${uneven} of them are off, and one in ${uneven + 1} is farther`;
  return evenly && 'so few runs are taken to lie evenly around their mean';
}

type Group = readonly RunFigure[];

/** Parts of a run; what has none is taken as one. */
const partsOf = ({ parts }: RunFigure): number => Math.max(1, parts.length);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What the variance of runs around the mean of their group has of that of parts, on average over its degrees. */
function explainedIn(groups: readonly Group[]): number {
  const shares = groups.map((group) => (1 - 1 / group.length) * sum(group.map((run) => 1 / partsOf(run))));
  return sum(shares) / sum(groups.map(({ length }) => length - 1));
}

/** More than chance makes of what is even, at this p. */
const UNEVEN = 0.1;

/** How far runs are off the mean of their kind, where they are enough to show that they lie unevenly. */
function unevenIn(groups: readonly Group[]): Pick<Spread, 'uneven'> {
  const off = groups.flatMap((group) => {
    const mean = meanOf(group.map(({ log }) => log));
    const wider = Math.sqrt(group.length / (group.length - 1));
    return group.map(({ log }) => (log - mean) * wider);
  });
  return off.length >= LEAST_FOR_SKEWNESS && skewnessTest(off) <= UNEVEN ? { uneven: off } : {};
}

/** From the runs of each group, which lie around a figure of their own; `isTail` where few I/Os make the metric. */
export function spreadOf(groups: readonly Group[], isTail: boolean): Spread {
  const several = groups.filter(({ length }) => length > 1);
  const runs = pooledVariance(several.map((group) => group.map(({ log }) => log)));
  const parts = pooledVariance(groups.flatMap((group) => group.map((run) => run.parts)));
  const known = { ...(parts === undefined ? {} : { parts }), explained: runs ? explainedIn(several) : 0 };
  const needed = isTail ? KNOWN_DEGREES_OF_TAIL : KNOWN_DEGREES;
  if (runs !== undefined && runs.degrees >= needed) return { ...known, runs, ...unevenIn(several) };
  const assumed = isTail ? assumedOfTail(parts) : assumedOf(runs, parts);
  return { ...known, ...(runs === undefined ? {} : { runs }), assumed };
}

function assumedOf(runs: Variance | undefined, parts: Variance | undefined): Assumption {
  if (parts !== undefined) return { runs: ASSUMED_RUNS, ofParts: ASSUMED_OF_PARTS };
  return { runs: runs !== undefined && runs.degrees >= LEAST_DEGREES ? ASSUMED_RUNS : ASSUMED_ALONE };
}

function assumedOfTail(parts: Variance | undefined): Assumption {
  const degrees = DEGREES_OF_ASSUMED_TAIL;
  return parts === undefined
    ? { runs: ASSUMED_ALONE_IN_TAIL, degrees }
    : { runs: ASSUMED_IN_TAIL, ofParts: ASSUMED_OF_PARTS, degrees };
}

/** As parts of the variance of a mean: `count` of runs, `share` of their parts. */
interface Weights {
  readonly runs: number;
  readonly parts: number;
}

/** Of the means of these sides, added up. */
function weightsOf(sides: readonly Group[]): Weights {
  return {
    runs: sum(sides.map(({ length }) => 1 / length)),
    parts: sum(sides.map((side) => sum(side.map((run) => 1 / partsOf(run))) / side.length ** 2)),
  };
}

/** What of the variance between runs their parts do not explain. */
function seenBetween({ runs, parts, explained }: Spread): number {
  return runs === undefined ? 0 : Math.max(0, runs.amount - explained * (parts?.amount ?? 0));
}

function assumedVariance(spread: Spread, assumed: Assumption, weights: Weights): Variance {
  const { runs, ofParts = 0, degrees = Number.POSITIVE_INFINITY } = assumed;
  const { parts } = spread;
  const between = runs ** 2 + ofParts ** 2 * (parts?.amount ?? 0);
  // One degree makes Student's limits useless; yet two runs that differ by more than is assumed do show that much.
  const more = spread.runs?.degrees === 1 ? Math.max(0, seenBetween(spread) - between) : 0;
  const given = { amount: (runs ** 2 + more) * weights.runs, degrees };
  if (parts === undefined) return given;
  const amount = parts.amount * (ofParts ** 2 * weights.runs + weights.parts);
  const all = addVariances([given, { amount, degrees: parts.degrees }]);
  return { ...all, degrees: Math.min(all.degrees, degrees) };
}

/** From runs alone; their parts only make up for sides whose runs have more or fewer of them. */
function seenVariance(runs: Variance, { parts, explained }: Spread, weights: Weights): Variance {
  const ofRuns = { amount: (runs.amount + RESOLUTION) * weights.runs, degrees: runs.degrees };
  const rest = weights.parts - explained * weights.runs;
  if (parts === undefined || Math.abs(rest) < 1e-9) return ofRuns;
  const found = addVariances([ofRuns, { amount: parts.amount * rest, degrees: parts.degrees }]);
  const least = parts.amount * weights.parts;
  return found.amount >= least ? found : { amount: least, degrees: runs.degrees };
}

/**
 * The variance of the mean over the runs of a side, or of the difference of two sides: one, or two of which that holds
 * which makes wider limits. Where runs show how they differ, what they show; else what is assumed, and of two degrees of
 * freedom and more also what they show.
 */
export function variancesOfMeans(spread: Spread, sides: readonly Group[]): Variance[] {
  const { runs, assumed } = spread;
  const weights = weightsOf(sides);
  const isSeen = runs !== undefined && runs.degrees >= LEAST_DEGREES;
  return [
    ...(assumed === undefined ? [] : [assumedVariance(spread, assumed, weights)]),
    ...(isSeen ? [seenVariance(runs, spread, weights)] : []),
  ];
}

/** Variance of the log of the figure between runs, without what their parts make of it, as it is known or assumed. */
export function varianceBetween(spread: Spread): number {
  const { assumed, parts } = spread;
  const seen = seenBetween(spread);
  if (assumed === undefined) return seen;
  return Math.max(seen, assumed.runs ** 2 + (assumed.ofParts ?? 0) ** 2 * (parts?.amount ?? 0));
}

/** Standard deviation of the log of the figure of such a run. */
export function deviationOfRun(spread: Spread, run: RunFigure): number {
  return Math.sqrt(varianceBetween(spread) + (spread.parts?.amount ?? 0) / partsOf(run));
}

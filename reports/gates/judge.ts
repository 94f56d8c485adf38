/** A gate on one job: what its runs say of it. */
import { problemOf, tailProblem } from '../compare/change.js';
import { type Estimate, estimateLevel, estimateShift } from '../compare/estimate.js';
import { isHighest, isOfJob, isTail, type Metric } from '../compare/metrics.js';
import { type Observations, type ObservedRun, observe } from '../compare/observations.js';
import { type RunFigure, runFigure, runFigures } from '../compare/run-figures.js';
import { figureOf, iosBehind, type Sample, sampleOfRepeat } from '../compare/samples.js';
import type { Series } from '../compare/series.js';
import {
  deviationOfRun,
  type Spread,
  spreadOf,
  takenOf,
  takenText,
  takesNothing,
} from '../compare/spread.js';
import { driftsBetween } from '../compare/turns.js';
import type { HistogramReader } from '../document/histograms.js';
import { formatPercent, plural } from '../render/format.js';
import { highestOf } from '../statistics/extremes.js';
import { decide, HOLDS, runsToDecide } from './decide.js';
import type { Gate } from './parse.js';
import type { GateCheck } from './report.js';

export type Found = Pick<
  GateCheck,
  'verdict' | 'value' | 'interval' | 'limits' | 'assumed' | 'orderFactor' | 'inTurns' | 'reason' | 'outcomes'
>;

export const invalid = (reason: string): Found => ({ verdict: 'invalid', reason });

/** Runs of the same kind as those that are judged, by series; they tell how runs differ. */
export interface JudgedSeries {
  readonly own: Series;
  /** That of the baseline, where the gate is against one. */
  readonly base?: Series | undefined;
  readonly history?: Series | undefined;
}

function partsText({ basis, blockIntervals }: Observations, runs: readonly ObservedRun[]): string {
  const parts = runs.reduce((sum, run) => sum + run.parts.length, 0);
  const blocks = `blocks of ${plural(blockIntervals, 'interval')}`;
  const of = basis === 'intervals' ? blocks : basis === 'repeats' ? 'repeats' : undefined;
  return of === undefined ? plural(runs.length, 'run') : `${plural(runs.length, 'run')} of ${parts} ${of}`;
}

/** For example `10 runs`, `1 run of 10 repeats against 5 runs of 50 repeats, and 8 runs of the history`. */
function basisText(observations: Observations): string {
  const [first, second] = observations.sides.map((runs) => partsText(observations, runs));
  const told = observations.history.length;
  const sides = second === undefined ? first : `${second} against ${first}`;
  return told === 0 ? sides : `${sides}, and ${plural(told, 'run')} of the history`;
}

const exponential = ([low, high]: readonly [number, number]): readonly [number, number] => [
  Math.exp(low),
  Math.exp(high),
];

/** What the runs say of the metric of a gate. */
export interface Evidence {
  readonly observations: Observations;
  readonly own: readonly RunFigure[];
  /** Those of the baseline, where the gate is against one. */
  readonly base?: readonly RunFigure[];
  readonly history: readonly RunFigure[];
  /** Why no verdict rests on it. */
  readonly problem?: string;
}

const figuresOf = (runs: readonly ObservedRun[], metric: Metric): RunFigure[] =>
  runs.flatMap((run) => runFigure(run, metric) ?? []);

const wholesOf = (runs: readonly ObservedRun[]): Sample[] => runs.map(({ whole }) => whole);

/** Why nothing can be said of a metric of one side; undefined where something can. */
function levelProblem(metric: Metric, { basis, sides: [runs] }: Observations): string | undefined {
  if (basis === 'single' && isOfJob(metric)) return 'one run shows no variation of it';
  return tailProblem(metric, wholesOf(runs));
}

/** Answers in words where the metric was not measured. Throws ReportError where a histogram cannot be read. */
export function gather(
  metric: Metric,
  { own, base, history }: JudgedSeries,
  reader: HistogramReader,
): Evidence | string {
  const sides = base === undefined ? [own] : [base, own];
  const observations = observe(sides, reader, { history, wholeRuns: isOfJob(metric) });
  const figures = observations.sides.map((side) => runFigures(side, metric));
  const [first, second] = figures;
  if (first === undefined) return `${metric} was not measured${base ? ' in the baseline' : ''}`;
  if (base !== undefined && second === undefined) return `${metric} was not measured`;
  const problem = base === undefined ? levelProblem(metric, observations) : problemOf(metric, observations);
  return {
    observations,
    ...(second === undefined ? { own: first } : { own: second, base: first }),
    history: figuresOf(observations.history, metric),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The figure, or the change from that of the baseline, with how far it is known. */
export function estimateOf(
  metric: Metric,
  { own, base, history }: Pick<Evidence, 'own' | 'base' | 'history'>,
): { readonly estimate: Estimate; readonly spread: Spread } {
  const spread = spreadOf([base ?? [], own, history], isTail(metric));
  const estimate =
    base === undefined ? estimateLevel(own, spread) : estimateShift(base, own, spread, history);
  return { estimate, spread };
}

/** What more runs would do for a bound that lies within what the figure may be. */
function moreText(distance: number, deviation: number, sides: 1 | 2, confidence: number): string {
  const needed = runsToDecide(distance, deviation, sides, confidence);
  if (needed === undefined) return 'no number of runs would decide, so close is it';
  return `about ${needed} runs${sides === 2 ? ' of each side' : ''} would decide`;
}

/** What a host that drifts does to a change; undefined where the runs do not show that it does. */
function driftText({ own, base, history }: Evidence): string | undefined {
  return base !== undefined && driftsBetween([[base, own, history]])
    ? 'the runs were not in turns, and seem to be like those before and after them, as on a host that drifts: that looks like a change'
    : undefined;
}

function judgeEvidence(
  { operator, metric }: Gate,
  bound: number,
  evidence: Evidence,
  confidence: number,
): Found {
  const { observations, own, base, problem } = evidence;
  const { estimate, spread } = estimateOf(metric, evidence);
  // Not the last digits of a logarithm.
  const value = Number(Math.exp(estimate.log).toPrecision(12));
  if (problem !== undefined) return { verdict: 'inconclusive', value, reason: problem };
  const { verdict, limits } = decide(operator, bound, estimate, confidence);
  const { evenly: _evenly, uneven: _uneven, ...told } = takenOf(estimate);
  const interval = takesNothing(estimate) ? estimate.limits(1 - confidence) : undefined;
  const found = {
    verdict,
    value,
    ...(interval === undefined ? {} : { interval: exponential(interval) }),
    ...(limits === undefined ? {} : { limits }),
    ...told,
  };
  const taken = takenText(estimate, observations.basis);
  const basis = [basisText(observations), taken, driftText(evidence)]
    .filter((text) => text !== undefined)
    .join('; ');
  if (verdict !== 'inconclusive') return { ...found, reason: basis };
  if (limits === undefined)
    return { ...found, reason: `so few runs cannot give ${formatPercent(confidence)}; ${basis}` };
  const distance = Math.abs(Math.log(bound) - estimate.log);
  const more = moreText(distance, deviationOfRun(spread, own[0]), base === undefined ? 1 : 2, confidence);
  return { ...found, reason: `the bound lies within what it may be, ${more}; ${basis}` };
}

/** The highest latency, or response time, of all runs is a fact of them. */
function judgeHighest(
  { operator, metric }: Gate,
  bound: number,
  { runs }: Series,
  reader: HistogramReader,
): Found {
  const samples = runs.flatMap(({ repeats }) => repeats).map((repeat) => sampleOfRepeat(repeat, reader));
  const measured = samples.filter((sample) => sample.ios > 0 || iosBehind(sample, metric) > 0);
  if (measured.length === 0) return invalid('no I/O was measured');
  const highest = measured.flatMap((sample) => figureOf(sample, metric) ?? []);
  if (highest.length < measured.length) return invalid(`${metric} was not measured`);
  const value = highestOf(highest);
  const verdict = HOLDS[operator](value, bound) ? 'pass' : 'fail';
  return { verdict, value, reason: `the highest of ${plural(runs.length, 'run')}` };
}

/** How gates are judged. */
export interface Judging {
  /** For example 0.95. */
  readonly confidence: number;
  readonly reader: HistogramReader;
}

/**
 * A gate on one job: `base` is there where it is against a baseline, and the bound then that of new / base. Throws ReportError
 * where a histogram cannot be read.
 */
export function judgeSeries(gate: Gate, series: JudgedSeries, { confidence, reader }: Judging): Found {
  const { bound, metric } = gate;
  const limit = bound.kind === 'absolute' ? bound.value : bound.ratio;
  if (isHighest(metric) && bound.kind === 'absolute') return judgeHighest(gate, limit, series.own, reader);
  const evidence = gather(metric, series, reader);
  return typeof evidence === 'string' ? invalid(evidence) : judgeEvidence(gate, limit, evidence, confidence);
}

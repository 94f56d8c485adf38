/** Two groups of results set against each other, job by job and metric by metric, before anything is judged. */
import type { HistogramReader } from '../document/histograms.js';
import type { Change } from './change.js';
import { changeOf } from './change.js';
import { followersOf, type JobChanges, PRIMARY_METRIC } from './families.js';
import type { Metric } from './metrics.js';
import { type Basis, type Observations, observe } from './observations.js';
import { runFigures } from './run-figures.js';
import { allRuns, distinctRuns, type NamedResult, type RunOfDocument } from './runs.js';
import { comparedMetrics } from './samples.js';
import { collectSeries, idleSeries, type Series, type SeriesKey } from './series.js';
import type { Timed } from './turns.js';

/** A group of results: several comparisons may be made with it. */
export interface Side {
  readonly documents: readonly NamedResult[];
  readonly runs: readonly RunOfDocument[];
  /** Runs that are given more than once, of which one counts. */
  readonly repeatedRuns: number;
  readonly series: ReadonlyMap<string, Series>;
}

export function sideOf(documents: readonly NamedResult[]): Side {
  const runs = distinctRuns(documents);
  const repeatedRuns = allRuns(documents).length - runs.length;
  return { documents, runs, repeatedRuns, series: collectSeries(runs) };
}

export interface UndecidedJob extends SeriesKey, JobChanges {
  readonly runs: readonly [base: number, next: number];
  readonly observations: readonly [base: number, next: number];
  readonly history: number;
  readonly blockIntervals: number;
  /** What the job is judged by first; absent where a run lacks it. */
  readonly timed?: Timed;
}

const observationsOf = (basis: Basis, side: Observations['sides'][number]): number =>
  basis === 'repeats' || basis === 'intervals'
    ? side.reduce((sum, { parts }) => sum + parts.length, 0)
    : side.length;

/** The figure that tells whether the host drifts. */
function timedOf({ sides, history }: Observations): Pick<UndecidedJob, 'timed'> {
  const [base, next, others] = [...sides, history].map((runs) => runFigures(runs, PRIMARY_METRIC));
  return base && next ? { timed: [base, next, others ?? []] } : {};
}

function changesOf(
  base: Series,
  next: Series,
  history: Series | undefined,
  asked: readonly Metric[] | undefined,
  confidence: number,
  reader: HistogramReader,
): UndecidedJob {
  const observations = observe([base, next], reader, { history });
  const { basis, blockIntervals, sides } = observations;
  const wholes = sides.flat().map(({ whole }) => whole);
  const metrics = asked ?? comparedMetrics(wholes);
  const { job, role, place, direction } = base;
  return {
    job,
    role,
    ...(place === undefined ? {} : { place }),
    direction,
    basis,
    runs: [base.runs.length, next.runs.length],
    observations: [observationsOf(basis, sides[0]), observationsOf(basis, sides[1])],
    history: observations.history.length,
    blockIntervals,
    follows: followersOf(wholes, metrics),
    changes: metrics.map((metric): Change => changeOf(observations, metric, confidence)),
    ...timedOf(observations),
  };
}

/** Where one side has the job but nothing of this operation, all its time went without any. */
function counterpart(key: string, own: Series, other: Side): Series | undefined {
  return other.series.get(key) ?? idleSeries(other.runs, own);
}

/** Every job that both sides have, in the order of the base. Throws ReportError where a histogram cannot be read. */
export function undecidedJobs(
  base: Side,
  next: Side,
  history: ReadonlyMap<string, Series>,
  metrics: readonly Metric[] | undefined,
  confidence: number,
  reader: HistogramReader,
): UndecidedJob[] {
  const only = [...next.series].filter(([key]) => !base.series.has(key));
  return [
    ...[...base.series].flatMap(([key, own]) => {
      const other = counterpart(key, own, next);
      return other ? [changesOf(own, other, history.get(key), metrics, confidence, reader)] : [];
    }),
    ...only.flatMap(([key, own]) => {
      const other = counterpart(key, own, base);
      return other ? [changesOf(other, own, history.get(key), metrics, confidence, reader)] : [];
    }),
  ];
}

/** Series that one side has and the other does not. */
export function unmatchedIn(from: Side, other: Side): SeriesKey[] {
  return [...from.series]
    .filter(([key, own]) => counterpart(key, own, other) === undefined)
    .map(([, { runs: _runs, ...key }]) => key);
}

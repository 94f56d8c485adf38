/** Two groups of results set against each other, job by job and metric by metric. */
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { benjaminiHochberg } from '../statistics/correction.js';
import { lowestOf } from '../statistics/extremes.js';
import { smallestP } from '../statistics/rank-test.js';
import { type Difference, differencesOf } from './comparability.js';
import type { Metric } from './metrics.js';
import { type Basis, observe } from './observations.js';
import { comparedMetrics } from './samples.js';
import { collectSeries, type NamedResult, type Series, type SeriesKey } from './series.js';
import { type Certainty, type Change, changeOf, type JudgedChange, judge, type Verdict } from './verdict.js';

export const DEFAULT_CONFIDENCE = 0.95;
export const DEFAULT_MARGIN = 0.03;
export const DEFAULT_SEED = 1;

export interface ComparedJob extends SeriesKey {
  readonly basis: Basis;
  /** Observations on each side. */
  readonly observations: readonly [base: number, next: number];
  /** Intervals that make one observation where the basis is intervals. */
  readonly blockIntervals: number;
  readonly metrics: readonly JudgedChange[];
}

export interface Comparison {
  readonly base: readonly string[];
  readonly next: readonly string[];
  readonly confidence: number;
  readonly margin: number;
  readonly seed: number;
  readonly correction: 'benjamini-hochberg';
  readonly differences: readonly Difference[];
  readonly jobs: readonly ComparedJob[];
  /** Jobs that one side lacks. */
  readonly unmatched: readonly (SeriesKey & { readonly side: 'base' | 'new' })[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** What limits what can be said, a sentence each. */
  readonly notes: readonly string[];
}

export interface CompareOptions extends Partial<Certainty> {
  readonly metrics?: readonly Metric[];
}

interface Undecided extends Omit<ComparedJob, 'metrics'> {
  readonly changes: readonly Change[];
}

function changesOf(
  base: Series,
  next: Series,
  asked: readonly Metric[] | undefined,
  certainty: Certainty,
  reader: HistogramReader,
): Undecided {
  const [a, b] = observe([base, next], reader);
  const metrics = asked ?? comparedMetrics([...a.samples, ...b.samples]);
  const { job, role, direction } = base;
  return {
    job,
    role,
    direction,
    basis: a.basis,
    observations: [a.samples.length, b.samples.length],
    blockIntervals: a.blockIntervals,
    changes: metrics.map((metric) => changeOf(a, b, metric, certainty)),
  };
}

/** Judges every change, the p-values of the whole comparison corrected together. */
function judgeAll(undecided: readonly Undecided[], certainty: Certainty): ComparedJob[] {
  const tested = undecided.flatMap(({ changes }) => changes.filter(({ p }) => p !== undefined));
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p as number));
  const of = new Map(tested.map((change, i) => [change, adjusted[i]]));
  return undecided.map(({ changes, ...job }) => ({
    ...job,
    metrics: changes.map((change) => judge(change, of.get(change), job.basis, certainty)),
  }));
}

/** The fewest observations a side with which a job that alone got worse in all its metrics would be seen. */
function neededObservations(jobs: number, alpha: number): number {
  let needed = 1;
  while (smallestP(needed, needed) * jobs > alpha) needed++;
  return needed;
}

function notesOf(jobs: readonly ComparedJob[], { confidence }: Certainty): string[] {
  const notes: string[] = [];
  const byBasis = (basis: Basis): number => jobs.filter((job) => job.basis === basis).length;
  if (byBasis('intervals') > 0)
    notes.push(
      'the certainty rests on intervals within few runs, which do not show how runs differ from each other; repeat: 5 or more does',
    );
  if (byBasis('single') > 0)
    notes.push('one run without intervals shows no variation, so nothing is certain; use repeat: 5 or more');
  if (byBasis('repeats') > 0)
    notes.push(
      'the repeats are of few runs of nvbench, which do not show how such runs differ (placement, load); ' +
        'several results a side in turns do: --base a1.json --base a2.json ... --new b1.json ...',
    );
  const repeated = jobs.filter(({ basis }) => basis === 'repeats' || basis === 'runs');
  const fewest = lowestOf(repeated.map(({ observations }) => Math.min(...observations)));
  const needed = neededObservations(jobs.length, 1 - confidence);
  if (repeated.length > 0 && fewest < needed)
    notes.push(
      `${fewest} observations are too few for ${jobs.length} jobs at ${confidence * 100} %: a job that alone got worse is seen from ${needed} on`,
    );
  return notes;
}

function unmatchedOf(from: Map<string, Series>, other: Map<string, Series>, side: 'base' | 'new') {
  return [...from]
    .filter(([key]) => !other.has(key))
    .map(([, { job, role, direction }]) => ({ job, role, direction, side }));
}

/**
 * Compares two groups of at least one result each; all of a group are repeats of the same thing. Jobs are paired by
 * name, direction and the device's place in its document. The caller decides what to make of `differences`.
 * Throws ReportError where a histogram cannot be read.
 */
export function compareResults(
  base: readonly NamedResult[],
  next: readonly NamedResult[],
  options: CompareOptions = {},
): Comparison {
  const certainty = {
    confidence: options.confidence ?? DEFAULT_CONFIDENCE,
    margin: options.margin ?? DEFAULT_MARGIN,
    seed: options.seed ?? DEFAULT_SEED,
  };
  const [a, b] = [collectSeries(base), collectSeries(next)];
  const undecided = readingHistograms([...base, ...next], (reader) =>
    [...a].flatMap(([key, series]) => {
      const other = b.get(key);
      return other ? [changesOf(series, other, options.metrics, certainty, reader)] : [];
    }),
  );
  const jobs = judgeAll(undecided, certainty);
  const verdicts = jobs.flatMap(({ metrics }) => metrics.map(({ verdict }) => verdict));
  const count = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length;
  return {
    base: base.map(({ name }) => name),
    next: next.map(({ name }) => name),
    ...certainty,
    correction: 'benjamini-hochberg',
    differences: groupDifferences(base, next),
    jobs,
    unmatched: [...unmatchedOf(a, b, 'base'), ...unmatchedOf(b, a, 'new')],
    counts: {
      better: count('better'),
      worse: count('worse'),
      same: count('same'),
      inconclusive: count('inconclusive'),
    },
    notes: notesOf(jobs, certainty),
  };
}

/** Each document against the first of the base, which stands for its group. */
function groupDifferences(base: readonly NamedResult[], next: readonly NamedResult[]): Difference[] {
  const [first, ...rest] = base;
  return [...rest, ...next].flatMap((other) => differencesOf(first, other));
}

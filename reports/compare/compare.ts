/** Two groups of results set against each other, and judged. */

import { readingHistograms } from '../document/histograms.js';
import { deviceNotices } from '../document/notices.js';
import { driveTexts } from '../render/drives.js';
import { type Difference, differencesOf } from './comparability.js';
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN } from './default-certainty.js';
import { judgeTogether } from './families.js';
import { type History, historyOf } from './history.js';
import { type JobMap, mapNotes, mapped } from './job-map.js';
import type { Metric } from './metrics.js';
import { notesOf } from './notes.js';
import type { Basis } from './observations.js';
import { distinctRuns, type NamedResult } from './runs.js';
import type { SeriesKey } from './series.js';
import { type Side, sideOf, type UndecidedJob, undecidedJobs, unmatchedIn } from './undecided.js';
import type { Certainty, JudgedChange, Verdict } from './verdict.js';

export interface ComparedJob extends SeriesKey {
  readonly basis: Basis;
  /** Runs of the program on each side. */
  readonly runs: readonly [base: number, next: number];
  /** Runs, repeats or blocks on each side, by the basis. */
  readonly observations: readonly [base: number, next: number];
  /** Runs of the history, which tell how runs differ. */
  readonly history: number;
  /** Intervals that make one observation where the basis is intervals. */
  readonly blockIntervals: number;
  readonly metrics: readonly JudgedChange[];
}

export interface Comparison {
  readonly base: readonly string[];
  readonly next: readonly string[];
  /** What is to be read before any figure, of the devices of both sides. */
  readonly notices: readonly string[];
  /** Of both sides, each once, a line for each. */
  readonly drives: readonly string[];
  readonly confidence: number;
  readonly margin: number;
  readonly correction: 'benjamini-bogomolov';
  readonly differences: readonly Difference[];
  readonly jobs: readonly ComparedJob[];
  /** Jobs that one side lacks. */
  readonly unmatched: readonly (SeriesKey & { readonly side: 'base' | 'new' })[];
  /** Of all metrics but those that follow another one. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /** What limits what can be said, a sentence each. */
  readonly notes: readonly string[];
}

export interface CompareOptions extends Partial<Certainty> {
  readonly metrics?: readonly Metric[];
  /** Stored results of the same device, host and workload: how these differ is how runs differ. */
  readonly history?: readonly NamedResult[];
  /** Jobs of other names on the new side than in the base. */
  readonly map?: JobMap;
}

export function certaintyOf({ confidence, margin }: CompareOptions): Certainty {
  return { confidence: confidence ?? DEFAULT_CONFIDENCE, margin: margin ?? DEFAULT_MARGIN };
}

/** How often each verdict was given, but for metrics that follow another one. */
export function countVerdicts(judged: readonly JudgedChange[]): Record<Verdict, number> {
  const counts = { better: 0, worse: 0, same: 0, inconclusive: 0 };
  for (const { verdict, follows } of judged) if (follows === undefined) counts[verdict]++;
  return counts;
}

/** What two sides have to do with each other, with the verdicts on each of their jobs. */
export function comparisonOf(
  base: Side,
  next: Side,
  jobs: readonly (UndecidedJob & { readonly metrics: readonly JudgedChange[] })[],
  history: History,
  certainty: Certainty,
  map?: JobMap,
): Comparison {
  const unmatched = (['base', 'new'] as const).flatMap((side) => {
    const [from, other] = side === 'base' ? [base, next] : [next, base];
    return unmatchedIn(from, other).map((key) => ({ ...key, side }));
  });
  const noted = {
    runs: [...base.runs, ...next.runs],
    sides: [base.runs.length, next.runs.length] as const,
    repeated: base.repeatedRuns + next.repeatedRuns,
    shared: next.runs.length - distinctRuns(next.documents, base.documents).length,
    leftOut: history.leftOut,
  };
  return {
    base: base.documents.map(({ name }) => name),
    next: next.documents.map(({ name }) => name),
    notices: deviceNotices([...base.documents, ...next.documents].flatMap(({ result }) => result.devices)),
    drives: driveTexts([...base.documents, ...next.documents].map(({ result }) => result)),
    ...certainty,
    correction: 'benjamini-bogomolov',
    differences: groupDifferences(base.documents, next.documents),
    jobs: jobs.map(({ changes: _changes, follows: _follows, timed: _timed, ...job }) => job),
    unmatched,
    counts: countVerdicts(jobs.flatMap(({ metrics }) => metrics)),
    notes: [...mapNotes(map), ...notesOf(jobs, noted, certainty.confidence)],
  };
}

/**
 * Compares two groups of at least one result each; all of a group are runs of the same thing. Jobs are paired by
 * name, or by the map, operation and the device's place in its document. The caller decides what to make of
 * `differences`. Throws ReportError where a histogram cannot be read, or NOT_PAIRED where the map names no jobs.
 */
export function compareResults(
  base: readonly NamedResult[],
  given: readonly NamedResult[],
  options: CompareOptions = {},
): Comparison {
  const certainty = certaintyOf(options);
  const next = mapped(base, given, options.map);
  const [a, b] = [sideOf(base), sideOf(next)];
  const stored = options.history ?? [];
  const history = historyOf(stored, [base, next]);
  const undecided = readingHistograms([...base, ...next, ...stored], (reader) =>
    undecidedJobs(a, b, history.series, options.metrics, certainty.confidence, reader),
  );
  const judged = judgeTogether(undecided, certainty);
  const jobs = undecided.map((job, i) => ({ ...job, metrics: judged[i] }));
  return comparisonOf(a, b, jobs, history, certainty, options.map);
}

/** Each document against the first of the base, which stands for its group. */
function groupDifferences(base: readonly NamedResult[], next: readonly NamedResult[]): Difference[] {
  const [first, ...rest] = base;
  return [...rest, ...next].flatMap((other) => differencesOf(first, other));
}

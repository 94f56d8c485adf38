/** More than two results: each against the first, and a ranking in which what cannot be told apart shares a place. */
import { readingHistograms } from '../document/histograms.js';
import { type CompareOptions, type Comparison, certaintyOf, comparisonOf } from './compare.js';
import { judgeTogether } from './families.js';
import { historyOf } from './history.js';
import { mapped } from './job-map.js';
import { higherIsBetter, type Metric, RANKED_METRICS } from './metrics.js';
import type { NamedResult } from './runs.js';
import { keyText, type SeriesKey } from './series.js';
import { sideOf, type UndecidedJob, undecidedJobs } from './undecided.js';
import type { JudgedChange } from './verdict.js';

export interface RankedResult {
  readonly name: string;
  /** From 1; shared with those that differ neither for better nor for worse from the best of the place. */
  readonly place: number;
  readonly value: number;
}

export interface Ranking extends SeriesKey {
  readonly metric: Metric;
  readonly results: readonly RankedResult[];
}

export interface Matrix {
  readonly names: readonly string[];
  /** Each of the others against the first, in order. */
  readonly comparisons: readonly Comparison[];
  readonly rankings: readonly Ranking[];
}

type JudgedJob = UndecidedJob & { readonly metrics: readonly JudgedChange[] };

/** The jobs of the i-th result, as base, against those of the j-th, i < j. */
type Pair = (i: number, j: number) => readonly JudgedJob[];

function cellOf(jobs: readonly JudgedJob[], key: string, metric: Metric): JudgedChange | undefined {
  const job = jobs.find((each) => keyText(each) === key);
  return job?.metrics.find((change) => change.metric === metric);
}

function rank(names: readonly string[], pair: Pair, job: SeriesKey, metric: Metric): Ranking {
  const key = keyText(job);
  const values = names.map((_, i) =>
    i === 0 ? cellOf(pair(0, 1), key, metric)?.base : cellOf(pair(0, i), key, metric)?.next,
  );
  const sign = higherIsBetter(metric) ? -1 : 1;
  const order = names
    .map((_, i) => i)
    .filter((i) => values[i] !== undefined)
    .sort((a, b) => sign * ((values[a] as number) - (values[b] as number)));
  const results: RankedResult[] = [];
  let best = order[0];
  let place = 1;
  for (const [position, i] of order.entries()) {
    const verdict =
      i === best ? 'same' : cellOf(pair(Math.min(best, i), Math.max(best, i)), key, metric)?.verdict;
    if (verdict === 'better' || verdict === 'worse') {
      best = i;
      place = position + 1;
    }
    results.push({ name: names[i], place, value: values[i] as number });
  }
  const { job: name, role, place: at, direction } = job;
  return { job: name, role, ...(at === undefined ? {} : { place: at }), direction, metric, results };
}

/** Every pair once: [0, 1], [0, 2], [1, 2] ... */
function allPairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: count - i - 1 }, (_, k): [number, number] => [i, i + 1 + k]),
  );
}

/**
 * Sets at least three results against each other, each a side of its own; the first is the base. All pairs are judged
 * together, since a ranking looks at all of them. Throws ReportError as `compareResults`.
 */
export function compareMany(given: readonly NamedResult[], options: CompareOptions = {}): Matrix {
  const certainty = certaintyOf(options);
  const [first, ...others] = given;
  const documents = [first, ...mapped([first], others, options.map)];
  const sides = documents.map((document) => sideOf([document]));
  const stored = options.history ?? [];
  const history = historyOf(
    stored,
    documents.map((document) => [document]),
  );
  const pairs = allPairs(sides.length);
  const ranked = RANKED_METRICS.filter(
    (metric) => options.metrics === undefined || options.metrics.includes(metric),
  );
  const undecided = readingHistograms([...documents, ...stored], (reader) =>
    pairs.map(([i, j]) => {
      // Between the others only what is ranked is needed.
      const metrics = i === 0 ? options.metrics : ranked;
      return undecidedJobs(sides[i], sides[j], history.series, metrics, certainty.confidence, reader);
    }),
  );
  const judged = judgeTogether(undecided.flat(), certainty);
  const all = undecided.flat().map((job, k): JudgedJob => ({ ...job, metrics: judged[k] }));
  const byPair = new Map<string, readonly JudgedJob[]>();
  let at = 0;
  for (const [k, [i, j]] of pairs.entries()) {
    byPair.set(`${i},${j}`, all.slice(at, at + undecided[k].length));
    at += undecided[k].length;
  }
  const pair: Pair = (i, j) => byPair.get(`${i},${j}`) ?? [];
  const comparisons = sides
    .slice(1)
    .map((side, k) => comparisonOf(sides[0], side, pair(0, k + 1), history, certainty, options.map));
  const names = documents.map(({ name }) => name);
  const shared = comparisons[0].jobs.filter((job) =>
    comparisons.every((each) => each.jobs.some((other) => keyText(other) === keyText(job))),
  );
  const rankings = shared.flatMap((job) => ranked.map((metric) => rank(names, pair, job, metric)));
  return { names, comparisons, rankings };
}

/** More than two results: each against the first, and a ranking in which what cannot be told apart shares a place. */
import { type CompareOptions, type Comparison, compareResults } from './compare.js';
import { higherIsBetter, type Metric, RANKED_METRICS } from './metrics.js';
import { keyText, type NamedResult, type SeriesKey } from './series.js';

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

/** The comparison of the i-th result, as base, with the j-th, i < j. */
type Pair = (i: number, j: number) => Comparison;

interface Cell {
  readonly base?: number;
  readonly next?: number;
  readonly verdict: string;
}

function cellOf(comparison: Comparison, key: string, metric: Metric): Cell | undefined {
  const job = comparison.jobs.find((each) => keyText(each) === key);
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
  return { job: job.job, role: job.role, direction: job.direction, metric, results };
}

/** Sets at least three results against each other, each a side of its own; the first is the base. */
export function compareMany(documents: readonly NamedResult[], options: CompareOptions = {}): Matrix {
  const metrics = options.metrics;
  const comparisons = documents.slice(1).map((next) => compareResults([documents[0]], [next], options));
  const made = new Map<string, Comparison>();
  const pair: Pair = (i, j) => {
    if (i === 0) return comparisons[j - 1];
    // Between the others only what is ranked is needed.
    const known =
      made.get(`${i},${j}`) ??
      compareResults([documents[i]], [documents[j]], { ...options, metrics: RANKED_METRICS });
    made.set(`${i},${j}`, known);
    return known;
  };
  const names = documents.map(({ name }) => name);
  const jobs = comparisons[0].jobs.filter((job) =>
    comparisons.every((each) => each.jobs.some((other) => keyText(other) === keyText(job))),
  );
  const ranked = RANKED_METRICS.filter((metric) => metrics === undefined || metrics.includes(metric));
  const rankings = jobs.flatMap((job) => ranked.map((metric) => rank(names, pair, job, metric)));
  return { names, comparisons, rankings };
}

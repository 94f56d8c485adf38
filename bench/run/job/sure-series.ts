/** How well a metric is known at any time of a job, in bounded memory: stretches of its measured time, joined as there are too many. */
import { knownRatio } from '../../../reports/statistics/batch-means.js';
import { studentQuantile } from '../../../reports/statistics/distributions.js';
import {
  mergeSparse,
  type SparseCounts,
  sparsePercentileNs,
} from '../../../reports/statistics/sparse-counts.js';

/** A stretch of the measured time. */
export interface Stretch {
  /** What the metric is a sum of, and by what that is divided: of a percentile its I/Os, twice. */
  readonly of: number;
  readonly per: number;
  /** Of a percentile: its latencies. */
  readonly latencies?: SparseCounts;
}

export interface Known {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Stretches that know nothing of each other. */
  readonly effective: number;
}

/** Neighbours are joined two by two beyond so many. */
const MOST_STRETCHES = 256;
/** Fewer I/Os beyond a percentile say nothing of it. */
const LEAST_BEYOND = 30;

const joined = (a: Stretch, b: Stretch): Stretch => ({
  of: a.of + b.of,
  per: a.per + b.per,
  ...(a.latencies && b.latencies ? { latencies: mergeSparse([a.latencies, b.latencies]) } : {}),
});

/** I/Os that took longer. */
function beyond({ latencyNs, upTo, totalCount }: SparseCounts, boundNs: number): number {
  const first = latencyNs.findIndex((latency) => latency > boundNs);
  if (first < 0) return 0;
  return totalCount - (first === 0 ? 0 : upTo[first - 1]);
}

export class SureSeries {
  readonly #percentile: number | undefined;
  #stretches: Stretch[] = [];
  /** Stretches as they come that one of these is made of. */
  #each = 1;
  #open: Stretch[] = [];

  /** `percentile`: of latencies; undefined: the sum of `of` by that of `per`. */
  constructor(percentile?: number) {
    this.#percentile = percentile;
  }

  /** The next, about as long as those before. */
  add(stretch: Stretch): void {
    this.#open.push(stretch);
    if (this.#open.length < this.#each) return;
    this.#stretches.push(this.#open.reduce(joined));
    this.#open = [];
    if (this.#stretches.length < MOST_STRETCHES) return;
    this.#stretches = this.#stretches.flatMap((each, i, all) =>
      i % 2 === 1 ? [joined(all[i - 1], each)] : [],
    );
    this.#each *= 2;
  }

  /** What is known by now; undefined where that is too little to say how well. `alpha`: the chance to be wrong. */
  known(alpha: number): Known | undefined {
    return this.#percentile === undefined
      ? this.#knownRatio(alpha)
      : this.#knownPercentile(this.#percentile, alpha);
  }

  #knownRatio(alpha: number): Known | undefined {
    const found = knownRatio(this.#stretches);
    if (found === undefined) return undefined;
    const { ratio, standardError, degrees, effective } = found;
    const half = studentQuantile(1 - alpha / 2, degrees) * standardError;
    return { estimate: ratio, low: ratio - half, high: ratio + half, effective };
  }

  /** The share of I/Os beyond the percentile is a ratio; where it may lie, the percentiles at its bounds may. */
  #knownPercentile(percentile: number, alpha: number): Known | undefined {
    const parts = this.#stretches.flatMap(({ latencies }) => latencies ?? []);
    const all = mergeSparse(parts);
    const estimate = sparsePercentileNs(all, percentile);
    if (estimate === undefined || (1 - percentile / 100) * all.totalCount < LEAST_BEYOND) return undefined;
    const found = knownRatio(parts.map((each) => ({ of: beyond(each, estimate), per: each.totalCount })));
    if (found === undefined) return undefined;
    const half = 100 * studentQuantile(1 - alpha / 2, found.degrees) * found.standardError;
    const at = (level: number): number => sparsePercentileNs(all, level) ?? estimate;
    return {
      estimate,
      low: percentile - half <= 0 ? 0 : at(percentile - half),
      // Beyond all that was seen nobody knows.
      high: percentile + half >= 100 ? Number.POSITIVE_INFINITY : at(percentile + half),
      effective: found.effective,
    };
  }
}

/** How far an interval reaches from its estimate, as a share of that; infinite where that is 0. */
export function reachOf({ estimate, low, high }: Known): number {
  return estimate > 0 ? Math.max(high - estimate, estimate - low) / estimate : Number.POSITIVE_INFINITY;
}

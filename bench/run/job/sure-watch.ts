/** Watches a job that is to end once a metric is known well enough, while it runs. */
import type { IntervalCounts } from '../../../engine/load/index.js';
import { countsOf, countsOfAll, emptyCounts, OPERATIONS } from '../../../engine/stats/operations.js';
import { mergeCounts } from '../../../engine/stats/percentiles.js';
import { type Metric, percentileOf } from '../../../reports/compare/metrics.js';
import { movedBytes, type SureRecord } from '../../../reports/document/index.js';
import { sparseCounts } from '../../../reports/statistics/sparse-counts.js';
import { steadyMetric } from '../../config/steady-state.js';
import { SHORTEST_SURE_MS, type UntilSure } from '../../config/until-sure.js';
import { type ByteUnit, movedByAll, movedOf } from './moved-bytes.js';
import { type Known, reachOf, type Stretch, SureSeries } from './sure-series.js';

/** A stretch that is looked at by itself, as long as a tick of the run; one that ends so little before its end has ended. */
const STRETCH_NS = 200e6;
const EARLY_NS = 20e6;
/** From one look to the next, and how many there are: the first comes after an eleventh of the budget. What is rare is seen by then. */
const LATER = 1.5;
const MOST_LOOKS = 7;

/**
 * When it is looked at, in ns of the measured time: at the end of the budget, and before that each look one and a half times as late
 * as the one before. The chance to be wrong is shared evenly: however often it was looked at before it ended, all looks together
 * keep the confidence (Bonferroni).
 */
export function looksUntil(budgetMs: number): number[] {
  const looks: number[] = [];
  for (let ms = budgetMs; looks.length === 0 || ms >= SHORTEST_SURE_MS; ms /= LATER) looks.unshift(ms * 1e6);
  return looks.slice(-MOST_LOOKS);
}

/** What the metric is made of in a stretch. */
function stretchOf(
  { metric, operation }: UntilSure,
  unit: ByteUnit,
  counted: IntervalCounts,
  elapsedNs: number,
): Stretch {
  const name = OPERATIONS.find((each) => each === operation);
  const counts = name === undefined ? countsOfAll(counted) : countsOf(counted, name);
  const latencies = sparseCounts(counts);
  const { totalCount: ios, meanNs } = latencies;
  const per = elapsedNs / 1e9;
  if (metric === 'iops') return { of: ios, per };
  if (metric === 'mean') return { of: ios * meanNs, per: ios };
  if (metric !== 'bandwidth') return { of: ios, per: ios, latencies };
  return {
    of: name === undefined ? movedByAll(unit, counted) : movedBytes(ios, movedOf(unit, counted, name)),
    per,
  };
}

export class SureWatch {
  readonly #asked: UntilSure;
  readonly #unit: ByteUnit;
  readonly #looks: readonly number[];
  readonly #series: SureSeries;
  #counts = emptyCounts();
  #startNs = 0;
  #made = 0;
  #reached: Known | undefined;

  /** `budgetMs`: the runtime of the job. */
  constructor(asked: UntilSure, unit: ByteUnit, budgetMs: number) {
    this.#asked = asked;
    this.#unit = unit;
    this.#looks = looksUntil(budgetMs);
    this.#series = new SureSeries(percentileOf(asked.metric as Metric));
  }

  /** It is known well enough. */
  get done(): boolean {
    return this.#reached !== undefined;
  }

  /** Adds what was counted since the last call, until `endNs` of the measured time. */
  add(counts: IntervalCounts, endNs: number): void {
    if (this.done) return;
    mergeCounts(this.#counts, counts);
    if (endNs < this.#startNs + STRETCH_NS - EARLY_NS) return;
    this.#series.add(stretchOf(this.#asked, this.#unit, this.#counts, endNs - this.#startNs));
    this.#counts.fill(0);
    this.#startNs = endNs;
    // The last is made when the job has ended.
    if (this.#made >= this.#looks.length - 1 || endNs < this.#looks[this.#made]) return;
    const known = this.#look();
    // A busy machine may have missed some, which are not made up for.
    this.#made = this.#looks.findIndex((at) => at > endNs);
    if (known !== undefined && reachOf(known) <= this.#asked.precisionPercent / 100) this.#reached = known;
  }

  #look(): Known | undefined {
    return this.#series.known((1 - this.#asked.confidencePercent / 100) / this.#looks.length);
  }

  /** What was found so far, or in the end. */
  record(): SureRecord {
    const { precisionPercent, confidencePercent } = this.#asked;
    const known = this.#reached ?? this.#look();
    const reach = known === undefined ? Number.POSITIVE_INFINITY : reachOf(known);
    const isKnown = known !== undefined && Number.isFinite(reach);
    return {
      of: steadyMetric(this.#asked),
      precisionPercent,
      confidencePercent,
      looks: Math.min(this.#looks.length, this.#made + (this.done ? 0 : 1)),
      mostLooks: this.#looks.length,
      reached: isKnown && reach <= precisionPercent / 100,
      ...(isKnown
        ? {
            estimate: known.estimate,
            low: Math.max(0, known.low),
            high: known.high,
            achievedPercent: 100 * reach,
            effective: known.effective,
          }
        : {}),
    };
  }
}

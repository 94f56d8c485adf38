/** Watches a job that is to become steady, while it runs: rounds of its measured time, and whether the last ones are steady. */
import type { IntervalCounts } from '../../../engine/load/index.js';
import { countsOf, countsOfAll, emptyCounts, OPERATIONS } from '../../../engine/stats/operations.js';
import { mergeCounts, percentileNs, totalCountOf } from '../../../engine/stats/percentiles.js';
import { type Metric, operationFigure, percentileOf } from '../../../reports/compare/metrics.js';
import { buildOperation, type SteadyRecord } from '../../../reports/document/index.js';
import { type SteadyWindow, steadyWindow } from '../../../reports/statistics/steady-window.js';
import { type SteadyState, steadyMetric } from '../../config/steady-state.js';
import { type ByteUnit, movedByAll, movedOf } from './moved-bytes.js';

/** A taking so little before the end of a round ends it. */
const EARLY_NS = 20e6;

type Span = NonNullable<SteadyRecord['reached']>;

/** What values in a row come to, as a document can hold it though their average may be 0; and whether they keep the rule. */
export function judged(
  values: readonly number[],
  { rangePercent, slopePercent }: Pick<SteadyState, 'rangePercent' | 'slopePercent'>,
): { readonly holds: boolean; readonly window: SteadyWindow } {
  const { average, range, slope } = steadyWindow(values);
  const finite = (share: number): number => (Number.isFinite(share) ? share : Number.MAX_SAFE_INTEGER);
  return {
    holds: range <= rangePercent / 100 && slope <= slopePercent / 100,
    window: { average, range: finite(range), slope: finite(slope) },
  };
}

/** The metric of what was counted in a round; 0 where it has none, since nothing completed. */
export function steadyValue(
  { operation, metric: asked }: Pick<SteadyState, 'metric' | 'operation'>,
  unit: ByteUnit,
  counted: IntervalCounts,
  elapsedNs: number,
): number {
  const metric = asked as Metric;
  const name = OPERATIONS.find((each) => each === operation);
  const counts = name === undefined ? countsOfAll(counted) : countsOf(counted, name);
  const moved = name === undefined ? { bytes: movedByAll(unit, counted) } : movedOf(unit, counted, name);
  const figures = buildOperation(counts, moved, elapsedNs, 0);
  const row = operationFigure(metric);
  if (row !== undefined) return row.value(figures) ?? 0;
  return figures.ios === 0 ? 0 : percentileNs(counts, percentileOf(metric) ?? 100, totalCountOf(counts));
}

export class SteadyWatch {
  readonly #asked: SteadyState;
  readonly #unit: ByteUnit;
  readonly #values: number[] = [];
  readonly #ends: number[] = [0];
  #counts = emptyCounts();
  #reached: Span | undefined;
  #left: Span | undefined;

  constructor(asked: SteadyState, unit: ByteUnit) {
    this.#asked = asked;
    this.#unit = unit;
  }

  /** It is steady, and is to end then. */
  get done(): boolean {
    return this.#asked.end && this.#reached !== undefined;
  }

  /** Adds what was counted since the last call, until `endNs` of the measured time. */
  add(counts: IntervalCounts, endNs: number): void {
    mergeCounts(this.#counts, counts);
    const [startNs = 0] = this.#ends.slice(-1);
    const { roundMs } = this.#asked;
    if (endNs < (Math.round(startNs / 1e6 / roundMs) + 1) * roundMs * 1e6 - EARLY_NS) return;
    this.#values.push(steadyValue(this.#asked, this.#unit, this.#counts, endNs - startNs));
    this.#ends.push(endNs);
    this.#counts.fill(0);
    this.#judge();
  }

  #judge(): void {
    const { rounds, roundMs, afterMs = 0 } = this.#asked;
    if (this.#values.length < Math.ceil(afterMs / roundMs) + rounds) return;
    const { holds, window } = judged(this.#values.slice(-rounds), this.#asked);
    if (holds) this.#reached ??= this.#span(window);
    else if (this.#reached !== undefined) this.#left ??= this.#span(window);
  }

  #span(window: SteadyWindow): Span {
    const [fromNs, toNs] = [this.#ends.at(-1 - this.#asked.rounds) ?? 0, this.#ends.at(-1) ?? 0];
    return { fromNs, toNs, ...window };
  }

  /** What was found so far. */
  record(): SteadyRecord {
    const { rounds, roundMs, rangePercent, slopePercent } = this.#asked;
    return {
      of: steadyMetric(this.#asked),
      rounds,
      roundMs,
      rangePercent,
      slopePercent,
      values: [...this.#values],
      ...(this.#reached === undefined ? {} : { reached: this.#reached }),
      ...(this.#left === undefined ? {} : { left: this.#left }),
    };
  }
}

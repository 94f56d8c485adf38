/** What to call a change. */
import type { Change } from './change.js';
import { higherIsBetter, isCounted, type Metric } from './metrics.js';
import type { Basis } from './observations.js';
import { assumptionText, takenText } from './spread.js';

export type Verdict = 'better' | 'worse' | 'same' | 'inconclusive';

export interface Certainty {
  /** For example 0.95. */
  readonly confidence: number;
  /** Changes up to this share of the base matter to nobody, for example 0.03. */
  readonly margin: number;
}

export interface JudgedChange extends Change {
  readonly pAdjusted?: number;
  readonly verdict: Verdict;
  /** Why it is inconclusive, or what the verdict takes for granted. */
  readonly reason?: string;
  /** It is that metric times a constant: no finding of its own. */
  readonly follows?: Metric;
}

/** The change as a share of the base, positive where it is for the worse. */
export function lossOf(metric: Metric, ratio: number): number {
  return higherIsBetter(metric) ? 1 - ratio : ratio - 1;
}

function judgeCount(change: Change, pAdjusted: number | undefined, alpha: number): JudgedChange {
  const adjusted = pAdjusted === undefined ? {} : { pAdjusted };
  if (change.problem !== undefined && change.test === undefined)
    return { ...change, verdict: 'inconclusive', reason: change.problem };
  const { base = 0, next = 0 } = change;
  if (base + next === 0) return { ...change, verdict: 'same' };
  if ((pAdjusted ?? 1) > alpha)
    return {
      ...change,
      ...adjusted,
      verdict: 'inconclusive',
      reason:
        change.test === 'binomial'
          ? `${change.metric} are too few to tell`
          : `too few of the runs have ${change.metric} to tell`,
    };
  if (change.problem !== undefined)
    return { ...change, ...adjusted, verdict: 'inconclusive', reason: change.problem };
  return { ...change, ...adjusted, verdict: (change.ratio ?? Infinity) > 1 ? 'worse' : 'better' };
}

function judgeIdle(change: Change): JudgedChange {
  const isNew = change.idle === 'new';
  const reason = `nothing completed in the ${isNew ? 'new' : 'base'} result`;
  return { ...change, verdict: isNew ? 'worse' : 'better', reason };
}

/**
 * What to call a change, its p-value corrected. `better` and `worse`: the corrected test and the interval both
 * exclude no change, and the estimate is beyond the margin; between intervals of few repeats, which cannot show how
 * those differ, the whole interval must be. `same`: the whole interval lies within the margin. Else `inconclusive`.
 */
export function judge(
  change: Change,
  pAdjusted: number | undefined,
  basis: Basis,
  { confidence, margin }: Certainty,
): JudgedChange {
  const alpha = 1 - confidence;
  if (isCounted(change.metric)) return judgeCount(change, pAdjusted, alpha);
  if (change.idle !== undefined) return judgeIdle(change);
  const adjusted = pAdjusted === undefined ? change : { ...change, pAdjusted };
  const { metric, ratio, problem } = change;
  const interval = change.interval ?? change.assumedInterval;
  if (problem !== undefined || ratio === undefined || interval === undefined)
    return { ...adjusted, verdict: 'inconclusive', reason: problem };
  const losses = interval.map((end) => lossOf(metric, end)).sort((a, b) => a - b);
  const loss = lossOf(metric, ratio);
  const bar = basis === 'intervals' ? margin : 0;
  const certain = (pAdjusted ?? 1) <= alpha;
  const taken = takenText(change, basis);
  const given = taken === undefined ? {} : { reason: taken };
  if (certain && loss > margin && losses[0] > bar) return { ...adjusted, verdict: 'worse', ...given };
  if (certain && loss < -margin && losses[1] < -bar) return { ...adjusted, verdict: 'better', ...given };
  if (losses[0] >= -margin && losses[1] <= margin) return { ...adjusted, verdict: 'same', ...given };
  return { ...adjusted, verdict: 'inconclusive', reason: reasonOf(change, certain, basis, alpha) };
}

function reasonOf({ p = 1, assumed }: Change, certain: boolean, basis: Basis, alpha: number): string {
  if (certain) return 'it changed, perhaps by no more than the margin';
  if (p <= alpha) return 'by itself it would be certain, among so many metrics it may be chance';
  return assumed === undefined
    ? 'the variation hides it'
    : `it is within what runs may differ: ${assumptionText(assumed, basis)}`;
}

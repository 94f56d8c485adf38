/** Pairs of results put to `nvbench compare`, and how often it was right. */
import { compareResults } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';

export interface Tally {
  readonly pairs: number;
  /** Pairs in which any metric was called worse. */
  readonly worse: number;
  readonly better: number;
  /** Pairs in which the mean latency was called worse. */
  readonly meanWorse: number;
}

export type MakePair = (index: number) => readonly [base: BenchResult, next: BenchResult];

export function tallyPairs(pairs: number, make: MakePair, confidence: number): Tally {
  let worse = 0;
  let better = 0;
  let meanWorse = 0;
  for (let i = 0; i < pairs; i++) {
    const [base, next] = make(i);
    const named = [
      { name: 'base', result: base },
      { name: 'new', result: next },
    ] as const;
    const { counts, jobs } = compareResults([named[0]], [named[1]], { confidence, seed: i + 1 });
    if (counts.worse > 0) worse++;
    if (counts.better > 0) better++;
    if (jobs.some(({ metrics }) => metrics.some((m) => m.metric === 'mean' && m.verdict === 'worse')))
      meanWorse++;
  }
  return { pairs, worse, better, meanWorse };
}

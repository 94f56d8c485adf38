/** Pairs of results put to `nvbench compare`, and how often it was right. */
import { compareResults, type NamedResult } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';

export interface Tally {
  readonly pairs: number;
  /** Pairs in which any metric was called worse. */
  readonly worse: number;
  readonly better: number;
  /** Pairs in which the mean latency was called worse. */
  readonly meanWorse: number;
}

/** Two sides of one or more results each. */
export type MakePair = () => readonly [base: readonly BenchResult[], next: readonly BenchResult[]];

const named = (side: string, results: readonly BenchResult[]): NamedResult[] =>
  results.map((result, i) => ({ name: `${side}-${i + 1}`, result }));

export function tallyPairs(pairs: number, make: MakePair, confidence: number): Tally {
  let worse = 0;
  let better = 0;
  let meanWorse = 0;
  for (let i = 0; i < pairs; i++) {
    const [base, next] = make();
    const options = { confidence, seed: i + 1 };
    const { counts, jobs } = compareResults(named('base', base), named('new', next), options);
    if (counts.worse > 0) worse++;
    if (counts.better > 0) better++;
    if (jobs.some(({ metrics }) => metrics.some((m) => m.metric === 'mean' && m.verdict === 'worse')))
      meanWorse++;
  }
  return { pairs, worse, better, meanWorse };
}

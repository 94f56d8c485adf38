/** Pairs of results put to `nvbench compare`, and how often it was right. */
import { compareResults, type JudgedChange, type NamedResult } from '../../reports/compare/index.js';
import type { BenchResult } from '../../reports/index.js';

export interface Tally {
  readonly pairs: number;
  /** Pairs in which any metric was called worse. */
  readonly worse: number;
  readonly better: number;
  /** By metric, pairs in which it was called worse; those that never were are left out. */
  readonly worseBy: ReadonlyMap<string, number>;
}

/** Counts the metrics of one comparison that got worse. */
export function countWorse(
  worseBy: Map<string, number>,
  jobs: readonly { readonly metrics: readonly JudgedChange[] }[],
): void {
  const worse = new Set(
    jobs.flatMap(({ metrics }) =>
      metrics.filter(({ verdict }) => verdict === 'worse').map(({ metric }) => metric),
    ),
  );
  for (const metric of worse) worseBy.set(metric, (worseBy.get(metric) ?? 0) + 1);
}

/** Two sides of one or more results each. */
export type MakePair = () => readonly [base: readonly BenchResult[], next: readonly BenchResult[]];

const named = (side: string, results: readonly BenchResult[]): NamedResult[] =>
  results.map((result, i) => ({ name: `${side}-${i + 1}`, result }));

export function tallyPairs(pairs: number, make: MakePair, confidence: number): Tally {
  let worse = 0;
  let better = 0;
  const worseBy = new Map<string, number>();
  for (let i = 0; i < pairs; i++) {
    const [base, next] = make();
    const options = { confidence, seed: i + 1 };
    const { counts, jobs } = compareResults(named('base', base), named('new', next), options);
    if (counts.worse > 0) worse++;
    if (counts.better > 0) better++;
    countWorse(worseBy, jobs);
  }
  return { pairs, worse, better, worseBy };
}

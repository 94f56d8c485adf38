/** How often verdicts on pairs of results were right. */
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

/** What one comparison or experiment found. */
interface Judgement {
  readonly counts: { readonly worse: number; readonly better: number };
  readonly jobs: readonly { readonly metrics: readonly JudgedChange[] }[];
}

const worseMetrics = ({ jobs }: Judgement): Set<string> =>
  new Set(
    jobs.flatMap(({ metrics }) =>
      metrics.filter(({ verdict }) => verdict === 'worse').map(({ metric }) => metric),
    ),
  );

/** Counts what `judge` finds in so many pairs. */
export function tally(pairs: number, judge: () => Judgement): Tally {
  let worse = 0;
  let better = 0;
  const worseBy = new Map<string, number>();
  for (let pair = 0; pair < pairs; pair++) {
    const found = judge();
    if (found.counts.worse > 0) worse++;
    if (found.counts.better > 0) better++;
    for (const metric of worseMetrics(found)) worseBy.set(metric, (worseBy.get(metric) ?? 0) + 1);
  }
  return { pairs, worse, better, worseBy };
}

/** Two sides of one or more results each. */
export type MakePair = () => readonly [base: readonly BenchResult[], next: readonly BenchResult[]];

const named = (side: string, results: readonly BenchResult[]): NamedResult[] =>
  results.map((result, i) => ({ name: `${side}-${i + 1}`, result }));

/** How often `nvbench compare` calls anything of such pairs worse or better. */
export function tallyPairs(pairs: number, make: MakePair, confidence: number): Tally {
  return tally(pairs, () => {
    const [base, next] = make();
    return compareResults(named('base', base), named('new', next), { confidence });
  });
}

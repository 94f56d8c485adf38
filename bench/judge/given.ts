import type { NamedResult } from '../../reports/compare/series.js';
import type { BenchResult } from '../../reports/document/index.js';

/** A result, by itself or with the name that reports use for it. */
export type GivenResult = BenchResult | NamedResult;

/** The result with its own name, or this one. */
export function named(given: GivenResult, name: string): NamedResult {
  return 'result' in given ? given : { name, result: given };
}

import type { NamedResult } from '../../reports/compare/runs.js';
import type { BenchResult } from '../../reports/document/index.js';

/** A result, by itself or with the name that reports use for it. */
export type GivenResult = BenchResult | NamedResult;

/** The result with its own name, or this one. */
export function named(given: GivenResult, name: string): NamedResult {
  return 'result' in given ? given : { name, result: given };
}

/** All of them, those without a name of their own told apart by their place. */
export function allNamed(given: GivenResult | readonly GivenResult[], name: string): NamedResult[] {
  const all = [given].flat() as GivenResult[];
  return all.map((each, i) => named(each, all.length > 1 ? `${name} ${i + 1}` : name));
}

/** Results set against each other, as programs and `nvbench compare` do it. */
import { EngineError } from '../../engine/errors.js';
import { differenceText } from '../../reports/compare/comparability.js';
import { type CompareOptions, type Comparison, compareResults } from '../../reports/compare/compare.js';
import * as ranking from '../../reports/compare/ranking.js';
import type { NamedResult } from '../../reports/compare/runs.js';
import { asInput } from '../files/result-file.js';
import { allNamed, type GivenResult } from './given.js';

export interface ComparisonOptions extends CompareOptions {
  /** Compare although device, host or configuration differ. */
  readonly force?: boolean;
}

function badArguments(reason: string, hint: string): EngineError {
  const what = { code: 'BAD_ARGUMENTS', op: 'compare', target: 'results', kind: 'input' } as const;
  return new EngineError({ ...what, reason, hint });
}

/** Refuses results that differ in more than their figures, unless forced, or that have nothing in common. */
function requireComparable(comparisons: readonly Comparison[], force: boolean): void {
  const blocking = comparisons.flatMap(({ differences }) => differences.filter(({ blocks }) => blocks));
  if (blocking.length > 0 && !force)
    throw new EngineError({
      code: 'NOT_COMPARABLE',
      op: 'compare',
      target: [...new Set(blocking.flatMap(({ between }) => between))].join(', '),
      reason: `they differ in more than their figures: ${blocking.map(differenceText).join('; ')}`,
      hint: 'if that difference is what you want to measure, add --force',
      kind: 'input',
    });
  if (comparisons.every(({ jobs }) => jobs.length === 0))
    throw badArguments('the results have no job in common', 'compare runs of the same configuration');
}

function side(given: GivenResult | readonly GivenResult[], name: string): NamedResult[] {
  const all = allNamed(given, name);
  if (all.length === 0) throw badArguments(`there is no result of ${name}`, 'give one or more');
  return all;
}

const namesOf = (results: readonly NamedResult[]): string => results.map(({ name }) => name).join(', ');

/**
 * Says of every figure what is better or worse on the new side, and how certain that is; several results of a side are
 * runs of the same. Throws EngineError NOT_COMPARABLE and BAD_ARGUMENTS (input), HISTOGRAM_UNREADABLE.
 */
export function compare(
  base: GivenResult | readonly GivenResult[],
  next: GivenResult | readonly GivenResult[],
  options: ComparisonOptions = {},
): Comparison {
  const [a, b] = [side(base, 'base'), side(next, 'new')];
  const comparison = asInput('compare', namesOf([...a, ...b]), () => compareResults(a, b, options));
  requireComparable([comparison], options.force ?? false);
  return comparison;
}

/** Compares two or more results, each with the first, and ranks all of them. Throws as `compare`. */
export function compareMany(
  results: readonly GivenResult[],
  options: ComparisonOptions = {},
): ranking.Matrix {
  if (results.length < 2) throw badArguments('there are not two results', 'give two or more');
  const all = side(results, 'result');
  const matrix = asInput('compare', namesOf(all), () => ranking.compareMany(all, options));
  requireComparable(matrix.comparisons, options.force ?? false);
  return matrix;
}

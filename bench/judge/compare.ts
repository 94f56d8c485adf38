/** Results set against each other, as programs and `nvbench compare` do it. */
import { EngineError } from '../../engine/errors.js';
import { differenceText } from '../../reports/compare/comparability.js';
import { type CompareOptions, type Comparison, compareResults } from '../../reports/compare/compare.js';
import { someNames } from '../../reports/compare/job-map.js';
import * as ranking from '../../reports/compare/ranking.js';
import type { NamedResult } from '../../reports/compare/runs.js';
import { seriesText } from '../../reports/compare/table.js';
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

/** `a read, b read` of each side, and what pairs them. */
function nothingToPair(all: readonly NamedResult[], { base, next, unmatched }: Comparison): EngineError {
  const has = (side: 'base' | 'new'): string =>
    someNames(unmatched.filter((key) => key.side === side).map(seriesText));
  return new EngineError({
    code: 'NOTHING_TO_PAIR',
    op: 'compare',
    target: namesOf(all),
    reason: `the results have no job in common: ${base.join(', ')} measures ${has('base')}; ${next.join(', ')} measures ${has('new')}`,
    hint: 'jobs are paired by name, operation and place of the device; pair other names by --map OLD=NEW',
    kind: 'input',
  });
}

/** Refuses results that have nothing in common, or, unless forced, that differ in more than their figures. */
function requireComparable(
  all: readonly NamedResult[],
  comparisons: readonly Comparison[],
  force: boolean,
): void {
  if (comparisons.every(({ jobs }) => jobs.length === 0)) throw nothingToPair(all, comparisons[0]);
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
}

function side(given: GivenResult | readonly GivenResult[], name: string): NamedResult[] {
  const all = allNamed(given, name);
  if (all.length === 0) throw badArguments(`there is no result of ${name}`, 'give one or more');
  return all;
}

const namesOf = (results: readonly NamedResult[]): string => results.map(({ name }) => name).join(', ');

/**
 * Says of every figure what is better or worse on the new side, and how certain that is; several results of a side are
 * runs of the same. Throws EngineError NOT_COMPARABLE, NOTHING_TO_PAIR, NOT_PAIRED and BAD_ARGUMENTS (input),
 * HISTOGRAM_UNREADABLE.
 */
export function compare(
  base: GivenResult | readonly GivenResult[],
  next: GivenResult | readonly GivenResult[],
  options: ComparisonOptions = {},
): Comparison {
  const [a, b] = [side(base, 'base'), side(next, 'new')];
  const comparison = asInput('compare', namesOf([...a, ...b]), () => compareResults(a, b, options));
  requireComparable([...a, ...b], [comparison], options.force ?? false);
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
  requireComparable(all, matrix.comparisons, options.force ?? false);
  return matrix;
}

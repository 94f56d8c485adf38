import { EngineError } from '../../engine/errors.js';
import {
  type Comparison,
  formatComparison,
  formatMatrix,
  type Matrix,
  markdownComparison,
  markdownMatrix,
  type NamedResult,
  parseJobMap,
} from '../../reports/compare/index.js';
import { htmlComparison, htmlMatrix } from '../../reports/html/comparison.js';
import { toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { styleFor, writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readNamedResult, readNamedResults } from '../files/result-file.js';
import { type ComparisonOptions, compare, compareMany } from '../judge/compare.js';
import { COMPARE_FORMATS, type CompareArguments } from '../usage/compare.js';
import { shareOf } from './option-values.js';
import { formatFor, sayUnknownEnding } from './output-format.js';

const DEFAULT_WIDTH = 110;
const WRITES = { formats: COMPARE_FORMATS, otherwise: 'table' } as const;

function badArguments(reason: string, hint: string): EngineError {
  const what = { code: 'BAD_ARGUMENTS', op: 'compare', target: 'results', kind: 'input' } as const;
  return new EngineError({ ...what, reason, hint });
}

function sidesOf({ results, base, new: next }: CompareArguments): { base: string[]; next: string[] } {
  const grouped = base !== undefined || next !== undefined;
  if (grouped && results !== undefined && results.length > 0)
    throw badArguments('files are given both with and without --base and --new', 'use one of the two forms');
  const [first, ...rest] = results ?? [];
  const sides = grouped ? { base: base ?? [], next: next ?? [] } : { base: first ? [first] : [], next: rest };
  if (sides.base.length === 0 || sides.next.length === 0)
    throw badArguments('it takes two results', 'write nvbench compare base.json new.json');
  return sides;
}

function textOf(
  format: (typeof COMPARE_FORMATS)[number],
  outcome: Comparison | Matrix,
  output: OutputFile | undefined,
): string {
  const matrix = 'rankings' in outcome;
  const options = styleFor(output, DEFAULT_WIDTH);
  return {
    json: () => toJson(outcome),
    html: () => (matrix ? htmlMatrix(outcome) : htmlComparison(outcome)),
    markdown: () => (matrix ? markdownMatrix(outcome) : markdownComparison(outcome)),
    table: () => (matrix ? formatMatrix(outcome, options) : formatComparison(outcome, options)),
  }[format]();
}

async function compareFiles(args: CompareArguments, output: OutputFile | undefined): Promise<void> {
  const format = formatFor(args, WRITES);
  sayUnknownEnding(args, WRITES);
  const options: ComparisonOptions = {
    confidence: shareOf('confidence', args.confidence, 50, 99.999),
    margin: shareOf('margin', args.margin, 0, 100),
    history: args.history.flatMap(readNamedResults),
    force: args.force,
  };
  const { base, next } = sidesOf(args);
  const many = args.base === undefined && args.new === undefined && next.length > 1;
  // Of more than two each is one result; a side of two may be a directory of runs.
  const read = many ? (path: string): NamedResult[] => [readNamedResult(path)] : readNamedResults;
  const [baseResults, nextResults] = [base.flatMap(read), next.flatMap(read)];
  const map = asInput('compare', '--map', () => parseJobMap(args.map, baseResults, nextResults));
  const outcome = many
    ? compareMany([...baseResults, ...nextResults], { ...options, map })
    : compare(baseResults, nextResults, { ...options, map });
  await writeOut(output, textOf(format, outcome, output));
  const comparisons = 'rankings' in outcome ? outcome.comparisons : [outcome];
  const worse = comparisons.some(({ counts }) => counts.worse > 0);
  process.exitCode = args['fail-on'] === 'worse' && worse ? EXIT.WORSE : EXIT.OK;
}

export function compareCommand(args: CompareArguments): void | Promise<void> {
  return withOutput(
    args,
    'output',
    [...(args.results ?? []), ...(args.base ?? []), ...(args.new ?? []), ...args.history],
    (output) => compareFiles(args, output),
  );
}

import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import {
  type Comparison,
  DEFAULT_CONFIDENCE,
  DEFAULT_MARGIN,
  formatComparison,
  formatMatrix,
  type Matrix,
  markdownComparison,
  markdownMatrix,
  type NamedResult,
} from '../../reports/compare/index.js';
import { htmlComparison, htmlMatrix } from '../../reports/html/comparison.js';
import { toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { stdoutStyle, writeOut } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { readNamedResult, readNamedResults } from '../files/result-file.js';
import { type ComparisonOptions, compare, compareMany } from '../judge/compare.js';
import { shareOf } from './options.js';

interface CompareArguments {
  results: string[] | undefined;
  base: string[] | undefined;
  new: string[] | undefined;
  format: 'table' | 'markdown' | 'html' | 'json';
  output: string | undefined;
  confidence: number;
  margin: number;
  history: string[];
  force: boolean;
  'fail-on': 'worse' | undefined;
}

const DEFAULT_WIDTH = 110;

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
  format: CompareArguments['format'],
  outcome: Comparison | Matrix,
  output: OutputFile | undefined,
): string {
  const matrix = 'rankings' in outcome;
  const options = output === undefined ? stdoutStyle(DEFAULT_WIDTH) : { color: false, width: DEFAULT_WIDTH };
  return {
    json: () => toJson(outcome),
    html: () => (matrix ? htmlMatrix(outcome) : htmlComparison(outcome)),
    markdown: () => (matrix ? markdownMatrix(outcome) : markdownComparison(outcome)),
    table: () => (matrix ? formatMatrix(outcome, options) : formatComparison(outcome, options)),
  }[format]();
}

async function compareFiles(args: CompareArguments, output: OutputFile | undefined): Promise<void> {
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
  const outcome = many
    ? compareMany([...baseResults, ...nextResults], options)
    : compare(baseResults, nextResults, options);
  await writeOut(output, textOf(args.format, outcome, output));
  const comparisons = 'rankings' in outcome ? outcome.comparisons : [outcome];
  const worse = comparisons.some(({ counts }) => counts.worse > 0);
  process.exitCode = args['fail-on'] === 'worse' && worse ? EXIT.WORSE : EXIT.OK;
}

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare [results..]',
  describe: 'Say what is better or worse between results, and how certain that is',
  builder: (yargs) =>
    yargs
      .positional('results', {
        type: 'string',
        array: true,
        describe: 'The base, then what is compared with it',
      })
      .option('base', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'A result of the base, or a directory of them; several are runs of the same',
      })
      .option('new', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'A result of the other side; likewise',
      })
      .option('format', {
        choices: ['table', 'markdown', 'html', 'json'] as const,
        default: 'table' as const,
        describe: 'What to print',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('confidence', {
        type: 'number',
        default: DEFAULT_CONFIDENCE * 100,
        describe: 'Percent; 100 minus this is the share of false findings taken',
      })
      .option('margin', {
        type: 'number',
        default: DEFAULT_MARGIN * 100,
        describe: 'Percent of change that does not matter',
      })
      .option('history', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe:
          'Stored result, or directory of results, of the same device, host and workload: how runs differ',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Compare although device, host or configuration differ',
      })
      .option('fail-on', { choices: ['worse'] as const, describe: 'Exit code 5 when any metric is worse' })
      .example('$0 compare before.json after.json', 'two runs')
      .example('$0 compare --base a1.json --base a2.json --new b1.json --new b2.json', 'two groups of runs')
      .example('$0 compare a.json b.json c.json', 'each against the first, and a ranking')
      .example('$0 compare a.json b.json --format html --output ab.html', 'for a browser'),
  handler: (args) =>
    withOutput(
      args.output,
      [...(args.results ?? []), ...(args.base ?? []), ...(args.new ?? []), ...args.history],
      (output) => compareFiles(args, output),
    ),
};

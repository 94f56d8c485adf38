/** The command line of `nvbench compare`. */
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN } from '../../reports/compare/default-certainty.js';
import type { Usage } from './usage.js';

export const COMPARE_FORMATS = ['table', 'markdown', 'html', 'json'] as const;

export interface CompareArguments {
  results: string[] | undefined;
  base: string[] | undefined;
  new: string[] | undefined;
  format: (typeof COMPARE_FORMATS)[number] | undefined;
  output: string | undefined;
  confidence: number;
  margin: number;
  history: string[];
  map: string[];
  force: boolean;
  'fail-on': 'worse' | undefined;
}

export const compareUsage: Usage<CompareArguments> = {
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
        choices: COMPARE_FORMATS,
        describe: 'What to print: after the name of --output, else a table',
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
      .option('map', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'OLD=NEW: the job OLD of the base is called NEW on the other side',
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
      .example('$0 compare fio.json new.json --map job1=randread --force', 'jobs of other names')
      .example('$0 compare a.json b.json --output ab.html', 'for a browser'),
};

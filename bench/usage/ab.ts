/** The command line of `nvbench ab`. */
import type { Argv } from 'yargs';
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN } from '../../reports/compare/default-certainty.js';
import { type AttachArguments, attachOptions } from './options.js';
import type { Usage } from './usage.js';

export interface AbArguments extends AttachArguments {
  config: string | undefined;
  a: string[];
  b: string[];
  set: string[];
  device: string[] | undefined;
  blocks: number | undefined;
  'until-sure': boolean;
  'sure-of': string[] | undefined;
  precision: number | undefined;
  controls: number | undefined;
  seed: number | undefined;
  'warm-up': boolean;
  confidence: number | undefined;
  margin: number | undefined;
  format: 'text' | 'markdown' | 'html' | 'json';
  output: string | undefined;
  'fail-on': 'worse' | undefined;
  'dry-run': boolean;
  reanalyse: string | undefined;
}

export const DEFAULT_BLOCKS = 10;
/** Of an experiment that ends once it is sure: there are three looks before. */
export const DEFAULT_MOST_BLOCKS = 24;

const changes = (describe: string) =>
  ({ type: 'string', array: true, nargs: 1, default: [] as string[], describe }) as const;

function sideOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('a', changes('Side A: change a value of the configuration, KEY=VALUE; as configured if left out'))
    .option('b', changes('Side B: likewise'))
    .option('set', changes('Change a value on both sides: KEY=VALUE'))
    .option('device', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Run both sides on this target instead of the one configured',
    });
}

function designOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('blocks', {
      type: 'number',
      describe: `Pairs of A and B; ${DEFAULT_BLOCKS} if left out. With --until-sure at most so many; ${DEFAULT_MOST_BLOCKS} if left out`,
    })
    .option('until-sure', {
      type: 'boolean',
      default: false,
      describe:
        'Look at it after 8, 12, 16 ... blocks, and end as soon as it is sure, or hardly ever would be',
    })
    .option('sure-of', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Metric that has to be sure, of every job; iops if left out; may be given several times',
    })
    .option('precision', {
      type: 'number',
      describe: 'Percent: sure is what is known to so much, whatever the verdict',
    })
    .option('controls', {
      type: 'number',
      describe: 'Pairs of A and A, where there is nothing to find; as many as --blocks if left out',
    })
    .option('seed', { type: 'number', describe: 'Seed of the order; drawn and recorded if left out' })
    .option('warm-up', {
      type: 'boolean',
      default: true,
      describe: 'Run a leg of each side first that does not count; --no-warm-up leaves that out',
    })
    .option('confidence', { type: 'number', describe: `Percent; ${DEFAULT_CONFIDENCE * 100} if left out` })
    .option('margin', {
      type: 'number',
      describe: `Percent of change that does not matter; ${DEFAULT_MARGIN * 100} if left out`,
    });
}

/** All options of the command. */
export function abOptions<Arguments>(yargs: Argv<Arguments>) {
  return designOptions(sideOptions(attachOptions(yargs)))
    .positional('config', { type: 'string', describe: 'YAML file; see nvbench help config' })
    .option('format', {
      choices: ['text', 'markdown', 'html', 'json'] as const,
      default: 'text' as const,
      describe: 'What goes to stdout',
    })
    .option('output', { type: 'string', describe: 'Write every leg and the order as JSON to this file' })
    .option('fail-on', { choices: ['worse'] as const, describe: 'Exit code 5 when any metric of B is worse' })
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Attach and check both sides and print the plan, but do no I/O',
    })
    .option('reanalyse', { type: 'string', describe: 'Print the analysis of a file that --output wrote' })
    .example("$0 ab my.yaml --b 'jobs[0].iodepth=64'", 'as configured against another depth')
    .example(
      '$0 ab my.yaml --a attach=group --b attach=cdev --output ab.json',
      'one interface against another',
    )
    .example("$0 ab my.yaml --b 'jobs[0].iodepth=64' --until-sure", 'with as many blocks as it takes')
    .example('$0 ab --reanalyse ab.json --margin 1', 'the same legs, judged more strictly');
}

export const abUsage: Usage<AbArguments> = {
  command: 'ab [config]',
  describe: 'Run two sides of a configuration in randomised blocks and say what differs between them',
  builder: abOptions,
};

/** The command line of `nvbench history`. */

import type { Argv } from 'yargs';
import { HISTORY_DEFAULTS } from '../../reports/history/defaults.js';
import type { Usage } from './usage.js';

const { window, alpha, margin, confidence } = HISTORY_DEFAULTS;

export const HISTORY_FORMATS = ['text', 'html', 'json'] as const;

export interface HistoryArguments {
  results: string[];
  metric: string[] | undefined;
  window: number | undefined;
  p: number | undefined;
  margin: number | undefined;
  confidence: number | undefined;
  accept: string[] | undefined;
  format: (typeof HISTORY_FORMATS)[number] | undefined;
  output: string | undefined;
  'fail-on': 'worse' | undefined;
  confirm: boolean;
  before: string | undefined;
  after: string | undefined;
  at: string | undefined;
  config: string | undefined;
  blocks: number | undefined;
  controls: number | undefined;
  session: string | undefined;
}

function trialOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('confirm', {
      type: 'boolean',
      default: false,
      describe: 'Put a change of level to the trial: an experiment between the versions before and after it',
    })
    .option('before', {
      type: 'string',
      describe:
        'How the version before the change is run: a command that takes the arguments of nvbench, or a configuration for this nvbench',
    })
    .option('after', {
      type: 'string',
      describe: 'The version after it, likewise; this nvbench if left out',
    })
    .option('at', {
      type: 'string',
      describe: 'The result at which the level changed; the last change for the worse if left out',
    })
    .option('config', {
      type: 'string',
      describe: 'What both versions run; what that result ran if left out, without leave to write',
    })
    .option('blocks', {
      type: 'number',
      describe: 'Pairs of both versions, at most; 24 if left out. It ends as soon as it is sure',
    })
    .option('controls', {
      type: 'number',
      describe: 'Pairs of the version before with itself; as many as blocks if left out, or 0',
    })
    .option('session', {
      type: 'string',
      describe: 'Write every leg of the trial to this file; nvbench ab --reanalyse reads it',
    });
}

export const historyUsage: Usage<HistoryArguments> = {
  command: 'history <results..>',
  describe:
    'Say when the figures of a device, host and workload changed over many runs, and how they stand now',
  builder: (yargs) =>
    trialOptions(yargs)
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe:
          'Results, or directories of them; those of other devices, hosts and workloads are told apart',
      })
      .option('metric', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'What is looked at; iops, mean and p99 if left out; may be given several times',
      })
      .option('window', {
        type: 'number',
        describe: `Runs that are looked at together; ${window} if left out`,
      })
      .option('p', {
        type: 'number',
        describe: `Of a change of level, over all figures together; ${alpha} if left out`,
      })
      .option('margin', {
        type: 'number',
        describe: `Percent of change that does not matter; ${margin * 100} if left out`,
      })
      .option('confidence', {
        type: 'number',
        describe: `Percent, of how the last runs stand to the baseline; ${confidence * 100} if left out`,
      })
      .option('accept', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'A result whose level becomes the baseline, though it is worse; may be given several times',
      })
      .option('format', {
        choices: HISTORY_FORMATS,
        describe: 'What to print: after the name of --output, else text',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('fail-on', {
        choices: ['worse'] as const,
        describe: 'Exit code 5 when any figure stands worse than its baseline',
      })
      .example('$0 history results/', 'what changed when')
      .example('$0 history results/ --output history.html', 'for a browser')
      .example('$0 history results/ --fail-on worse', 'after each run of a job that runs every night')
      .example(
        '$0 history results/ --confirm --before /opt/nvbench-1/bin/nvbench',
        'whether it is the new version that is slower',
      ),
};

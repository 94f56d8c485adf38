/** The command line of `nvbench history`. */
import { HISTORY_DEFAULTS } from '../../reports/history/defaults.js';
import type { Usage } from './usage.js';

const { window, alpha, margin, confidence } = HISTORY_DEFAULTS;

export interface HistoryArguments {
  results: string[];
  metric: string[] | undefined;
  window: number | undefined;
  p: number | undefined;
  margin: number | undefined;
  confidence: number | undefined;
  accept: string[] | undefined;
  format: 'text' | 'html' | 'json';
  output: string | undefined;
  'fail-on': 'worse' | undefined;
}

export const historyUsage: Usage<HistoryArguments> = {
  command: 'history <results..>',
  describe:
    'Say when the figures of a device, host and workload changed over many runs, and how they stand now',
  builder: (yargs) =>
    yargs
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
        choices: ['text', 'html', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('fail-on', {
        choices: ['worse'] as const,
        describe: 'Exit code 5 when any figure stands worse than its baseline',
      })
      .example('$0 history results/', 'what changed when')
      .example('$0 history results/ --format html --output history.html', 'for a browser')
      .example('$0 history results/ --fail-on worse', 'after each run of a job that runs every night'),
};

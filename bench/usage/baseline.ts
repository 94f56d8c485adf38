/** The command line of `nvbench baseline`. */
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

const DEFAULT_DIR = 'baselines';

export interface BaselineArguments {
  action: 'save' | 'list' | 'show';
  name: string | undefined;
  dir: string;
  replace: boolean;
  'if-better': boolean;
  'accept-worse': boolean;
  format: 'text' | 'json';
}

export const baselineUsage: Usage<BaselineArguments> = {
  command: 'baseline <action> [name]',
  describe: 'Keep results as baselines, by device and workload: save, list, show',
  builder: (yargs) =>
    yargs
      .positional('action', {
        choices: ['save', 'list', 'show'] as const,
        demandOption: true,
        describe: 'save a result; list what is kept; show one',
      })
      .positional('name', { type: 'string', describe: 'save: a result file; show: a name from the list' })
      .option('dir', {
        // As run and gate call it.
        alias: 'baseline-dir',
        type: 'string',
        default: DEFAULT_DIR,
        describe: 'Directory of the baselines',
      })
      .option('replace', {
        type: 'boolean',
        default: false,
        describe: 'save: in place of the one for this device and workload, unless it is worse',
      })
      .option('if-better', {
        type: 'boolean',
        default: false,
        describe:
          'save --replace: where it is better and nothing of it worse; else the one that is there stays',
      })
      .option('accept-worse', {
        type: 'boolean',
        default: false,
        describe: 'save --replace: also where it is worse',
      })
      .option('format', TEXT_OR_JSON)
      .example('$0 baseline save result.json', 'keep it')
      .example('$0 gate result.json --rules gates.yaml --baseline-dir baselines', 'judge against it'),
};

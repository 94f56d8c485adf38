/** The command line of `nvbench merge`. */
import { jsonOption } from './options.js';
import type { Usage } from './usage.js';

export interface MergeArguments {
  results: string[];
  output: string | undefined;
  sum: boolean;
}

export const mergeUsage: Usage<MergeArguments> = {
  command: 'merge <results..>',
  describe: 'Join results of several hosts or runs into one document',
  builder: (yargs) =>
    jsonOption(yargs)
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files that nvbench run --output wrote',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('sum', {
        type: 'boolean',
        default: false,
        describe: 'Add up jobs of the same name, target and settings',
      })
      .example('$0 merge host1.json host2.json --output both.json', 'every job stays')
      .example('$0 merge host1.json host2.json --sum --output sum.json', 'what both did together'),
};

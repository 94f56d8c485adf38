/** The command line of `nvbench list`. */
import { type PciArguments, pciOptions } from './options.js';
import type { Usage } from './usage.js';

export interface ListArguments extends PciArguments {
  format: 'text' | 'json';
}

export const listUsage: Usage<ListArguments> = {
  command: 'list',
  describe: 'List NVMe functions, and for each whether nvbench can take it',
  builder: (yargs) =>
    pciOptions(yargs)
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .example('$0 list', 'every NVMe function of this host'),
};

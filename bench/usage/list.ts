/** The command line of `nvbench list`. */
import { type PciArguments, pciOptions, TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface ListArguments extends PciArguments {
  format: 'text' | 'json';
}

export const listUsage: Usage<ListArguments> = {
  command: 'list',
  describe: 'List NVMe functions, and for each whether nvbench can take it',
  builder: (yargs) =>
    pciOptions(yargs).option('format', TEXT_OR_JSON).example('$0 list', 'every NVMe function of this host'),
};

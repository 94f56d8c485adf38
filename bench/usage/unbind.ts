/** The command line of `nvbench unbind`. */
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface UnbindArguments {
  target: string | undefined;
  all: boolean;
  'dry-run': boolean;
  format: 'text' | 'json';
}

export const unbindUsage: Usage<UnbindArguments> = {
  command: 'unbind [target]',
  describe: 'Give back what `bind` took, driver and owners of nodes as they were',
  builder: (yargs) =>
    yargs
      .positional('target', { type: 'string', describe: 'pci:0000:01:00.0' })
      .option('all', { type: 'boolean', default: false, describe: 'Everything that nvbench has bound' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Print what would be written' })
      .option('format', TEXT_OR_JSON),
};

/** The command line of `nvbench status`. */
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface StatusArguments {
  format: 'text' | 'json';
}

export const statusUsage: Usage<StatusArguments> = {
  command: 'status',
  describe: 'Show what nvbench has changed here, drivers, and hugepages; undo what a killed run left',
  builder: (yargs) => yargs.option('format', TEXT_OR_JSON),
};

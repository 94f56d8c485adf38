/** The command line of `nvbench hugepages`. */
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface HugepagesArguments {
  reserve: string | undefined;
  release: boolean;
  node: number | undefined;
  page: string;
  'dry-run': boolean;
  format: 'text' | 'json';
}

export const hugepagesUsage: Usage<HugepagesArguments> = {
  command: 'hugepages',
  describe: 'Reserve hugepages for DMA memory, and give them back',
  builder: (yargs) =>
    yargs
      .option('reserve', { type: 'string', describe: 'Make this much free, for example 64MiB' })
      .option('release', { type: 'boolean', default: false, describe: 'Give back what was reserved' })
      .option('node', { type: 'number', describe: 'NUMA node; any if left out' })
      .option('page', { type: 'string', default: '2MiB', describe: 'Page size' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Print what would be written' })
      .option('format', TEXT_OR_JSON)
      .example('$0 hugepages --reserve 64MiB --node 0', 'enough for one drive'),
};

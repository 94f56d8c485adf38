/** The command line of `nvbench identify`. */
import { type AttachArguments, attachOptions, TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface IdentifyArguments extends AttachArguments {
  target: string;
  format: 'text' | 'json';
}

export const identifyUsage: Usage<IdentifyArguments> = {
  command: 'identify <target>',
  describe: 'Show controller, namespaces and SMART of a device',
  builder: (yargs) =>
    attachOptions(yargs)
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, sim, ...' })
      .option('format', TEXT_OR_JSON)
      .example('$0 identify pci:0000:01:00.0', 'a drive that is bound to vfio-pci'),
};

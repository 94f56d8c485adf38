/** The command line of `nvbench bind`. */
import type { UserDriver } from '../../engine/index.js';
import { TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface BindArguments {
  target: string;
  driver: UserDriver;
  owner: string | undefined;
  'i-know-it-is-in-use': boolean;
  'dry-run': boolean;
  format: 'text' | 'json';
}

export const bindUsage: Usage<BindArguments> = {
  command: 'bind <target>',
  describe: 'Take a drive from the kernel, so that a run can have it',
  builder: (yargs) =>
    yargs
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0' })
      .option('driver', {
        choices: ['vfio-pci', 'uio_pci_generic'] as const,
        default: 'vfio-pci' as UserDriver,
        describe: 'Driver for user space; uio has no protection by an IOMMU',
      })
      .option('owner', { type: 'string', describe: 'User who gets the device nodes, to run without root' })
      .option('i-know-it-is-in-use', {
        type: 'boolean',
        default: false,
        describe: 'Take it although something uses it or is written on it; never the root disk',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Check, and print what would be written',
      })
      .option('format', TEXT_OR_JSON)
      .example('$0 bind 0000:01:00.0 --owner $USER', 'then run as that user, without root'),
};

/** The command line of `nvbench format`. */
import { type AttachArguments, attachOptions, TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface FormatArguments extends AttachArguments {
  target: string;
  namespace: string | undefined;
  lbaf: number;
  ses: number;
  pi: number | undefined;
  pil: number;
  ms: number | undefined;
  'all-namespaces': boolean;
  'yes-destroy': string;
  format: 'text' | 'json';
}

export const formatUsage: Usage<FormatArguments> = {
  command: 'format <target>',
  describe: 'Give a namespace another LBA format; DESTROYS ITS DATA',
  builder: (yargs) =>
    attachOptions(yargs)
      .option('format', TEXT_OR_JSON)
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, ...' })
      .option('namespace', {
        type: 'string',
        describe: 'Namespace ID, or nguid:, eui64: or uuid:; the first unless given',
      })
      .option('lbaf', {
        type: 'number',
        demandOption: true,
        describe: 'Index of the LBA format; see nvbench identify',
      })
      .option('ses', {
        choices: [0, 1, 2],
        default: 0,
        describe: 'Secure erase: 0 none, 1 user data, 2 cryptographic',
      })
      .option('pi', {
        choices: [0, 1, 2, 3],
        describe: 'Type of end-to-end protection, 0 for none; as it is where the format stays, unless given',
      })
      .option('pil', {
        choices: [0, 1],
        default: 0,
        describe: 'With --pi: protection information is the last (0) or the first (1) of the metadata',
      })
      .option('ms', {
        choices: [0, 1],
        describe: 'Metadata apart from the data (0), or at the end of each block of it (1)',
      })
      .option('all-namespaces', {
        type: 'boolean',
        default: false,
        describe: 'On a drive that formats all its namespaces at once: the data of all of them may go',
      })
      .option('yes-destroy', {
        type: 'string',
        demandOption: true,
        describe: 'Serial number of the drive whose data may be destroyed',
      })
      .example('$0 format pci:0000:01:00.0 --lbaf 1 --yes-destroy S4EWNX0N', 'to the LBA format 1'),
};

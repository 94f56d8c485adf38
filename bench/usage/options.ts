/** Options that several commands have, in the same words. */
import type { Argv } from 'yargs';
import { ATTACH_CHOICES, type AttachChoice } from '../config/attach-choice.js';

export interface AttachArguments {
  attach: AttachChoice | undefined;
  'allow-unsafe-dma': boolean | undefined;
  quirks: boolean | undefined;
}

/** Adds `--attach`, `--allow-unsafe-dma` and `--no-quirks`; none has a default, so that a configuration keeps its own. */
export function attachOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('attach', {
      choices: ATTACH_CHOICES,
      describe: 'Which interface of VFIO to use; see nvbench help attach',
    })
    .option('allow-unsafe-dma', {
      type: 'boolean',
      describe: 'Permit a device without an IOMMU, whose faults can overwrite any memory of the machine',
    })
    .option('quirks', {
      type: 'boolean',
      describe:
        'Respect what is known of odd families of drives; --no-quirks to study them, see nvbench help drives',
    });
}

/** Adds `--format json` to a command that prints nothing else. */
export function jsonOption<Arguments>(yargs: Argv<Arguments>) {
  return yargs.option('format', {
    choices: ['json'] as const,
    default: 'json' as const,
    describe: 'What goes to stdout; there is no other',
  });
}

/** `--format` of a command that prints text or JSON. */
export const TEXT_OR_JSON = {
  choices: ['text', 'json'],
  default: 'text',
  describe: 'What to print',
} as const;

export interface PciArguments {
  'pci-allowed': string[] | undefined;
  'pci-blocked': string[] | undefined;
}

/** Adds `--pci-allowed` and `--pci-blocked`, as DPDK's -a and -b. */
export function pciOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('pci-allowed', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Touch no other PCI function than this one; may be given several times',
    })
    .option('pci-blocked', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Never touch this PCI function; may be given several times',
    });
}

/** Adds `--percentiles`. */
export function percentilesOption<Arguments>(yargs: Argv<Arguments>) {
  return yargs.option('percentiles', {
    type: 'string',
    describe: 'Percentiles of the latency that tables of text and Markdown show, such as 50,99,99.95',
  });
}

export interface ProgressArguments {
  progress: 'lines' | 'json' | 'none';
  quiet: boolean;
}

/** Adds `--progress` and `--quiet`. */
export function progressOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('progress', {
      choices: ['lines', 'json', 'none'] as const,
      default: 'lines' as const,
      describe: 'What goes to stderr while it runs: lines for people, JSON for programs, or nothing',
    })
    .option('quiet', { type: 'boolean', default: false, describe: 'As --progress none' });
}

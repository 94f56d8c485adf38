/** The options of every command that attaches a device. */
import type { Argv } from 'yargs';
import { ATTACH_CHOICES, type AttachChoice } from '../config/run-keys.js';

export interface AttachArguments {
  attach: AttachChoice | undefined;
  'allow-unsafe-dma': boolean | undefined;
}

/** Adds `--attach` and `--allow-unsafe-dma`; neither has a default, so that a configuration keeps its own. */
export function attachOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
    .option('attach', {
      choices: ATTACH_CHOICES,
      describe: 'Which interface of VFIO to use; see docs/attach.md',
    })
    .option('allow-unsafe-dma', {
      type: 'boolean',
      describe: 'Permit a device without an IOMMU, whose faults can overwrite any memory of the machine',
    });
}

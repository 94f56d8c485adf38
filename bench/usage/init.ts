/** The command line of `nvbench init`. */
import { SAMPLE_NAMES, SAMPLES, type SampleName } from '../manual/sample-names.js';
import type { Usage } from './usage.js';

export interface InitArguments {
  sample: SampleName;
  output: string | undefined;
}

const list = SAMPLE_NAMES.map((name) => `${name} (${SAMPLES[name].says})`).join(', ');

export const initUsage: Usage<InitArguments> = {
  command: 'init [sample]',
  describe: 'Write a sample configuration to start from',
  builder: (yargs) =>
    yargs
      .positional('sample', {
        choices: SAMPLE_NAMES,
        default: 'quickstart' as SampleName,
        describe: list,
      })
      .option('output', {
        type: 'string',
        describe: 'Write to this file, which must not exist yet; - is stdout',
      })
      .example('$0 init', 'then nvbench run quickstart.yaml')
      .example('$0 init pci --output my-drive.yaml', 'for a real drive'),
};

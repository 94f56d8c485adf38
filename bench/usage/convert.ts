/** The command line of `nvbench convert`. */
import type { Usage } from './usage.js';

export interface ConvertArguments {
  files: string[];
  output: string | undefined;
  summary: boolean;
}

export const convertUsage: Usage<ConvertArguments> = {
  command: 'convert <files..>',
  describe: 'Turn a job file of fio into a configuration, and say what of it could not be carried',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'job file of fio; several with --summary',
      })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('summary', {
        type: 'boolean',
        default: false,
        describe: 'Say only how many of the files are carried whole, and which options keep the rest',
      })
      .example('$0 convert job.fio --output job.yaml', 'what changes is said on stderr and in comments')
      .example('BS=4k $0 convert job.fio', 'variables of the job file come from the environment')
      .example('$0 convert --summary jobs/*.fio', 'what of a folder could run here'),
};

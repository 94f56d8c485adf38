/** The command line of `nvbench convert`. */
import type { Usage } from './usage.js';

export interface ConvertArguments {
  file: string;
  output: string | undefined;
}

export const convertUsage: Usage<ConvertArguments> = {
  command: 'convert <file>',
  describe: 'Turn a job file of fio into a configuration, and say what of it could not be carried',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'job file of fio' })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .example('$0 convert job.fio --output job.yaml', 'what changes is said on stderr and in comments')
      .example('BS=4k $0 convert job.fio', 'variables of the job file come from the environment'),
};

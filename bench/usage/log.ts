/** The command line of `nvbench log`. */
import type { Usage } from './usage.js';

const LOG_FORMATS = ['text', 'csv', 'json'] as const;

export interface LogArguments {
  file: string;
  format: (typeof LOG_FORMATS)[number];
}

export const logUsage: Usage<LogArguments> = {
  command: 'log <file>',
  describe: 'Show a log of single I/Os: what it comes to, or every record as CSV',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'file that a job with log: FILE has written',
      })
      .option('format', {
        choices: LOG_FORMATS,
        default: 'text' as const,
        describe:
          'text and json say how many I/Os and how slow, and whether all are there; csv has a line for each',
      })
      .example('$0 log ios.log', 'whether it has what the job counted')
      .example('$0 log ios.log --format csv > ios.csv', 'for pandas, R or a spreadsheet'),
};

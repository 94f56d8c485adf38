/** The command line of `nvbench trace`. */
import type { Usage } from './usage.js';

const TRACE_FORMATS = ['text', 'json', 'csv', 'iolog', 'commands'] as const;

export interface TraceArguments {
  file: string;
  format: (typeof TRACE_FORMATS)[number];
  of: string | undefined;
  job: string | undefined;
}

export const traceUsage: Usage<TraceArguments> = {
  command: 'trace <file>',
  describe: 'Show what a trace holds, or make one that jobs play: of a log, of the slowest I/Os of a result',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe:
          'iolog of fio, text of blkparse, CSV, a log of single I/Os, a record of commands, or a result',
      })
      .option('format', {
        choices: TRACE_FORMATS,
        default: 'text' as const,
        describe:
          'text and json say what it holds; csv and iolog (of fio, version 3) are the trace itself; commands is all that a record of commands has, as CSV',
      })
      .option('of', { type: 'string', describe: 'Only I/O of this device or file, of a trace of several' })
      .option('job', { type: 'string', describe: 'Of a result: the job whose slowest I/Os are taken' })
      .example('$0 trace trace.txt', 'I/Os by operation, sizes, rate, footprint, sequentiality')
      .example('$0 trace trace.txt --of 8,0 --format csv > sda.csv', 'one device of several')
      .example('$0 trace ios.log --format csv > again.csv', 'what a job with log: FILE did')
      .example('$0 trace drive.rec --format commands', 'each command that a software controller was given')
      .example('$0 trace result.json --format csv > slow.csv', 'its slowest I/Os'),
};

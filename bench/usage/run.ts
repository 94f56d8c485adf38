/** The command line of `nvbench run`. */
import { type AttachArguments, attachOptions, type PciArguments, pciOptions } from './options.js';
import type { Usage } from './usage.js';

export interface RunArguments extends AttachArguments, PciArguments {
  config: string;
  set: string[];
  device: string[] | undefined;
  output: string | undefined;
  format: 'text' | 'json';
  'dry-run': boolean;
  bind: boolean;
  'i-know-it-is-in-use': boolean;
  wait: string | undefined;
  baseline: string[] | undefined;
  history: string[];
  'baseline-dir': string | undefined;
  junit: string | undefined;
  shared: boolean;
  socket: string | undefined;
}

export const runUsage: Usage<RunArguments> = {
  command: 'run <config>',
  describe: 'Run the jobs of a configuration and report latency and IOPS',
  builder: (yargs) =>
    pciOptions(attachOptions(yargs))
      .positional('config', { type: 'string', demandOption: true, describe: 'YAML file; see docs/config.md' })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Change a value of the configuration: KEY=VALUE',
      })
      .option('device', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Run on this target instead of the one configured; may be given several times',
      })
      .option('output', { type: 'string', describe: 'Write the result as JSON to this file' })
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What goes to stdout',
      })
      .option('bind', {
        type: 'boolean',
        default: false,
        describe: 'Take pci devices from the kernel for the run, and give them back after it',
      })
      .option('i-know-it-is-in-use', {
        type: 'boolean',
        default: false,
        describe: 'With --bind: take them although something uses them; never the root disk',
      })
      .option('wait', {
        type: 'string',
        describe: 'Wait so long for devices that are not there yet, for example 30s',
      })
      .option('shared', {
        type: 'boolean',
        default: false,
        describe: 'Run on devices that `nvbench hold` has, beside other processes',
      })
      .option('socket', { type: 'string', describe: 'With --shared: where `nvbench hold --socket` listens' })
      .option('baseline', {
        type: 'string',
        array: true,
        nargs: 1,
        describe:
          'Result, or directory of results, that gates vs baseline are judged against; several are runs of it',
      })
      .option('history', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe:
          'Stored result, or directory of results, of this device, host and workload: how runs differ',
      })
      .option('baseline-dir', {
        type: 'string',
        describe: 'Take the baseline of this device and workload from this directory',
      })
      .conflicts('baseline', 'baseline-dir')
      .option('junit', {
        type: 'string',
        describe: 'Write the verdicts of the gates as JUnit XML to this file',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Attach, check and print the plan, but do no I/O',
      })
      .example('$0 run configs/quickstart.yaml', 'try it on the software controller')
      .example(
        '$0 run my.yaml --device pci:0000:01:00.0 --output result.json',
        'a real drive, with a result file',
      )
      .example("$0 run my.yaml --set 'jobs[0].iodepth=64'", 'change one value'),
};

/** The command line of `nvbench run`. */
import type { Argv, Options } from 'yargs';
import type { JobKey } from '../config/job-keys.js';
import { type ConfigSample, isConfigSample, SAMPLE_NAMES } from '../manual/sample-names.js';
import { JOB_OPTIONS } from './job-options.js';
import {
  type AttachArguments,
  attachOptions,
  type PciArguments,
  type ProgressArguments,
  pciOptions,
  percentilesOption,
  progressOptions,
} from './options.js';
import type { Usage } from './usage.js';

/** A flag, or the words given to the option; a list where several may be given. */
type JobArguments = { readonly [Key in JobKey]?: boolean | string | string[] };

export interface RunArguments extends AttachArguments, PciArguments, ProgressArguments, JobArguments {
  configs: string[] | undefined;
  sample: ConfigSample | undefined;
  name: string | undefined;
  save: string | undefined;
  set: string[];
  device: string[] | undefined;
  output: string | undefined;
  resume: boolean;
  format: 'text' | 'json';
  percentiles: string | undefined;
  metrics: string | undefined;
  live: boolean;
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

const JOB_GROUP = 'One job, without a file (several values, with commas or given again, make a sweep):';

function jobOptions<Arguments>(yargs: Argv<Arguments>) {
  for (const { name, describe, values, isFlag, isSwept, alsoCalled } of JOB_OPTIONS) {
    const taken: Options = isFlag
      ? { type: 'boolean' }
      : { type: 'string', nargs: 1, ...(isSwept ? { array: true } : {}) };
    // Values are for completion: what is wrong is said where configurations are checked.
    yargs.option(name, { ...taken, describe, group: JOB_GROUP, values, alsoCalled } as Options);
  }
  return yargs
    .option('name', {
      type: 'string',
      describe: 'Name of the job; its pattern if left out',
      group: JOB_GROUP,
    })
    .option('save', {
      type: 'string',
      describe: 'Write what is run as a configuration to this YAML file',
    });
}

function runOptions<Arguments>(yargs: Argv<Arguments>) {
  return progressOptions(percentilesOption(pciOptions(attachOptions(yargs))))
    .positional('configs', {
      type: 'string',
      array: true,
      describe: 'YAML files, run one after the other; see nvbench help config',
    })
    .option('sample', {
      choices: SAMPLE_NAMES.filter(isConfigSample),
      describe: 'Run a sample that is built in; see nvbench init',
    })
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
    .option('output', {
      type: 'string',
      describe: 'Write the result as JSON to this file; of several files, into this folder',
    })
    .option('resume', {
      type: 'boolean',
      default: false,
      describe: 'Go on with the run that --output has an incomplete result of',
    })
    .option('format', {
      choices: ['text', 'json'] as const,
      default: 'text' as const,
      describe: 'What goes to stdout',
    })
    .option('metrics', {
      type: 'string',
      describe: 'While it runs, keep OpenMetrics in this file, or serve them on :PORT or HOST:PORT',
    })
    .option('live', {
      type: 'boolean',
      default: false,
      describe: 'Show the run on the whole screen while it goes on',
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
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Attach, check and print the plan, but do no I/O',
    });
}

function gateOptions<Arguments>(yargs: Argv<Arguments>) {
  return yargs
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
      describe: 'Stored result, or directory of results, of this device, host and workload: how runs differ',
    })
    .option('baseline-dir', {
      type: 'string',
      describe: 'Take the baseline of this device and workload from this directory',
    })
    .conflicts('baseline', 'baseline-dir')
    .option('junit', {
      type: 'string',
      describe: 'Write the verdicts of the gates as JUnit XML to this file',
    });
}

export const runUsage: Usage<RunArguments> = {
  command: 'run [configs..]',
  describe: 'Run the jobs of a configuration, or one job given as options, and report latency and IOPS',
  builder: (yargs) =>
    jobOptions(gateOptions(runOptions(yargs)))
      .example('$0 run --sample quickstart', 'try it on the software controller')
      .example(
        '$0 run --device sim --rw randread --bs 4k --iodepth 1,32 --runtime 5s',
        'without a file: two depths',
      )
      .example(
        '$0 run my.yaml --device pci:0000:01:00.0 --output result.json',
        'a real drive, with a result file',
      )
      .example("$0 run my.yaml --set 'jobs[0].iodepth=64'", 'change one value'),
};

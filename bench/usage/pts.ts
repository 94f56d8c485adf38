/** The command line of `nvbench pts`. */
import type { PurgeWay } from '../config/purge-keys.js';
import { PTS_DEFAULTS, PTS_TESTS, type PtsTest } from '../pts/test-names.js';
import {
  type AttachArguments,
  attachOptions,
  type PciArguments,
  type ProgressArguments,
  pciOptions,
  progressOptions,
} from './options.js';
import type { Usage } from './usage.js';

export interface PtsArguments extends AttachArguments, PciArguments, ProgressArguments {
  tests: PtsTest[];
  device: string;
  'serial-number': string | undefined;
  quick: boolean;
  purge: PurgeWay;
  iodepth: number;
  numjobs: number;
  'max-bytes-written': string | undefined;
  set: string[];
  save: string | undefined;
  output: string;
  resume: boolean;
  'dry-run': boolean;
  bind: boolean;
  'i-know-it-is-in-use': boolean;
}

export const ptsUsage: Usage<PtsArguments> = {
  command: 'pts <tests..>',
  describe: 'Run tests of the SNIA Performance Test Specification 2.0.2; DESTROYS ALL DATA OF THE DRIVE',
  builder: (yargs) =>
    progressOptions(pciOptions(attachOptions(yargs)))
      .positional('tests', {
        choices: PTS_TESTS,
        array: true,
        demandOption: true,
        describe:
          'Which, one after the other: each purges the drive, fills it and measures until it is steady',
      })
      .option('device', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, sim, ...' })
      .option('serial-number', {
        type: 'string',
        describe: 'Serial number of the drive whose data may be destroyed',
      })
      .option('quick', {
        type: 'boolean',
        default: false,
        describe: 'A few minutes instead of a day, to see that all works; no result of the specification',
      })
      .option('purge', {
        choices: ['deallocate', 'format', 'sanitize'] as const satisfies readonly PurgeWay[],
        default: PTS_DEFAULTS.purge,
        describe: 'How the drive is purged',
      })
      .option('iodepth', {
        type: 'number',
        default: PTS_DEFAULTS.iodepth,
        describe: 'I/Os in flight of each worker (OIO per thread); the latency test has 1',
      })
      .option('numjobs', {
        type: 'number',
        default: PTS_DEFAULTS.numjobs,
        describe: 'Workers (thread count); the latency test has 1',
      })
      .option('max-bytes-written', {
        type: 'string',
        describe: 'Most that a test may write to the drive: it ends there, with what it has measured',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Change a value of the configuration that a test is: KEY=VALUE',
      })
      .option('save', { type: 'string', describe: 'Write the configuration of one test to this YAML file' })
      .option('output', {
        type: 'string',
        default: '.',
        describe: 'Folder for pts-TEST.json, its report as .txt and as .html',
      })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'Go on with tests that were ended before their end, by their results in --output',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Attach, check and print the plan, but do no I/O',
      })
      .option('bind', {
        type: 'boolean',
        default: false,
        describe: 'Take the drive from the kernel for the tests, and give it back after each',
      })
      .option('i-know-it-is-in-use', {
        type: 'boolean',
        default: false,
        describe: 'With --bind: take it although something uses it; never the root disk',
      })
      .example('$0 pts iops latency --device pci:0000:01:00.0 --serial-number S4EWNX0N', 'two tests')
      .example('$0 pts iops --quick --device sim', 'try it on the software controller')
      .example('$0 pts saturation --device sim --dry-run', 'what it would do, and how long'),
};

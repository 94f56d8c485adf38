/** The command line of `nvbench gate`. */
import { DEFAULT_CONFIDENCE } from '../../reports/compare/default-certainty.js';
import type { Usage } from './usage.js';

export interface GateArguments {
  results: string[];
  gate: string[];
  rules: string | undefined;
  baseline: string[] | undefined;
  'baseline-dir': string | undefined;
  history: string[];
  junit: string | undefined;
  format: 'text' | 'json';
  confidence: number;
  force: boolean;
  'self-test': boolean;
  power: number;
}

export const gateUsage: Usage<GateArguments> = {
  command: 'gate <results..>',
  describe: 'Judge results by thresholds: pass, fail, inconclusive or invalid',
  builder: (yargs) =>
    yargs
      .positional('results', {
        type: 'string',
        array: true,
        demandOption: true,
        describe:
          'A file that run --output wrote, or a directory of them; several are runs of the same thing',
      })
      .option('gate', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "A gate, such as 'randread.read.p99 <= 250us'; may be given several times",
      })
      .option('rules', { type: 'string', describe: 'YAML file with gates; else those of the configuration' })
      .option('baseline', {
        type: 'string',
        array: true,
        nargs: 1,
        describe:
          'Result, or directory of results, that gates vs baseline are judged against; several are runs of it',
      })
      .option('baseline-dir', {
        type: 'string',
        describe: 'Take the baseline of this device and workload from here',
      })
      .conflicts('baseline', 'baseline-dir')
      .option('history', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe:
          'Stored result, or directory of results, of this device, host and workload: how runs differ',
      })
      .option('junit', { type: 'string', describe: 'Write the verdicts as JUnit XML to this file' })
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What goes to stdout',
      })
      .option('confidence', { type: 'number', default: DEFAULT_CONFIDENCE * 100, describe: 'Percent' })
      .option('force', { type: 'boolean', default: false, describe: 'Judge against a baseline that differs' })
      .option('self-test', {
        type: 'boolean',
        default: false,
        describe:
          'Say how often each gate would pass and fail by how much slower the drive is, instead of judging',
      })
      .option('power', {
        type: 'number',
        default: 80,
        describe: 'Percent of slowdowns that --self-test wants to see failing',
      })
      .example("$0 gate result.json --gate 'errors == 0' --gate 'randread.p99 <= 250us'", 'absolute bounds')
      .example("$0 gate new.json --baseline old.json --gate 'iops >= -3% vs baseline'", 'against a baseline')
      .example(
        "$0 gate n1.json n2.json n3.json --baseline old/ --gate 'iops >= -3% vs baseline'",
        'several runs against several',
      ),
};

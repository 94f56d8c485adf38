import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN, DEFAULT_SEED } from '../../reports/compare/index.js';
import { formatSelfTest, type Gate, selfTest } from '../../reports/gates/index.js';
import { toJson } from '../../reports/index.js';
import { EXIT } from '../console/exit-code.js';
import { GATE_EXIT, gatesText, judgeGates, publishGates } from '../console/gates.js';
import { stdoutStyle } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { asInput, readNamedResult } from '../files/result-file.js';
import { gateOf, loadGates } from '../judge/gates.js';
import { shareOf } from './options.js';

interface GateArguments {
  result: string;
  gate: string[];
  rules: string | undefined;
  baseline: string | undefined;
  'baseline-dir': string | undefined;
  junit: string | undefined;
  format: 'text' | 'json';
  confidence: number;
  force: boolean;
  'self-test': boolean;
  power: number;
  margin: number;
}

function badArguments(reason: string, hint: string): EngineError {
  const what = { code: 'BAD_ARGUMENTS', op: 'gate', target: 'gates', kind: 'input' } as const;
  return new EngineError({ ...what, reason, hint });
}

/** Those that the configuration of the run had. */
function carriedGates(config: unknown): Gate[] {
  const kept = typeof config === 'object' && config !== null && 'gates' in config ? config.gates : [];
  const carried = (Array.isArray(kept) ? kept : []).filter(
    (text): text is string => typeof text === 'string',
  );
  if (carried.length > 0) return carried.map(gateOf);
  throw badArguments('there is no gate', "add --gate 'randread.read.p99 <= 250us' or --rules gates.yaml");
}

function runSelfTest(args: GateArguments): void {
  const confidence = shareOf('confidence', args.confidence, 50, 99.999);
  const power = shareOf('power', args.power, 1, 99.999);
  const margin = shareOf('margin', args.margin, 0, 100);
  const certainty = { confidence, margin, seed: DEFAULT_SEED };
  const result = readNamedResult(args.result);
  const test = asInput('test gates', args.result, () => selfTest(result, certainty, power));
  process.stdout.write(args.format === 'json' ? toJson(test) : formatSelfTest(test, stdoutStyle(110)));
  const known = test.jobs.length > 0 && test.jobs.every(({ problem }) => problem === undefined);
  process.exitCode = known ? EXIT.OK : EXIT.GATE_INCONCLUSIVE;
}

async function gate(args: GateArguments, junit: OutputFile | undefined): Promise<void> {
  const confidence = shareOf('confidence', args.confidence, 50, 99.999);
  const given = [...args.gate.map(gateOf), ...(args.rules === undefined ? [] : loadGates(args.rules))];
  const result = readNamedResult(args.result);
  const gates = given.length > 0 ? given : carriedGates(result.result.config);
  const source = { file: args.baseline, dir: args['baseline-dir'] };
  const report = judgeGates(gates, result, source, { confidence, force: args.force });
  process.stdout.write(args.format === 'json' ? toJson(report) : gatesText(report));
  // Workflow commands among JSON would break it.
  await publishGates(report, junit, (text) =>
    (args.format === 'json' ? process.stderr : process.stdout).write(text),
  );
  process.exitCode = GATE_EXIT[report.verdict];
}

export const gateCommand: CommandModule<object, GateArguments> = {
  command: 'gate <result>',
  describe: 'Judge a result by thresholds: pass, fail, inconclusive or invalid',
  builder: (yargs) =>
    yargs
      .positional('result', {
        type: 'string',
        demandOption: true,
        describe: 'A file that run --output wrote',
      })
      .option('gate', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "A gate, such as 'randread.read.p99 <= 250us'; may be given several times",
      })
      .option('rules', { type: 'string', describe: 'YAML file with gates; else those of the configuration' })
      .option('baseline', { type: 'string', describe: 'Result that gates vs baseline are judged against' })
      .option('baseline-dir', {
        type: 'string',
        describe: 'Take the baseline of this device and workload from here',
      })
      .conflicts('baseline', 'baseline-dir')
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
        describe: 'Say how small a slowdown this result could show, instead of judging it',
      })
      .option('power', {
        type: 'number',
        default: 80,
        describe: 'Percent of slowdowns --self-test has to see',
      })
      .option('margin', {
        type: 'number',
        default: DEFAULT_MARGIN * 100,
        describe: 'With --self-test: percent of change that does not matter',
      })
      .example("$0 gate result.json --gate 'errors == 0' --gate 'randread.p99 <= 250us'", 'absolute bounds')
      .example("$0 gate new.json --baseline old.json --gate 'iops >= -3% vs baseline'", 'against a baseline'),
  handler: (args) =>
    args['self-test']
      ? runSelfTest(args)
      : withOutput(args.junit, [args.result, args.rules, args.baseline], (junit) => gate(args, junit)),
};

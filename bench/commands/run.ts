import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/index.js';
import { type BenchResult, formatJson, formatText, toJson } from '../../reports/index.js';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { parseDurationMs } from '../config/units.js';
import { EXIT, exitCodeOf, runExitCode, withGates } from '../console/exit-code.js';
import { GATE_EXIT, gatesText, judgeGates, publishGates } from '../console/gates.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { createProgress, type Progress } from '../console/progress.js';
import { printError, printNotice } from '../console/stderr.js';
import { stdoutStyle } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { readNamedResults } from '../files/result-file.js';
import { targetHoldsData } from '../run/may-write.js';
import { planText } from '../run/plan-views.js';
import { plan, type RunOptions, run } from '../run/run.js';
import {
  type AttachArguments,
  attachOptions,
  type PciArguments,
  pciChoiceOf,
  pciOptions,
} from './options.js';

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

/** `--wait` in ms. Throws EngineError of kind `input`. */
function waitMsOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const parsed = parseDurationMs(text);
  if (parsed.ok) return parsed.value;
  const hint = 'write a duration such as 30s';
  throw new EngineError({
    code: 'BAD_WAIT',
    op: 'read --wait',
    target: text,
    reason: parsed.problem,
    hint,
    kind: 'input',
  });
}

/** Throws EngineError of kind `input` where options contradict each other or the configuration. */
function checkOptions(args: RunArguments, config: LoadedConfig): void {
  const refuse = (reason: string, hint: string): EngineError =>
    new EngineError({ code: 'BAD_ARGUMENTS', op: 'run', target: args.config, reason, hint, kind: 'input' });
  if (args['i-know-it-is-in-use'] && !args.bind)
    throw refuse('--i-know-it-is-in-use goes with --bind', 'add --bind');
  const forGates = (['baseline', 'baseline-dir', 'junit'] as const).find((name) => args[name] !== undefined);
  if (forGates !== undefined && config.gates.length === 0)
    throw refuse(`--${forGates} is for gates, and the configuration has none`, 'add gates: to it');
}

function optionsOf(args: RunArguments, interrupt: Interrupt, progress: Progress): RunOptions {
  const { shared, socket, bind } = args;
  return {
    signal: interrupt.signal,
    abandonSignal: interrupt.abandonSignal,
    onEvent: (event) => {
      if (event.kind === 'progress') progress.show(event);
      if (event.kind === 'notice')
        progress.aside(() => (event.error ? printError(event.error) : printNotice(event.message)));
    },
    output: args.output,
    bind: bind && { inUse: args['i-know-it-is-in-use'] },
    shared: socket === undefined ? shared : { socketPath: socket },
    waitMs: waitMsOf(args.wait),
    ...pciChoiceOf(args),
  };
}

/** What the gates of the configuration are judged with. */
interface GateParts {
  readonly baseline: readonly NamedResult[] | undefined;
  readonly history: readonly NamedResult[];
  readonly junit: OutputFile | undefined;
}

/** Judges the gates of the configuration; answers with the exit code they ask for. */
async function judgeConfigured(
  args: RunArguments,
  { gates }: LoadedConfig,
  { baseline, history, junit }: GateParts,
  result: BenchResult,
  interrupt: Interrupt,
): Promise<number> {
  if (gates.length === 0) return EXIT.OK;
  const named = { name: args.output ?? args.config, result };
  const source = { files: baseline, dir: args['baseline-dir'] };
  const report = judgeGates(gates, [named], source, { history });
  // JSON on stdout is the result alone.
  const stream = args.format === 'json' ? process.stderr : process.stdout;
  stream.write(`\n${gatesText(report)}`);
  await publishGates(report, junit, (text) => stream.write(text), interrupt.nextSignal());
  return GATE_EXIT[report.verdict];
}

/** Runs, prints and judges; answers with the exit code. */
async function runAndJudge(
  args: RunArguments,
  config: LoadedConfig,
  gates: GateParts,
  interrupt: Interrupt,
): Promise<number> {
  const progress = createProgress(process.stderr);
  const options = optionsOf(args, interrupt, progress);
  const json = args.format === 'json';
  if (args['dry-run']) {
    const planned = await plan(config, options);
    process.stdout.write(json ? toJson(planned) : planText(planned));
    return EXIT.OK;
  }
  const { result, failure } = await run(config, options).finally(progress.end);
  process.stdout.write(json ? formatJson(result) : formatText(result, stdoutStyle()));
  if (failure !== undefined) printError(failure);
  const gatesCode = await judgeConfigured(args, config, gates, result, interrupt);
  return withGates(runExitCode(result, failure), gatesCode);
}

async function runCommandLine(args: RunArguments): Promise<void> {
  const { set, device, attach, 'allow-unsafe-dma': allowUnsafeDma } = args;
  const config = loadConfig(args.config, { set, device, attach, allowUnsafeDma }, targetHoldsData);
  checkOptions(args, config);
  // Before the run, which may replace it: --output may name the same file.
  const baseline = args.baseline?.flatMap(readNamedResults);
  const history = args.history.flatMap(readNamedResults);
  const inputs = [args.config, ...(args.baseline ?? []), ...args.history, args.output];
  await withOutput(args.junit, inputs, async (junit) => {
    const interrupt = listenForInterrupt();
    try {
      const code = await runAndJudge(args, config, { baseline, history, junit }, interrupt);
      process.exitCode = interrupt.exitCode() ?? code;
    } catch (error) {
      printError(error);
      process.exitCode = interrupt.exitCode() ?? exitCodeOf(error);
    } finally {
      interrupt.dispose();
    }
  });
}

export const runCommand: CommandModule<object, RunArguments> = {
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
  handler: runCommandLine,
};

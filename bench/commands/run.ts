import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import { parseTarget } from '../../engine/index.js';
import type { NamedResult } from '../../reports/compare/index.js';
import { type BenchResult, formatJson, formatText, toJson } from '../../reports/index.js';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { parseDurationMs } from '../config/units.js';
import { EXIT, exitCodeOf, runExitCode, withGates } from '../console/exit-code.js';
import { GATE_EXIT, gatesText, judgeGates, publishGates } from '../console/gates.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { printError } from '../console/print-error.js';
import { createProgress } from '../console/progress.js';
import { stdoutStyle } from '../console/stdout-style.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { readNamedResult } from '../files/result-file.js';
import { withBoundDevices } from '../host/bound-devices.js';
import { undoLeftoversAloud } from '../host/leftovers.js';
import { Checkpoint } from '../run/checkpoint.js';
import { planData, planText } from '../run/plan-views.js';
import { type RunOutcome, runConfig } from '../run/runner.js';
import { sharedAccess } from '../run/shared.js';
import { type AttachArguments, attachOptions } from './attach-options.js';
import { type PciListArguments, pciListOptions, pciListsOf } from './pci-list-options.js';

export interface RunArguments extends AttachArguments, PciListArguments {
  config: string;
  set: string[];
  device: string[] | undefined;
  output: string | undefined;
  format: 'text' | 'json';
  'dry-run': boolean;
  bind: boolean;
  'i-know-it-is-in-use': boolean;
  wait: string | undefined;
  baseline: string | undefined;
  'baseline-dir': string | undefined;
  junit: string | undefined;
  shared: boolean;
  socket: string | undefined;
}

function stdoutText(result: BenchResult): string {
  return formatText(result, stdoutStyle());
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

/** What a run is done with. */
interface RunParts {
  readonly args: RunArguments;
  readonly config: LoadedConfig;
  readonly interrupt: Interrupt;
  readonly output: OutputFile | undefined;
}

async function execute({ args, config, interrupt, output }: RunParts): Promise<RunOutcome> {
  const progress = createProgress(process.stderr);
  const onFailure = (error: unknown): void => progress.aside(() => printError(error));
  const checkpoint =
    output?.replaceable === true ? new Checkpoint((text) => output.replace(text), { onFailure }) : undefined;
  try {
    return await runConfig(config, {
      signal: interrupt.signal,
      abandonSignal: interrupt.abandonSignal,
      waitMs: waitMsOf(args.wait),
      shared: sharedAccess(args),
      pciLists: pciListsOf(args),
      interruptReason: interrupt.reason,
      onTick: progress.onTick,
      onPlan: (planned) => {
        if (args['dry-run'])
          process.stdout.write(args.format === 'json' ? toJson(planData(planned)) : planText(planned));
        return !args['dry-run'];
      },
      onResult: (result) =>
        output?.finish(formatJson(result), { giveUp: interrupt.nextSignal(), rescue: true }),
      onCheckpoint: (build) => checkpoint?.offer(build),
      onMeasured: (build) => checkpoint?.save(build),
    });
  } finally {
    progress.end();
  }
}

/** As `execute`, with the devices bound for its time where --bind asks for it. */
async function executeBound(parts: RunParts): Promise<RunOutcome> {
  const { args, config, interrupt } = parts;
  if (!args.bind) return execute(parts);
  const options = { force: args['i-know-it-is-in-use'], signal: interrupt.signal };
  const body = (): Promise<RunOutcome> => execute(parts);
  const { value, failure } = await withBoundDevices(config.devices, options, body);
  return { ...value, failure: value.failure ?? failure };
}

/** Throws EngineError of kind `input` where options contradict each other or the configuration. */
function checkOptions(args: RunArguments, config: LoadedConfig): void {
  const refuse = (reason: string, hint: string): EngineError =>
    new EngineError({ code: 'BAD_ARGUMENTS', op: 'run', target: args.config, reason, hint, kind: 'input' });
  if (args['i-know-it-is-in-use'] && !args.bind)
    throw refuse('--i-know-it-is-in-use goes with --bind', 'add --bind');
  if (args.bind && sharedAccess(args))
    throw refuse('a device that another process holds is bound already', 'leave --bind or --shared out');
  if (sharedAccess(args) && config.interruptCoalescing !== undefined)
    throw refuse(
      'interrupt_coalescing is a setting of the whole controller, which other processes use too',
      'leave it out, or run without --shared',
    );
  const forGates = (['baseline', 'baseline-dir', 'junit'] as const).find((name) => args[name] !== undefined);
  if (forGates !== undefined && config.gates.length === 0)
    throw refuse(`--${forGates} is for gates, and the configuration has none`, 'add gates: to it');
}

/** Before anything is bound or attached. Throws EngineError of kind `input` where a list keeps a device away. */
function checkPciLists(args: RunArguments, config: LoadedConfig): void {
  const lists = pciListsOf(args);
  for (const target of config.devices) {
    const { scheme, address } = parseTarget(target);
    if (scheme === 'pci') lists.check(address, 'run');
  }
}

interface GateParts {
  readonly baseline: NamedResult | undefined;
  readonly junit: OutputFile | undefined;
}

/** Judges the gates of the configuration; answers with the exit code they ask for. */
async function judgeConfigured(
  { args, config, interrupt }: RunParts,
  { baseline, junit }: GateParts,
  result: BenchResult,
): Promise<number> {
  if (config.gates.length === 0) return EXIT.OK;
  const named = { name: args.output ?? args.config, result };
  const report = judgeGates(config.gates, named, { file: baseline, dir: args['baseline-dir'] });
  // JSON on stdout is the result alone.
  const stream = args.format === 'json' ? process.stderr : process.stdout;
  stream.write(`\n${gatesText(report)}`);
  await publishGates(report, junit, (text) => stream.write(text), interrupt.nextSignal());
  return GATE_EXIT[report.verdict];
}

async function run(args: RunArguments): Promise<void> {
  const config = loadConfig(args.config, {
    set: args.set,
    device: args.device,
    attach: args.attach,
    allowUnsafeDma: args['allow-unsafe-dma'],
  });
  checkOptions(args, config);
  checkPciLists(args, config);
  // Before the run, which may replace it: --output may name the same file.
  const baseline = args.baseline === undefined ? undefined : readNamedResult(args.baseline);
  // --output may be the file of --baseline, which has been read.
  await withOutput(args.output, [args.config], (output) =>
    withOutput(args.junit, [args.config, args.baseline, args.output], async (junit) => {
      await undoLeftoversAloud();
      const interrupt = listenForInterrupt();
      try {
        await runAndJudge({ args, config, interrupt, output }, { baseline, junit });
      } catch (error) {
        printError(error);
        process.exitCode = interrupt.exitCode() ?? exitCodeOf(error);
      } finally {
        interrupt.dispose();
      }
    }),
  );
}

async function runAndJudge(parts: RunParts, gates: GateParts): Promise<void> {
  const { result, failure } = await executeBound(parts);
  if (result) process.stdout.write(parts.args.format === 'json' ? formatJson(result) : stdoutText(result));
  if (failure !== undefined) printError(failure);
  const gatesCode = result ? await judgeConfigured(parts, gates, result) : EXIT.OK;
  process.exitCode =
    parts.interrupt.exitCode() ?? (result ? withGates(runExitCode(result, failure), gatesCode) : EXIT.OK);
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <config>',
  describe: 'Run the jobs of a configuration and report latency and IOPS',
  builder: (yargs) =>
    pciListOptions(attachOptions(yargs))
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
      .option('baseline', { type: 'string', describe: 'Result that gates vs baseline are judged against' })
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
  handler: run,
};

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
import type { RunArguments } from '../usage/run.js';
import { attachChoiceOf, pciChoiceOf } from './option-values.js';

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

export async function runCommandLine(args: RunArguments): Promise<void> {
  const { set, device } = args;
  const config = loadConfig(args.config, { set, device, ...attachChoiceOf(args) }, targetHoldsData);
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

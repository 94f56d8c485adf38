import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/index.js';
import { type BenchResult, formatJson, toJson } from '../../reports/document/index.js';
import type { GateReport } from '../../reports/gates/index.js';
import { sanitize } from '../../reports/render/terminal.js';
import { formatText } from '../../reports/views/text.js';
import { configText } from '../config/config-text.js';
import { parseDurationMs } from '../config/units.js';
import { EXIT, exitCodeOf, GATE_EXIT, runExitCode, withGates } from '../console/exit-code.js';
import type * as Judging from '../console/gates.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { createProgress, type Progress } from '../console/progress.js';
import { printError, printNotice } from '../console/stderr.js';
import { styleOf } from '../console/stdout.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { readNamedResults } from '../files/result-file.js';
import { STDIO } from '../files/stdio.js';
import type { Metrics } from '../metrics/metrics.js';
import { planText } from '../run/plan/plan-views.js';
import { plan, type RunOptions, run } from '../run/run.js';
import type { RunArguments } from '../usage/run.js';
import { type AskedRun, badRun, idleValues } from './asked-runs.js';
import { pciChoiceOf, percentilesOf, progressModeOf } from './option-values.js';
import { wayOf } from './resume-way.js';
import { streamOf } from './run-stream.js';

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

/** Throws EngineError of kind `input` where options contradict each other or the configurations. */
function checkOptions(args: RunArguments, runs: readonly AskedRun[]): void {
  const [{ name }] = runs;
  percentilesOf(args.percentiles, args.format);
  if (args.live && (args.quiet || args.progress !== 'lines'))
    throw badRun(name, '--live is a way to tell of progress itself', 'leave --quiet and --progress out');
  if (args.live && !process.stderr.isTTY)
    throw badRun(
      name,
      '--live needs a terminal at stderr, and there is none',
      'leave it out, or --progress json',
    );
  if (args['i-know-it-is-in-use'] && !args.bind)
    throw badRun(name, '--i-know-it-is-in-use goes with --bind', 'add --bind');
  const forGates = (['baseline', 'baseline-dir', 'junit'] as const).find((name) => args[name] !== undefined);
  if (forGates !== undefined && runs.every(({ config }) => config.gates.length === 0))
    throw badRun(name, `--${forGates} is for gates, and the configuration has none`, 'add gates: to it');
}

async function progressFor(args: RunArguments): Promise<Progress> {
  const { stderr } = process;
  if (!args.live) return createProgress(stderr, progressModeOf(args));
  const { createLive } = await import('../console/live.js');
  return createLive(stderr);
}

function optionsOf(
  args: RunArguments,
  output: string | undefined,
  interrupt: Interrupt,
  progress: Progress,
): RunOptions {
  const { shared, socket, bind } = args;
  return {
    signal: interrupt.signal,
    abandonSignal: interrupt.abandonSignal,
    onEvent: (event) => {
      const isJson = progressModeOf(args) === 'json';
      if (event.kind !== 'notice' || isJson || args.live) progress.show(event);
      if (event.kind === 'notice' && !isJson)
        progress.aside(() => (event.error ? printError(event.error) : printNotice(event.message)));
    },
    temperatures: args.live,
    output,
    resume: args.resume,
    bind: bind && { inUse: args['i-know-it-is-in-use'] },
    shared: socket === undefined ? shared : { socketPath: socket },
    waitMs: waitMsOf(args.wait),
    ...pciChoiceOf(args),
  };
}

/** What the gates of a configuration are judged with. */
interface GateParts {
  /** Undefined where no configuration has any. */
  readonly judging: typeof Judging | undefined;
  readonly baseline: readonly NamedResult[] | undefined;
  readonly history: readonly NamedResult[];
  readonly junit: OutputFile | undefined;
}

/** Judges the gates of the configuration; undefined where it has none. */
function judgeConfigured(
  args: RunArguments,
  { name, config: { gates }, output }: AskedRun,
  { judging, baseline, history }: GateParts,
  result: BenchResult,
): GateReport | undefined {
  if (gates.length === 0 || judging === undefined) return undefined;
  const named = { name: output ?? name, result };
  return judging.judgeGates(gates, [named], { files: baseline, dir: args['baseline-dir'] }, { history });
}

/** Prints and publishes the verdicts; answers with the exit code they ask for. */
async function tellGates(
  args: RunArguments,
  report: GateReport,
  { judging, junit }: GateParts,
  interrupt: Interrupt,
): Promise<number> {
  const stream = streamOf(args);
  stream.write(`\n${judging?.gatesText(report, stream)}`);
  await judging?.publishGates(report, junit, (text) => stream.write(text), interrupt.nextSignal());
  return GATE_EXIT[report.verdict];
}

/** Runs, prints and judges one configuration; answers with the exit code. */
async function runAndJudge(
  args: RunArguments,
  asked: AskedRun,
  gates: GateParts,
  interrupt: Interrupt,
  metrics: Metrics | undefined,
): Promise<number> {
  const progress = await progressFor(args);
  const options = optionsOf(args, asked.output, interrupt, progress);
  const json = args.format === 'json';
  if (args['dry-run']) {
    const planned = await plan(asked.config, options).finally(progress.end);
    if (json) process.stdout.write(toJson(planned));
    else streamOf(args).write(planText(planned));
    return EXIT.OK;
  }
  const judged: { report?: GateReport | undefined; problem?: unknown } = {};
  const conclude = (measured: BenchResult): BenchResult => {
    try {
      judged.report = judgeConfigured(args, asked, gates, measured);
    } catch (error) {
      // What was measured is kept and shown before.
      judged.problem = error;
    }
    const records = judged.report && gates.judging?.gateRecords(judged.report);
    return records === undefined ? measured : { ...measured, gates: records };
  };
  const onDocument = metrics?.update;
  const { result, failure } = await run(asked.config, { ...options, onDocument, conclude }).finally(
    progress.end,
  );
  const unwritten = await metrics?.end(result).then(
    () => undefined,
    (error: unknown) => error,
  );
  const stream = streamOf(args);
  if (!json)
    stream.write(
      formatText(result, { ...styleOf(stream), percentiles: percentilesOf(args.percentiles, 'text') }),
    );
  else if (asked.output !== STDIO) process.stdout.write(formatJson(result));
  for (const error of [failure, unwritten]) if (error !== undefined) printError(error);
  const { report, problem } = judged;
  if (problem !== undefined) throw problem;
  const gatesCode = report === undefined ? EXIT.OK : await tellGates(args, report, gates, interrupt);
  return withGates(runExitCode(result, failure ?? unwritten), gatesCode);
}

/** After these the next configuration is run all the same. */
const MEASURED: readonly number[] = [EXIT.OK, EXIT.IO_ERRORS, ...Object.values(GATE_EXIT)];

/** One after the other, until one cannot be measured to its end; answers with that code, or else the highest. */
async function runEach(
  args: RunArguments,
  runs: readonly AskedRun[],
  gates: GateParts,
  interrupt: Interrupt,
  metrics: Metrics | undefined,
): Promise<number> {
  const codes: number[] = [];
  for (const [i, asked] of runs.entries()) {
    if (runs.length > 1) streamOf(args).write(`${i > 0 ? '\n' : ''}== ${sanitize(asked.name)}\n`);
    const way = wayOf(args.resume, asked.output, runs.length);
    if (way === 'done') continue;
    const own = { ...args, resume: way === 'resume' };
    const code = await runAndJudge(own, asked, gates, interrupt, metrics);
    if (!MEASURED.includes(code)) return code;
    codes.push(code);
    if (interrupt.signal.aborted) break;
  }
  return Math.max(EXIT.OK, ...codes);
}

/** `--save`, before the run: it may take long, or fail. */
async function save(args: RunArguments, [asked]: readonly AskedRun[], kept: readonly string[]) {
  await withOutput(args, 'save', kept, async (file) => file?.finishNew(configText(asked.config)));
}

/** What `--metrics` names; undefined where nothing runs that could be told of. */
async function metricsOf(args: RunArguments, kept: readonly string[]): Promise<Metrics | undefined> {
  if (args.metrics === undefined || args['dry-run']) return undefined;
  const { openMetrics } = await import('../metrics/metrics.js');
  return openMetrics(args.metrics, {
    kept,
    onServing: (url) => printNotice(`metrics of the run are at ${url}`),
    onFailure: printError,
  });
}

/** Carries out what was asked for, prints what comes of it, and sets the exit code. Throws EngineError of kind `input`. */
export async function carryOut(args: RunArguments, runs: readonly AskedRun[]): Promise<void> {
  checkOptions(args, runs);
  for (const said of idleValues(runs, args)) printNotice(said);
  // Before the run, which may replace it: --output may name the same file.
  const baseline = args.baseline?.flatMap(readNamedResults);
  const history = args.history.flatMap(readNamedResults);
  const isGated = runs.some(({ config }) => config.gates.length > 0);
  const judging = isGated ? await import('../console/gates.js') : undefined;
  const inputs = [...(args.configs ?? []), ...(args.baseline ?? []), ...args.history];
  const outputs = runs.flatMap(({ output }) => output ?? []);
  await save(args, runs, [...inputs, ...outputs]);
  const saved = args.save === undefined ? [] : [args.save];
  await withOutput(args, 'junit', [...inputs, ...outputs, ...saved], async (junit) => {
    const interrupt = listenForInterrupt();
    let metrics: Metrics | undefined;
    try {
      metrics = await metricsOf(args, [...inputs, ...outputs, ...saved]);
      const code = await runEach(args, runs, { judging, baseline, history, junit }, interrupt, metrics);
      process.exitCode = interrupt.exitCode() ?? code;
    } catch (error) {
      printError(error);
      process.exitCode = interrupt.exitCode() ?? exitCodeOf(error);
    } finally {
      interrupt.dispose();
      await metrics?.close();
    }
  });
}

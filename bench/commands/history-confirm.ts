/** `nvbench history --confirm`: runs an experiment between the versions before and after a change of level. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import { analyseAb } from '../../reports/ab/index.js';
import {
  DEFAULT_CONFIDENCE,
  DEFAULT_MARGIN,
  ESTIMATED_METRICS,
  type NamedResult,
} from '../../reports/compare/index.js';
import {
  type Confirmation,
  confirmationOf,
  type History,
  type Suspicion,
  suspicionIn,
} from '../../reports/history/index.js';
import { changeoverOf } from '../ab/changeover.js';
import { type Design, designOf } from '../ab/design.js';
import { runExperiment } from '../ab/experiment.js';
import { byChangeover, byCommand, inProcess, type LegRunners, type RunLeg } from '../ab/leg-runner.js';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { exitCodeOf } from '../console/exit-code.js';
import { type Interrupt, listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { printError, printNotice } from '../console/stderr.js';
import type { OutputFile } from '../files/output-file.js';
import { targetHoldsData } from '../run/plan/may-write.js';
import { DEFAULT_MOST_BLOCKS } from '../usage/ab.js';
import type { HistoryArguments } from '../usage/history.js';

function badArguments(reason: string, hint: string): EngineError {
  const what = {
    code: 'BAD_ARGUMENTS',
    op: 'history --confirm',
    target: 'arguments',
    kind: 'input',
  } as const;
  return new EngineError({ ...what, reason, hint });
}

/** Throws EngineError BAD_ARGUMENTS for options of a trial without one, and for a trial of nothing. */
export function checkTrial(args: HistoryArguments): void {
  const given = (['before', 'after', 'at', 'config', 'blocks', 'controls', 'session'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (!args.confirm && given !== undefined)
    throw badArguments(`--${given} is of a trial`, 'add --confirm, or leave it out');
  if (args.confirm && args.before === undefined)
    throw badArguments(
      'nothing says how the version before the change is run',
      'give --before with its command, such as --before /opt/nvbench-1/bin/nvbench, or with its configuration',
    );
}

function suspicionOf(history: History, { at }: HistoryArguments): Suspicion {
  const found = suspicionIn(history, at);
  if (found !== undefined) return found;
  throw at === undefined
    ? badArguments('no level of any figure changed', 'there is nothing to confirm')
    : badArguments(`no level changed at ${at}`, 'name a result at which one did, as the report does');
}

/** What is measured: the configuration named, or that of the run, without leave to write. */
function configOf({ config }: HistoryArguments, { result, name }: NamedResult, folder: string): string {
  if (config !== undefined) return config;
  const kept = result.config;
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept) || !('jobs' in kept))
    throw badArguments(`${name} keeps no configuration that can be run`, 'give --config FILE');
  const { allow_writes: _leave, gates: _gates, ...asked } = kept;
  const path = join(folder, 'config.yaml');
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(asked));
  return path;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const load = (path: string): LoadedConfig => loadConfig(path, {}, targetHoldsData);

/** What this program runs of a version: a file of that kind, or without a name what is measured. Undefined of a command. */
function ownConfigOf(version: string | undefined, config: string): LoadedConfig | undefined {
  if (version === undefined) return load(config);
  return /\.(ya?ml|json)$/i.test(version) && isFile(version) ? load(version) : undefined;
}

async function runnersOf(
  { before, after }: HistoryArguments,
  config: string,
  folder: string,
  { signal }: Interrupt,
): Promise<LegRunners> {
  const [A, B] = [ownConfigOf(before, config), ownConfigOf(after, config)];
  if (A && B) return byChangeover(await changeoverOf({ A, B }, { signal, onNotGivenBack: printNotice }));
  const runnerOf = (own: LoadedConfig | undefined, version = ''): RunLeg =>
    own ? inProcess(own) : byCommand(version, config, folder);
  return { A: runnerOf(A, before), B: runnerOf(B, after) };
}

function designFor(
  { blocks = DEFAULT_MOST_BLOCKS, controls }: HistoryArguments,
  { figures }: Suspicion,
): Design {
  const metrics = ESTIMATED_METRICS.filter((metric) => figures.some((figure) => figure.metric === metric));
  if (metrics.length === 0)
    throw badArguments('no metric that changed is one that an experiment compares', 'give --metric iops');
  return designOf({
    blocks,
    ...(controls === undefined ? {} : { controls }),
    confidence: DEFAULT_CONFIDENCE,
    margin: DEFAULT_MARGIN,
    warmUp: true,
    untilSure: { metrics },
  });
}

interface Trial {
  readonly confirmation: Confirmation;
  /** That of a leg that failed, or of the signal that ended it. */
  readonly exitCode?: number;
}

async function tryIn(
  folder: string,
  args: HistoryArguments,
  results: readonly NamedResult[],
  suspicion: Suspicion,
  session: OutputFile | undefined,
  interrupt: Interrupt,
): Promise<Trial> {
  const suspected = results.find(({ name }) => name === suspicion.name) as NamedResult;
  const config = configOf(args, suspected, folder);
  const versions = { before: args.before as string, after: args.after ?? 'this nvbench' };
  const runners = await runnersOf(args, config, folder, interrupt);
  const design = designFor(args, suspicion);
  printNotice(`trying the change at ${suspicion.name}: ${versions.before} against ${versions.after}`);
  const changes = { A: { set: [`--before ${versions.before}`] }, B: { set: [`--after ${versions.after}`] } };
  const { document, failure } = await runExperiment({
    config: args.config ?? suspicion.name,
    runners,
    changes,
    design,
    output: session,
    interrupt,
  });
  if (failure !== undefined) printError(failure);
  const confirmation = confirmationOf(suspicion, versions, analyseAb(document));
  const exitCode = interrupt.exitCode() ?? (failure === undefined ? undefined : exitCodeOf(failure));
  return { confirmation, ...(exitCode === undefined ? {} : { exitCode }) };
}

/** Runs the trial. Throws EngineError where it cannot begin; later failures are printed, and what was measured counts. */
export async function confirmed(
  args: HistoryArguments,
  results: readonly NamedResult[],
  history: History,
  session: OutputFile | undefined,
): Promise<Trial> {
  const suspicion = suspicionOf(history, args);
  await undoLeftoversAloud();
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-trial-'));
  const interrupt = listenForInterrupt();
  try {
    return await tryIn(folder, args, results, suspicion, session, interrupt);
  } finally {
    interrupt.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run as programs and `nvbench run` ask for it: what it needs around the measurement, and what it tells meanwhile. */
import { EngineError, machineSetup, pciFunctionOf, undoLeftovers } from '../../engine/index.js';
import { type BenchResult, formatJson } from '../../reports/document/index.js';
import { onceFor } from '../../reports/document/once-for.js';
import type { ConfigData } from '../config/config-data.js';
import { checkConfig, isChecked, type LoadedConfig } from '../config/load.js';
import { controllerKeysNamed } from '../config/settings-named.js';
import { checkLogPath } from '../files/io-log-file.js';
import { type OutputFile, withOutput } from '../files/output-file.js';
import { type PciChoice, pciLists } from '../host/pci-function.js';
import { leftBehindText } from '../host/setup-words.js';
import { planConfig, type RunHooks, runConfig } from './attached-run.js';
import { withBoundDevices } from './bound-devices.js';
import { Checkpoint } from './checkpoint.js';
import { progressOf, type RunEvent } from './events.js';
import { logFiles } from './plan/log-paths.js';
import { checkSerialsNamed } from './plan/may-write.js';
import { type Plan, planOf } from './plan/plan-views.js';
import { readEarlier } from './resume/earlier.js';
import type { Earlier } from './resume/resumed.js';
import { checkSameRun } from './resume/same-run.js';
import { type Sharing, sharedAccess } from './shared.js';
import { TemperatureWatch } from './temperature-watch.js';
import type { RunAccess } from './with-devices.js';

export interface RunOptions extends PciChoice, Sharing {
  /** Aborted: no more I/O, what is outstanding is waited for, what was measured is kept. The result says its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Aborted after `signal`: nothing is waited for any more. */
  readonly abandonSignal?: AbortSignal | undefined;
  /** What it throws ends the run as `signal` does, and is its failure. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Progress tells how warm the devices are, which are asked for it every few seconds. */
  readonly temperatures?: boolean | undefined;
  /** File for the result: written when the run ends and, where it is no pipe, kept current until then. */
  readonly output?: string | undefined;
  /**
   * Goes on with the run that `output` has the document of, after the last step that it finished, and refuses where that is
   * complete, or of another configuration, tool or drive.
   */
  readonly resume?: boolean | undefined;
  /** Take pci devices from the kernel for the run and give them back; `inUse`: although something uses them. */
  readonly bind?: boolean | { readonly inUse: boolean } | undefined;
  /** How long to wait for devices that are not there yet. */
  readonly waitMs?: number | undefined;
  /** Told after each interval and each job how to make the document so far, marked incomplete; what it throws is as that of `onEvent`. */
  readonly onDocument?: ((build: () => BenchResult) => void) | undefined;
  /** Makes of the document at the end of the run the one that is kept and returned, such as one with verdicts of gates. */
  readonly conclude?: ((result: BenchResult) => BenchResult) | undefined;
}

export interface RunOutcome {
  /** `complete` says whether every job came to the end that was asked for. */
  readonly result: BenchResult;
  /** What ended the run early, kept the result from its file, or a device from being given back. */
  readonly failure?: Error;
}

interface Parts {
  readonly config: LoadedConfig;
  readonly options: RunOptions;
  readonly access: Required<Pick<RunAccess, 'pciLists'>> & RunAccess;
  readonly output: OutputFile | undefined;
  readonly emit: (event: RunEvent) => void;
  readonly tell: (build: () => BenchResult) => void;
}

/** Stands in messages for a configuration that has no file. */
const NO_FILE = 'the configuration';

/** Throws EngineError of kind `input` where serial numbers are missing, or the options contradict each other or the configuration. */
function checkOptions(config: LoadedConfig, options: RunOptions): void {
  checkSerialsNamed(config, config.path ?? NO_FILE);
  const refuse = (reason: string, hint: string): EngineError =>
    new EngineError({
      code: 'BAD_ARGUMENTS',
      op: 'run',
      target: config.path ?? NO_FILE,
      reason,
      hint,
      kind: 'input',
    });
  if (options.bind && options.shared)
    throw refuse('a device that another process holds is bound already', 'leave bind or shared out');
  const [setting] = controllerKeysNamed(config);
  if (options.shared && setting !== undefined)
    throw refuse(
      `${setting} is a setting of the whole controller, which other processes use too`,
      'leave it out, or run on a controller that is not shared',
    );
  const lists = pciLists(options);
  for (const target of config.devices) {
    const address = pciFunctionOf(target);
    if (address !== undefined) lists.check(address, 'run');
  }
}

/** What the run has left in its output. Throws EngineError of kind `input` where that is not to be gone on with. */
function earlierOf(config: LoadedConfig, { output, shared = false }: RunOptions): Earlier {
  const document = readEarlier(output);
  checkSameRun(output ?? NO_FILE, document, config);
  return { document, output: output ?? NO_FILE, shared: shared !== false };
}

/** Undoes what a killed run left behind. A failure there stops nothing: this run finds the machine as it is. */
async function undoLeftBehind(emit: Parts['emit']): Promise<void> {
  try {
    for (const undone of await undoLeftovers(machineSetup(process.env)))
      emit({ kind: 'notice', message: leftBehindText(undone) });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    emit({ kind: 'notice', message: error.message, error });
  }
}

const asError = (failure: unknown): Error =>
  failure instanceof Error ? failure : new Error(String(failure), { cause: failure });

interface Prepared<T> {
  readonly value: T;
  /** What `onEvent` or `onDocument` threw. */
  readonly thrown?: Error;
  /** Why a device could not be given back to the kernel. */
  readonly notGivenBack?: Error;
}

/** Checks everything that can be checked before a device is touched, and does `body` with the devices bound. */
async function prepared<T>(
  data: LoadedConfig | ConfigData,
  options: RunOptions,
  body: (parts: Parts) => Promise<T>,
): Promise<Prepared<T>> {
  const config = isChecked(data) ? data : checkConfig(data);
  checkOptions(config, options);
  for (const path of logFiles(config)) checkLogPath(path);
  const earlier = options.resume ? earlierOf(config, options) : undefined;
  const { bind, waitMs } = options;
  const never = new AbortController().signal;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal ?? never, stop.signal]);
  let thrown: Error | undefined;
  const heard =
    <T>(listener: ((value: T) => void) | undefined) =>
    (value: T): void => {
      try {
        listener?.(value);
      } catch (error) {
        thrown ??= asError(error);
        stop.abort(thrown);
      }
    };
  const emit = heard(options.onEvent);
  const tell = heard(options.onDocument);
  const access = {
    signal,
    abandonSignal: options.abandonSignal ?? never,
    pciLists: pciLists(options),
    ...(waitMs === undefined ? {} : { waitMs }),
    shared: sharedAccess(options),
    earlier,
  };
  return withOutput(options, 'output', [config.path], async (output) => {
    await undoLeftBehind(emit);
    const parts = { config, options, access, output, emit, tell };
    if (!bind) return { value: await body(parts), thrown };
    const binding = {
      force: bind !== true && bind.inUse,
      signal,
      onNotice: (message: string, error?: EngineError) =>
        emit({ kind: 'notice', message, ...(error ? { error } : {}) }),
    };
    const { value, failure } = await withBoundDevices(config.devices, binding, () => body(parts));
    return { value, thrown, notGivenBack: failure };
  });
}

/**
 * Attaches, checks every job against its devices and gives them back, without any I/O; the options are those of the run,
 * which refuses the same. Throws EngineError; ConfigError for a wrong configuration.
 */
export async function plan(config: LoadedConfig | ConfigData, options: RunOptions = {}): Promise<Plan> {
  const { value, thrown, notGivenBack } = await prepared(config, options, (parts) =>
    planConfig(parts.config, {
      ...parts.access,
      onStep: (message) => parts.emit({ kind: 'notice', message }),
    }),
  );
  const failure = thrown ?? notGivenBack;
  if (failure !== undefined) throw failure;
  return value;
}

type Conclude = (result: BenchResult) => BenchResult;

/** The hooks by which a run tells of itself and keeps its file. */
function hooksOf({ config, options, access, output, emit, tell }: Parts, conclude: Conclude): RunHooks {
  const onFailure = (failure: unknown): void => {
    const error = asError(failure);
    emit({ kind: 'notice', message: error.message, error });
  };
  const checkpoint =
    output?.replaceable === true ? new Checkpoint((text) => output.replace(text), { onFailure }) : undefined;
  const { signal, abandonSignal } = access;
  const temperatures = options.temperatures ? new TemperatureWatch() : undefined;
  return {
    ...access,
    onPlan: (planned, purges) =>
      emit({ kind: 'planned', plan: planOf(planned, config.maxBytesWritten, purges) }),
    onStep: (message) => emit({ kind: 'notice', message }),
    onTick: (tick) => {
      if (options.onEvent !== undefined) emit(progressOf(tick, temperatures));
    },
    onJob: (records) => emit({ kind: 'job', records }),
    onCheckpoint: (build) => {
      checkpoint?.offer(build);
      tell(build);
    },
    onMeasured: (build) => {
      checkpoint?.save(build);
      tell(build);
    },
    // A reader may be slow: the next request to stop is one not to wait for it.
    onResult: (result) =>
      output?.finish(formatJson(conclude(result)), {
        giveUp: signal.aborted ? abandonSignal : signal,
        rescue: true,
      }),
  };
}

/**
 * Runs a configuration: binds and attaches its devices, does every job, gives the devices back. Prints nothing. Throws
 * ConfigError and EngineError for what keeps it from the first I/O; what happens later comes with what was measured.
 */
export async function run(config: LoadedConfig | ConfigData, options: RunOptions = {}): Promise<RunOutcome> {
  const concluded = onceFor((result: BenchResult) => options.conclude?.(result) ?? result);
  const { value, thrown, notGivenBack } = await prepared(config, options, (parts) =>
    runConfig(parts.config, hooksOf(parts, concluded)),
  );
  const failure = thrown ?? value.failure ?? notGivenBack;
  return { result: concluded(value.result), ...(failure === undefined ? {} : { failure: asError(failure) }) };
}

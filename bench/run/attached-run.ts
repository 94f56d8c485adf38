/** A run once its devices may be touched: attach, plan, do each job, keep the document current, give the devices back. */
import { EngineError, type EngineWarning } from '../../engine/index.js';
import { type BenchResult, buildSmart, endedAsAsked, type JobRecord } from '../../reports/document/index.js';
import type { LoadedConfig } from '../config/load.js';
import { workloadRecord } from '../config/workload.js';
import { BlockSamples } from './block-samples.js';
import { deviceWarnings } from './devices.js';
import { deviceDoubts, deviceDoubtsAfter } from './doubts/device.js';
import { hostDoubts } from './doubts/host.js';
import { flashOf, smartOf } from './drive-logs.js';
import { eventsOf, requireUnchanged } from './job/device-watch.js';
import { intervalLimits } from './job/interval-series.js';
import { type JobHooks, type JobRun, runJob, type UnfinishedJob } from './job/job-run.js';
import { RoundsWatch } from './job/rounds-watch.js';
import { Silence } from './job/silence.js';
import { askedBackFailure, lostFailure, timeoutFailure } from './job/turn-failures.js';
import { WrittenWatch } from './job/written-watch.js';
import { jobRecord, notBegunRecord, unfinishedRecord } from './job-record.js';
import { type OpenDevice, type PlannedJob, planRun, turnsOf } from './plan/plan.js';
import { type Plan, planOf } from './plan/plan-views.js';
import { checkPurges, type PlannedPurge, planPurges, purgeBefore, type StepHooks } from './purge.js';
import { deviceRecord, emptyResult, noteEvents, noteMemory } from './result-document.js';
import { isWrittenBetween } from './resume/changes.js';
import { keptJobs, type Resumed, resumedRun, takeOver } from './resume/resumed.js';
import { runSearch } from './search-run.js';
import { applySettings, restoreSettings } from './settings.js';
import { withVerdicts } from './verdict.js';
import { type RunAccess, withDevices } from './with-devices.js';

export interface RunHooks extends StepHooks, RunAccess {
  /** The plan, before the first I/O. */
  onPlan?(planned: readonly PlannedJob[], purges: readonly PlannedPurge[]): void;
  /** After each job: its record on each device. */
  onJob?(records: readonly JobRecord[]): void;
  /** Before the first job, after each interval and each job: makes the document so far, marked incomplete. */
  onCheckpoint?(build: () => BenchResult): void;
  /** When everything is measured, before the devices are given back, which may take long or fail. */
  onMeasured?(build: () => BenchResult): void;
  /** The document at the end of the run. */
  onResult?(result: BenchResult): void | Promise<void>;
  /** Runs whose documents are kept in one file: each keeps so much fewer intervals. 1 where left out. */
  readonly documents?: number;
}

export interface Measured {
  readonly result: BenchResult;
  /** What ended the run early or failed while the devices were given back. */
  readonly failure?: unknown;
}

/** Attaches, checks every job against the devices and gives them back: no I/O. Throws EngineError. */
export async function planConfig(
  asked: LoadedConfig,
  access: RunAccess & Pick<StepHooks, 'onStep'>,
): Promise<Plan> {
  const { value, failure } = await withDevices(
    asked,
    { ...access, planOnly: true },
    async (devices, config) => {
      const { planned, purges } = await plannedRun(config, access, devices);
      return planOf(planned, config.maxBytesWritten, purges);
    },
  );
  if (value === undefined || failure !== undefined) throw failure;
  return value;
}

interface PlannedRun {
  readonly planned: readonly PlannedJob[];
  readonly purges: readonly PlannedPurge[];
  readonly maxBytesWritten: number | undefined;
  /** Of a run that goes on. */
  readonly resumed?: Resumed;
}

/** Every job and purge, checked against the devices. Throws EngineError. */
async function plannedRun(
  config: LoadedConfig,
  { earlier, onStep }: RunAccess & Pick<StepHooks, 'onStep'>,
  devices: readonly OpenDevice[],
): Promise<PlannedRun> {
  const planned = planRun(config, devices);
  const { maxBytesWritten } = config;
  const identities = devices.map((device) => deviceRecord(device));
  const resumed = earlier === undefined ? undefined : resumedRun(earlier, config, planned, identities);
  const purges = planPurges(config, planned).filter(({ turn }) => turn >= (resumed?.fromTurn ?? 0));
  await checkPurges(purges);
  if (resumed === undefined) return { planned, purges, maxBytesWritten };
  onStep?.(resumed.what);
  return { planned: resumed.planned, purges, maxBytesWritten, resumed };
}

/** Runs a configuration. Failures before the first I/O are thrown; later ones come with what was measured. */
export async function runConfig(asked: LoadedConfig, hooks: RunHooks): Promise<Measured> {
  const { value, failure } = await withDevices(asked, hooks, (devices, config) =>
    measure(config, devices, hooks),
  );
  if (value === undefined) throw failure;
  const { result } = value;
  result.endedAt = new Date().toISOString();
  const unsaved = await save(result, hooks);
  return { result, failure: value.failure ?? failure ?? unsaved };
}

async function measure(
  config: LoadedConfig,
  devices: readonly OpenDevice[],
  hooks: RunHooks,
): Promise<Measured> {
  const run = await plannedRun(config, hooks, devices);
  const { resumed } = run;
  hooks.onPlan?.(run.planned, run.purges);
  const silence = new Silence();
  const settings = await applySettings(config, devices, run.planned, silence);
  const result = await startResult(config, devices);
  if (resumed !== undefined) takeOver(result, resumed);
  for (const [i, record] of result.devices.entries())
    if (settings[i].length > 0) record.settings = settings[i];
  noteEvents(result, devices, eventsOf(devices));
  let failure: unknown;
  try {
    failure = await runJobs(run, devices, result, hooks, silence);
    markEnd(result, failure, hooks.signal);
    await finishResult(result, devices, resumed);
  } catch (error) {
    failure = error;
  }
  await restoreSettings(result, devices);
  hooks.onMeasured?.(() => ({ ...result, endedAt: new Date().toISOString() }));
  return { result, failure };
}

/** A document that cannot be kept does not stop the run: its figures may still be printed. */
async function save(result: BenchResult, hooks: RunHooks): Promise<unknown> {
  try {
    await hooks.onResult?.(result);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function startResult(config: LoadedConfig, devices: readonly OpenDevice[]): Promise<BenchResult> {
  const records = [];
  const untold: EngineWarning[] = [];
  for (const device of devices)
    records.push(deviceRecord(device, await smartOf(device, untold), await flashOf(device)));
  const result = emptyResult(config.source, records, deviceWarnings(devices), workloadRecord(config));
  if (config.description !== undefined) result.description = config.description;
  const ofDevices = unlessTold(result, records.flatMap(deviceDoubts));
  result.warnings.push(...hostDoubts(result.host), ...ofDevices, ...untold);
  return result;
}

/** The engine has said why there are no hugepages, where it looked for them. */
function unlessTold({ warnings }: BenchResult, doubts: readonly EngineWarning[]): EngineWarning[] {
  const told = warnings.some(({ code }) => code === 'hugepages-unavailable');
  return doubts.filter(({ code }) => !(told && code === 'base-pages'));
}

async function finishResult(
  result: BenchResult,
  devices: readonly OpenDevice[],
  resumed: Resumed | undefined,
): Promise<void> {
  noteMemory(result, devices);
  noteEvents(result, devices, eventsOf(devices));
  for (const [i, device] of devices.entries()) {
    const smart = await smartOf(device);
    if (smart) result.devices[i].smartAfter = buildSmart(smart);
    const flash = await flashOf(device);
    if (flash) result.devices[i].flashAfter = flash;
  }
  result.warnings.push(...result.devices.flatMap(deviceDoubtsAfter));
  const toldOf = (target: string): readonly EngineWarning[] => [
    ...deviceWarnings(devices.filter((device) => device.target === target)),
    ...result.warnings.filter((warning) => isWrittenBetween(warning, target)),
  ];
  const kept = resumed === undefined ? [] : keptJobs(resumed, result);
  const jobs = result.jobs.slice(kept.length);
  result.jobs = [...kept, ...withVerdicts({ ...result, jobs }, toldOf)];
}

/** What a document says that is read while its run goes on, or after it was killed. */
export const STILL_RUNNING = 'the run was still going on when this was written';

function checkpoint(result: BenchResult, hooks: RunHooks, unfinished: readonly UnfinishedJob[] = []): void {
  // Later these are among those of the result, too.
  const ended = [...result.jobs];
  hooks.onCheckpoint?.(() => ({
    ...result,
    complete: false,
    interrupted: { reason: STILL_RUNNING },
    endedAt: new Date().toISOString(),
    jobs: [...ended, ...unfinished.map(unfinishedRecord)],
  }));
}

/** What runs side by side, or the one job that searches. */
function runTurn(turn: readonly PlannedJob[], hooks: JobHooks): Promise<JobRun & Pick<JobRecord, 'search'>> {
  const [{ config }] = turn;
  return config.search === undefined ? runJob(turn, hooks) : runSearch(turn, config.search, hooks);
}

/** Takes over how rounds went; a steady state that was not reached is told once they are over. */
function noteRounds(result: BenchResult, rounds: RoundsWatch): void {
  const records = rounds.records();
  if (records.length > 0) result.rounds = records;
  const told = new Set(result.warnings.map(({ message }) => message));
  result.warnings.push(...rounds.doubts().filter(({ message }) => !told.has(message)));
}

/** Every job in order; resolves to what ended it early. */
async function runJobs(
  { planned, purges, maxBytesWritten, resumed }: PlannedRun,
  devices: readonly OpenDevice[],
  result: BenchResult,
  hooks: RunHooks,
  silence: Silence,
): Promise<unknown> {
  const jobHooks: JobHooks = {
    ...hooks,
    onInterval: (unfinished) => {
      noteMemory(result, devices);
      checkpoint(result, hooks, unfinished);
    },
    onEvents: (events) => noteEvents(result, devices, events),
    intervalLimits: intervalLimits(planned.length * (hooks.documents ?? 1)),
  };
  const rounds = resumed?.rounds ?? new RoundsWatch(planned);
  const samples = new BlockSamples();
  const written = new WrittenWatch(maxBytesWritten, planned, resumed?.writtenBytes);
  if (resumed !== undefined) noteRounds(result, rounds);
  checkpoint(result, hooks);
  let began = false;
  for (const turn of turnsOf(planned.filter(({ turn }) => turn >= (resumed?.fromTurn ?? 0)))) {
    if (hooks.signal.aborted) return undefined;
    if (rounds.skips(turn[0])) continue;
    try {
      const onDevices = written.within(turn);
      await silence.endAll(onDevices);
      if (began) await requireUnchanged(onDevices.map(({ device }) => device));
      began = true;
      const purged = await purgeBefore(onDevices[0], purges, hooks);
      if (purged.length > 0) result.purges = [...(result.purges ?? []), ...purged];
      if (hooks.signal.aborted) return undefined;
      const sampled = await samples.of(onDevices);
      await silence.endAll(sampled);
      const {
        outcomes,
        unfinished,
        notBegun = [],
        failure: failed,
        releaseFailure,
        ...found
      } = await runTurn(sampled, jobHooks);
      const records = silence.told(
        [
          ...outcomes.map((outcome) => jobRecord(outcome, outcomes)),
          ...unfinished.map(unfinishedRecord),
          ...notBegun.map(notBegunRecord),
        ].map((record) => ({ ...record, ...found })),
        sampled,
      );
      result.jobs.push(...records);
      written.add(outcomes);
      rounds.add(outcomes.filter((_, i) => endedAsAsked(records[i])));
      noteRounds(result, rounds);
      hooks.onJob?.(records);
      noteMemory(result, devices);
      if (failed !== undefined) return failed;
      if (!hooks.signal.aborted) checkpoint(result, hooks);
      const failure =
        lostFailure(onDevices, outcomes) ??
        askedBackFailure(onDevices) ??
        releaseFailure ??
        timeoutFailure(onDevices, records);
      if (failure !== undefined) return failure;
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

/** Why a run was asked to stop, by the reason of its signal; undefined where it was not. */
export function stopReasonOf({ aborted, reason }: AbortSignal): string | undefined {
  if (!aborted) return undefined;
  return reason instanceof Error ? reason.message : String(reason);
}

/** Whether the run came to its own end, and if not, who ended it. */
function markEnd(result: BenchResult, failure: unknown, signal: AbortSignal): void {
  const reason = stopReasonOf(signal);
  const endedBy = reason ?? (failure instanceof EngineError ? `${failure.op}: ${failure.reason}` : undefined);
  if (endedBy !== undefined) result.interrupted = { reason: endedBy };
  const ended = failure === undefined && result.jobs.every(endedAsAsked);
  result.complete = reason === undefined && ended;
}

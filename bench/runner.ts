/** A whole run: attach, plan, do each job, keep the document current, give the devices back. */
import { EngineError, type SmartLog } from '../engine/index.js';
import { type BenchResult, buildSmart } from '../reports/index.js';
import type { LoadedConfig } from './config/load.js';
import { closeDevices, deviceWarnings, openDevices } from './devices.js';
import { type JobHooks, runJob } from './job-run.js';
import { type OpenDevice, type PlannedJob, planRun } from './plan.js';
import { deviceRecord, emptyResult, jobRecord } from './result-document.js';

export interface RunHooks extends JobHooks {
  /** The plan, before the first I/O. Returns false to stop there. */
  onPlan(planned: readonly PlannedJob[]): boolean;
  /** The document after each job and at the end; what it holds may be written at once. */
  onResult(result: BenchResult): void;
  /** Why the run was asked to stop. */
  interruptReason(): string | undefined;
}

export interface RunOutcome {
  readonly result?: BenchResult;
  /** What ended the run early or failed while the devices were given back. */
  readonly failure?: unknown;
}

/** Runs a configuration. Failures before the first I/O are thrown; later ones come with what was measured. */
export async function runConfig(config: LoadedConfig, hooks: RunHooks): Promise<RunOutcome> {
  const devices = await openDevices(config);
  let result: BenchResult | undefined;
  let failure: unknown;
  try {
    const planned = planRun(config, devices);
    if (hooks.onPlan(planned)) {
      result = await startResult(config, devices);
      failure = await runJobs(planned, result, hooks);
      await finishResult(result, devices);
    }
  } catch (error) {
    failure = error;
  }
  await closeDevices(devices).catch((error: unknown) => {
    failure ??= error;
  });
  if (result === undefined && failure !== undefined) throw failure;
  if (result) {
    result.endedAt = new Date().toISOString();
    hooks.onResult(result);
  }
  return { result, failure };
}

async function startResult(config: LoadedConfig, devices: readonly OpenDevice[]): Promise<BenchResult> {
  const records = [];
  for (const device of devices) records.push(deviceRecord(device, await smartOf(device)));
  return emptyResult(config.source, records, deviceWarnings(devices));
}

/** SMART is optional context: a controller that refuses it does not stop a run. */
function smartOf(device: OpenDevice): Promise<SmartLog | undefined> {
  if (device.controller.dead() !== undefined) return Promise.resolve(undefined);
  return device.controller.admin.smart().catch(() => undefined);
}

async function finishResult(result: BenchResult, devices: readonly OpenDevice[]): Promise<void> {
  for (const [i, device] of devices.entries()) {
    const smart = await smartOf(device);
    if (smart) result.devices[i].smartAfter = buildSmart(smart);
  }
}

/** Every job in order; resolves to what ended it early. */
async function runJobs(
  planned: readonly PlannedJob[],
  result: BenchResult,
  hooks: RunHooks,
): Promise<unknown> {
  const names = [...new Set(planned.map(({ config }) => config.name))];
  for (const name of names) {
    if (hooks.signal.aborted) break;
    const onDevices = planned.filter(({ config }) => config.name === name);
    try {
      const { outcomes, releaseFailure } = await runJob(onDevices, hooks);
      result.jobs.push(...outcomes.map(jobRecord));
      result.endedAt = new Date().toISOString();
      if (!hooks.signal.aborted) hooks.onResult(result);
      const lost = onDevices
        .map(({ device }) => device.controller.dead())
        .find((reason) => reason !== undefined);
      if (releaseFailure !== undefined || lost !== undefined)
        return releaseFailure ?? lostError(onDevices, lost);
    } catch (error) {
      return error;
    }
  }
  const reason = hooks.interruptReason();
  if (reason !== undefined) result.interrupted = { reason };
  result.complete = reason === undefined && result.jobs.every((job) => endedByItself(job.stopReason));
  return undefined;
}

function endedByItself(stopReason: string): boolean {
  return stopReason === 'runtime' || stopReason === 'number_ios' || stopReason === 'size';
}

function lostError(jobs: readonly PlannedJob[], reason = ''): unknown {
  return new EngineError({
    code: 'DEVICE_LOST',
    op: `run job ${jobs[0].config.name}`,
    target: jobs.map(({ device }) => device.target).join(', '),
    reason,
    hint: 'what was measured until then is in the report; look at the kernel log and the device',
  });
}

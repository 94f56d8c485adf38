/** Purges: all data of a namespace are destroyed before a job, by Dataset Management over all of it or by Format NVM. */
import { EngineError, type FormatRequest, requireAdmin } from '../../engine/index.js';
import type { PurgeRecord } from '../../reports/document/index.js';
import type { PurgeWay } from '../config/purge-keys.js';
import { completeJob, type JobConfig, type RunConfig } from '../config/run-config.js';
import { namespaceChange } from './job/device-watch.js';
import { type JobHooks, runJob } from './job/job-run.js';
import { type OpenDevice, type PlannedJob, planAlone } from './plan/plan.js';

/** Of one range: some drives take long for large ones, and one for all could not be told from a hang. */
const RANGE_BYTES = 2 ** 30;
const RANGES_AT_ONCE = 8;
/** A drive may erase before it answers. */
const TIMEOUT_MS = 600_000;
/** Format NVM, SES: user data erase. */
const USER_DATA_ERASE = 1;

/** What is done to a device before a turn of the run. */
export interface PlannedPurge {
  readonly way: PurgeWay;
  readonly device: OpenDevice;
  /** Place of the turn in the run, and the name of its first job there. */
  readonly turn: number;
  readonly before: string;
  /** Of `deallocate`: what names all blocks, one after the other. */
  readonly jobs: readonly PlannedJob[];
}

/** A part of the namespace in ranges of one length. */
function rangesJob(bytes: number, offsetBytes: number, sizeBytes: number): JobConfig {
  return completeJob('purge', {
    rw: 'trim',
    bs: { read: bytes, write: bytes },
    offset: { bytes: offsetBytes },
    size: { bytes: sizeBytes },
    iodepth: RANGES_AT_ONCE,
    io_timeout: TIMEOUT_MS,
  });
}

/** Ranges that name each block of a namespace once: all of one length, and a shorter one at its end. */
function rangeJobs({ sizeBytes }: OpenDevice['namespace']): JobConfig[] {
  const bytes = Math.min(RANGE_BYTES, sizeBytes);
  const rest = sizeBytes % bytes;
  const whole = sizeBytes - rest;
  return [rangesJob(bytes, 0, whole), ...(rest === 0 ? [] : [rangesJob(rest, whole, rest)])];
}

/** In the format that it has. Throws EngineError of kind `input` where this path formats nothing. */
function formatRequest({ drive, namespace }: OpenDevice): FormatRequest {
  requireAdmin(drive, 'purge by format');
  const { nsid, identity } = namespace;
  if (identity !== undefined && drive.settings !== undefined)
    return { nsid, formatIndex: identity.formatIndex, secureErase: USER_DATA_ERASE };
  throw new EngineError({
    code: 'FORMAT_UNSUPPORTED',
    op: 'purge by format',
    target: drive.target,
    reason: 'the controller is not for this process alone: the kernel or others have it too',
    hint: 'use purge: deallocate, or have the drive as pci:',
    kind: 'input',
  });
}

/** All purges that the jobs of a run ask for, each device once in a turn. Sends nothing. Throws EngineError. */
export function planPurges(config: RunConfig, planned: readonly PlannedJob[]): PlannedPurge[] {
  const purges = new Map<string, PlannedPurge>();
  for (const { config: job, device, repeat, turn } of planned) {
    const key = `${turn} ${device.target}`;
    const { purge: way } = job;
    if (way === undefined || repeat.index > 0 || purges.has(key)) continue;
    if (way === 'format') formatRequest(device);
    const ranges = way === 'format' ? [] : rangeJobs(device.namespace);
    const jobs = ranges.map((each) => planAlone(config, each, device));
    purges.set(key, { way, device, turn, before: job.name, jobs });
  }
  return [...purges.values()];
}

/** Whether the drives would take the formats among them; changes nothing. Throws EngineError, NvmeStatusError. */
export async function checkPurges(purges: readonly PlannedPurge[]): Promise<void> {
  for (const { way, device } of purges) {
    if (way !== 'format') continue;
    const request = formatRequest(device);
    try {
      await requireAdmin(device.drive, 'purge by format').checkFormat(request);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'input') throw error;
      const { code, op, target, reason } = error;
      const hint = 'use purge: deallocate, or nvbench format before the run';
      throw new EngineError({ code, op: `purge: ${op}`, target, reason, hint, kind: 'input', cause: error });
    }
  }
}

function failed({ way, device }: PlannedPurge, reason: string): EngineError {
  return new EngineError({
    code: 'PURGE_FAILED',
    op: `purge by ${way}`,
    target: device.target,
    reason,
    hint: 'the drive is in no known state, so nothing more was measured; look at the device',
  });
}

/** Names all blocks; false where the signal came before the end. */
async function deallocate(purge: PlannedPurge, hooks: JobHooks): Promise<boolean> {
  for (const job of purge.jobs) {
    const { signal, abandonSignal } = hooks;
    const { outcomes, failure, releaseFailure } = await runJob([job], { signal, abandonSignal, onTick() {} });
    if (failure !== undefined || releaseFailure !== undefined) throw failure ?? releaseFailure;
    if (signal.aborted) return false;
    const [{ workers, lost }] = outcomes;
    if (lost !== undefined) throw failed(purge, lost);
    const errors = workers.flatMap(({ statuses }) => statuses);
    const count = errors.reduce((sum, each) => sum + each.count, 0);
    if (count > 0) throw failed(purge, `${count} Dataset Management commands failed`);
    if (workers.some(({ stopReason }) => stopReason !== 'number_ios'))
      throw failed(purge, 'not all of it was named');
  }
  return true;
}

/** Formats, and looks whether the namespace is what it was. No signal cuts the command off. */
async function format(purge: PlannedPurge): Promise<boolean> {
  const { device } = purge;
  await requireAdmin(device.drive, 'purge by format').formatNamespace(formatRequest(device));
  const change = await namespaceChange(device);
  if (change !== undefined) throw failed(purge, change);
  return true;
}

/** What a run does before a turn. */
export interface StepHooks extends JobHooks {
  /** Something begins that is no job and may take long, in a sentence. */
  onStep?(what: string): void;
}

/** Does one; undefined where it was asked to stop before the end. Throws EngineError, NvmeStatusError. */
async function runPurge(purge: PlannedPurge, hooks: JobHooks): Promise<PurgeRecord | undefined> {
  if (hooks.signal.aborted) return undefined;
  const { way, device, before } = purge;
  const startedAt = new Date();
  const beganMs = performance.now();
  const done = await (way === 'format' ? format(purge) : deallocate(purge, hooks));
  if (!done) return undefined;
  return {
    target: device.target,
    namespaceId: device.namespace.nsid,
    way,
    before,
    bytes: device.namespace.sizeBytes,
    startedAt: startedAt.toISOString(),
    elapsedNs: Math.round((performance.now() - beganMs) * 1e6),
  };
}

/** Does those that go before a turn, one after the other, until the signal comes. Throws EngineError, NvmeStatusError. */
export async function purgeBefore(
  { turn }: Pick<PlannedJob, 'turn'>,
  purges: readonly PlannedPurge[],
  hooks: StepHooks,
): Promise<PurgeRecord[]> {
  const records: PurgeRecord[] = [];
  for (const purge of purges.filter((each) => each.turn === turn)) {
    const { way, device, before } = purge;
    hooks.onStep?.(`purge of ${device.target} by ${way} before ${before}: all of its data are destroyed now`);
    const record = await runPurge(purge, hooks);
    if (record !== undefined) records.push(record);
  }
  return records;
}

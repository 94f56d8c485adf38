/** Purges: all data of a namespace are destroyed before a job, by Dataset Management over all of it, by Format NVM or by Sanitize. */
import {
  type DriveAdmin,
  EngineError,
  type FormatRequest,
  requireAdmin,
  statusName,
} from '../../engine/index.js';
import type { PurgeRecord, RecoveryStep } from '../../reports/document/index.js';
import type { PurgeWay } from '../config/purge-keys.js';
import { completeJob, type JobConfig, type RunConfig } from '../config/run-config.js';
import { namespaceChange } from './job/device-watch.js';
import { type JobHooks, runJob } from './job/job-run.js';
import { resetAfter } from './job/recovery.js';
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
  /** What the job wants done about a device that does not answer. */
  readonly onTimeout: JobConfig['onTimeout'];
  /** Of `deallocate`: what names all blocks, one after the other. */
  readonly jobs: readonly PlannedJob[];
}

/** A part of the namespace in ranges of one length. */
function rangesJob(
  bytes: number,
  offsetBytes: number,
  sizeBytes: number,
  onTimeout: JobConfig['onTimeout'],
): JobConfig {
  return completeJob('purge', {
    rw: 'trim',
    bs: { read: bytes, write: bytes },
    offset: { bytes: offsetBytes },
    size: { bytes: sizeBytes },
    iodepth: RANGES_AT_ONCE,
    io_timeout: TIMEOUT_MS,
    on_timeout: onTimeout,
  });
}

/** Ranges that name each block of a namespace once: all of one length (DMRSL, DMSL), and a shorter one at its end. */
function rangeJobs(
  { sizeBytes, lbaBytes, limits = {} }: OpenDevice['namespace'],
  onTimeout: JobConfig['onTimeout'],
): JobConfig[] {
  const most = Math.min(limits.deallocateRangeLbas ?? 2 ** 32, limits.deallocateLbas ?? 2 ** 32);
  const bytes = Math.min(RANGE_BYTES, sizeBytes, most * lbaBytes);
  const rest = sizeBytes % bytes;
  const whole = sizeBytes - rest;
  const job = (length: number, offset: number, size: number) => rangesJob(length, offset, size, onTimeout);
  return [job(bytes, 0, whole), ...(rest === 0 ? [] : [job(rest, whole, rest)])];
}

function unsupported({ drive }: OpenDevice, way: PurgeWay, reason: string): EngineError {
  return new EngineError({
    code: way === 'format' ? 'FORMAT_UNSUPPORTED' : 'SANITIZE_UNSUPPORTED',
    op: `purge by ${way}`,
    target: drive.target,
    reason,
    hint: 'use purge: deallocate, or have the drive as pci:',
    kind: 'input',
  });
}

/** Throws EngineError of kind `input` where this path does nothing to a whole controller. */
function requireOwn(device: OpenDevice, way: PurgeWay): DriveAdmin {
  const admin = requireAdmin(device.drive, `purge by ${way}`);
  if (device.drive.settings !== undefined) return admin;
  const reason = 'the controller is not for this process alone: the kernel or others have it too';
  throw unsupported(device, way, reason);
}

/** In the format that it has. Throws EngineError of kind `input` where this path formats nothing, or does not tell the format. */
function formatRequest(device: OpenDevice): FormatRequest {
  requireOwn(device, 'format');
  const { nsid, identity } = device.namespace;
  if (identity !== undefined)
    return { nsid, formatIndex: identity.formatIndex, secureErase: USER_DATA_ERASE };
  throw unsupported(device, 'format', 'this way to the drive does not tell which format the namespace has');
}

/** What sanitizes its drive. Throws EngineError of kind `input` where this path cannot. */
function sanitizeOf(device: OpenDevice): Required<Pick<DriveAdmin, 'checkSanitize' | 'sanitize'>> {
  const { checkSanitize, sanitize } = requireOwn(device, 'sanitize');
  if (checkSanitize !== undefined && sanitize !== undefined) return { checkSanitize, sanitize };
  throw unsupported(device, 'sanitize', 'this way to the drive has no Sanitize command');
}

/** All purges that the jobs of a run ask for, each device once in a turn. Sends nothing. Throws EngineError. */
export function planPurges(config: RunConfig, planned: readonly PlannedJob[]): PlannedPurge[] {
  const purges = new Map<string, PlannedPurge>();
  for (const { config: job, device, repeat, turn } of planned) {
    const key = `${turn} ${device.target}`;
    const { purge: way, onTimeout } = job;
    if (way === undefined || repeat.index > 0 || purges.has(key)) continue;
    if (way === 'format') formatRequest(device);
    if (way === 'sanitize') sanitizeOf(device);
    const ranges = way === 'deallocate' ? rangeJobs(device.namespace, onTimeout) : [];
    const jobs = ranges.map((each) => planAlone(config, each, device));
    purges.set(key, { way, device, turn, before: job.name, onTimeout, jobs });
  }
  return [...purges.values()];
}

/** Whether the drives would take the formats and sanitizes among them; changes nothing. Throws EngineError, NvmeStatusError. */
export async function checkPurges(purges: readonly PlannedPurge[]): Promise<void> {
  for (const { way, device } of purges) {
    if (way === 'sanitize') await sanitizeOf(device).checkSanitize(device.namespace.nsid);
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

/** Done, or not as the signal came before the end; or what was done about a device that did not answer. */
type PurgeEnd = boolean | readonly RecoveryStep[];

/** Names all blocks. */
async function deallocate(purge: PlannedPurge, hooks: JobHooks): Promise<PurgeEnd> {
  for (const job of purge.jobs) {
    const { signal, abandonSignal } = hooks;
    const { outcomes, failure, releaseFailure, notBegun } = await runJob([job], {
      signal,
      abandonSignal,
      onTick() {},
    });
    if (failure !== undefined || releaseFailure !== undefined) throw failure ?? releaseFailure;
    if (signal.aborted) return false;
    if (notBegun !== undefined) return notBegun[0].recovery;
    const [{ workers, lost, recovery }] = outcomes;
    if (lost !== undefined) throw failed(purge, lost);
    if (recovery.length > 0 && purge.onTimeout !== 'stop') return recovery;
    const errors = workers.flatMap(({ statuses }) => statuses);
    const count = errors.reduce((sum, each) => sum + each.count, 0);
    const names = [...new Set(errors.map(({ status }) => statusName(status)))].join(', ');
    if (count > 0) throw failed(purge, `${count} Dataset Management commands failed: ${names}`);
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

/**
 * Sanitizes, tells how far it is by tenths, and looks whether the namespace is what it was. Nothing cuts it off; false where the signal
 * ended the waiting.
 */
async function sanitize(purge: PlannedPurge, { onStep, signal }: StepHooks): Promise<boolean> {
  const { device } = purge;
  let told = 0;
  const tell = (share: number): void => {
    const tenths = Math.floor(share * 10);
    if (tenths > told) onStep?.(`purge of ${device.target} by sanitize: ${tenths * 10} % done`);
    told = Math.max(told, tenths);
  };
  const isOver = await sanitizeOf(device).sanitize(device.namespace.nsid, tell, signal);
  if (!isOver) {
    onStep?.(
      `the sanitize of ${device.target} goes on in the drive by itself: nvme sanitize-log tells how far`,
    );
    return false;
  }
  const change = await namespaceChange(device);
  if (change !== undefined) throw failed(purge, change);
  return true;
}

/** What a run does before a turn. */
export interface StepHooks extends JobHooks {
  /** Something begins that is no job and may take long, in a sentence. */
  onStep?(what: string): void;
}

/** As `does`; what a device does not answer in time is done once more, on what was done about that. Throws EngineError, NvmeStatusError. */
async function twiceAtMost(
  purge: PlannedPurge,
  { signal }: JobHooks,
  does: () => Promise<PurgeEnd>,
): Promise<{ readonly done: boolean; readonly recovery: readonly RecoveryStep[] }> {
  const { way, device, onTimeout } = purge;
  const first = await does().catch(async (error: unknown) => {
    const steps =
      onTimeout === 'stop' ? undefined : await resetAfter(error, device, 'purge', `Purge by ${way}`);
    if (steps === undefined) throw error;
    return steps;
  });
  if (typeof first === 'boolean') return { done: first, recovery: [] };
  if (signal.aborted) return { done: false, recovery: first };
  const second = await does();
  if (typeof second !== 'boolean') throw failed(purge, 'it did not answer in time, nor once more');
  return { done: second, recovery: first };
}

/** Does one; undefined where it was asked to stop before the end. Throws EngineError, NvmeStatusError. */
async function runPurge(purge: PlannedPurge, hooks: StepHooks): Promise<PurgeRecord | undefined> {
  if (hooks.signal.aborted) return undefined;
  const { way, device, before } = purge;
  const startedAt = new Date();
  const beganMs = performance.now();
  const ways = { format, sanitize, deallocate };
  const { done, recovery } = await twiceAtMost(purge, hooks, () => ways[way](purge, hooks));
  if (!done) return undefined;
  return {
    target: device.target,
    namespaceId: device.namespace.nsid,
    way,
    before,
    bytes: device.namespace.sizeBytes,
    startedAt: startedAt.toISOString(),
    elapsedNs: Math.round((performance.now() - beganMs) * 1e6),
    ...(recovery.length === 0 ? {} : { recovery: [...recovery] }),
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

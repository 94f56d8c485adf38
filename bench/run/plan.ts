/** What a run will do, worked out against the attached devices before the first I/O. */
import { allowedCpus, type Drive, type DriveNamespace, EngineError } from '../../engine/index.js';
import { type Geometry, type JobSpec, planGeometry } from '../../engine/load/index.js';
import { isRandom, runIosOf, stepBytesOf, writes } from '../config/pattern.js';
import type { JobConfig, RunConfig } from '../config/run-config.js';
import { MAX_EXPANDED_JOBS } from '../config/sweep.js';
import type { Extent } from '../config/units.js';
import { chooseCpus } from '../host/cpu-choice.js';
import { checkMayWrite } from './may-write.js';

/** Failed I/Os of one worker that end its job: past this, the figures describe errors. */
const MAX_ERRORS = 1000;

/** A device that the run has opened. */
export interface OpenDevice {
  readonly target: string;
  readonly drive: Drive;
  readonly namespace: DriveNamespace;
}

/** One of the times that a job runs; `index` counts from 0. */
export interface Repeat {
  readonly index: number;
  readonly count: number;
}

/** One job, or one repeat of it, on one device. */
export interface PlannedJob {
  readonly config: JobConfig;
  readonly repeat: Repeat;
  /** Place in the run, from 0; jobs that run side by side on several devices share it. */
  readonly turn: number;
  readonly device: OpenDevice;
  readonly spec: JobSpec;
  readonly geometry: Geometry;
}

function extentBytes(extent: Extent, { sizeBytes, lbaBytes }: DriveNamespace): number {
  if ('bytes' in extent) return extent.bytes;
  const lbas = Math.floor(((sizeBytes / lbaBytes) * extent.percent) / 100);
  return lbas * lbaBytes;
}

/** Rounded down to whole I/Os where it is a percentage: they must not lie across each other's boundaries. */
function offsetBytesOf({ offset, bsBytes }: JobConfig, namespace: DriveNamespace): number {
  const bytes = extentBytes(offset, namespace);
  return 'percent' in offset ? bytes - (bytes % bsBytes) : bytes;
}

/** Drops what does not fill a last I/O, where the user did not name the end. */
function regionBytes(job: JobConfig, namespace: DriveNamespace, offsetBytes: number): number {
  if (job.size) return extentBytes(job.size, namespace);
  const rest = namespace.sizeBytes - offsetBytes;
  return rest - (rest % job.bsBytes);
}

const FIRST: Repeat = { index: 0, count: 1 };

/** The first repeat has the job's own seed; the others scatter from it (murmur3's finalizer). */
function seedOf(job: JobConfig, jobIndex: number, repeat: Repeat): number {
  const base = job.randseed ?? jobIndex * 7919 + 1;
  if (repeat.index === 0) return base;
  let x = (base + Math.imul(repeat.index, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

type Placement = Pick<JobSpec, 'cpus' | 'yieldWhenIdle'>;

/** Where the workers of a job run, device by device: all of them poll at the same time. */
function placementsOf(job: JobConfig, devices: readonly OpenDevice[]): Placement[] {
  const allowed = allowedCpus();
  const taken: number[] = [];
  const cpus = devices.map(({ drive: { numaNode } }) => {
    const chosen = chooseCpus({ workers: job.numjobs, allowed, wanted: job.cpusAllowed, numaNode, taken });
    taken.push(...chosen.flat());
    return chosen;
  });
  const shared = new Set(taken).size < taken.length;
  const played = devices.reduce((sum, { drive }) => sum + drive.hostThreads, 0);
  return devices.map(({ drive }, i) => {
    // The threads that play devices, and this process's main thread, want CPU time as well.
    const busyThreads = taken.length + played + (drive.hostThreads > 0 ? 1 : 0);
    return { cpus: cpus[i], yieldWhenIdle: shared || busyThreads > allowed.length };
  });
}

function jobSpec(
  config: RunConfig,
  job: JobConfig,
  seed: number,
  device: OpenDevice,
  placement: Placement,
): JobSpec {
  const { namespace } = device;
  const offsetBytes = offsetBytesOf(job, namespace);
  const sizeBytes = regionBytes(job, namespace, offsetBytes);
  const timed = job.runtimeMs !== undefined;
  const once = Math.floor(sizeBytes / job.bsBytes);
  // Every key of the job goes along; of those that need the device, or another key, what they come to.
  return {
    ...job,
    random: isRandom(job.rw),
    stepBytes: stepBytesOf(job.rw),
    runIos: runIosOf(job.rw),
    readPercent: job.rwmixread,
    offsetBytes,
    sizeBytes,
    runtimeMs: job.runtimeMs ?? Number.POSITIVE_INFINITY,
    numberIos: job.numberIos ?? (timed ? Number.POSITIVE_INFINITY : once),
    maxErrors: MAX_ERRORS,
    seed,
    split: config.split,
    ...placement,
  };
}

/**
 * Every job on every device, each as often as it repeats, checked against the device. Throws EngineError of kind
 * `input`; touches nothing.
 */
export function planRun(config: RunConfig, devices: readonly OpenDevice[]): PlannedJob[] {
  checkResultSize(config, devices.length);
  checkCoalescing(config, devices);
  let turn = 0;
  return config.jobs.flatMap((job, jobIndex) => {
    const placements = placementsOf(job, devices);
    const once = devices.map((device, i) => {
      if (writes(job.rw)) checkMayWrite(config, device.drive);
      const spec = jobSpec(config, job, seedOf(job, jobIndex, FIRST), device, placements[i]);
      return { config: job, device, spec, geometry: checkedGeometry(job, device, spec) };
    });
    return Array.from({ length: job.repeat }, (_, index) => {
      const repeat = { index, count: job.repeat };
      const seed = seedOf(job, jobIndex, repeat);
      const at = turn++;
      return once.map((planned) => ({ ...planned, repeat, turn: at, spec: { ...planned.spec, seed } }));
    }).flat();
  });
}

/** A result has a record for each of them, and has to be written and read as a whole. */
function checkResultSize({ jobs }: RunConfig, devices: number): void {
  const records = devices * jobs.reduce((sum, { repeat }) => sum + repeat, 0);
  if (records <= MAX_EXPANDED_JOBS) return;
  throw new EngineError({
    code: 'TOO_MANY_JOBS',
    op: 'plan the run',
    target: `${devices} devices`,
    reason: `its jobs run ${records} times over all devices, more than ${MAX_EXPANDED_JOBS}`,
    hint: 'run the devices one by one, or use fewer values and repeats',
    kind: 'input',
  });
}

/** It would be measured without what was asked for. */
function checkCoalescing({ interruptCoalescing }: RunConfig, devices: readonly OpenDevice[]): void {
  if (interruptCoalescing === undefined) return;
  for (const { drive, target } of devices) {
    if (drive.setInterruptCoalescing !== undefined) continue;
    throw new EngineError({
      code: 'NO_INTERRUPT_COALESCING',
      op: 'set interrupt_coalescing',
      target,
      reason: 'its interrupts cannot be gathered this way',
      hint: 'leave interrupt_coalescing out',
      kind: 'input',
    });
  }
}

function checkedGeometry(job: JobConfig, device: OpenDevice, spec: JobSpec): Geometry {
  try {
    return planGeometry(device.drive, device.namespace, spec);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, op, target, reason, hint, kind } = error;
    throw new EngineError({ code, op: `job ${job.name}: ${op}`, target, reason, hint, kind, cause: error });
  }
}

/** Bytes that a job writes after its ramp: at most, or on average where it is mixed; undefined where only time limits it. */
export function bytesToWrite({ spec }: PlannedJob): number | undefined {
  if (spec.readPercent === 100) return 0;
  if (spec.numberIos === Number.POSITIVE_INFINITY) return undefined;
  return Math.round(spec.numberIos * spec.numjobs * spec.bsBytes * (1 - spec.readPercent / 100));
}

/** The jobs that run side by side, in the order of the run. */
export function turnsOf(planned: readonly PlannedJob[]): PlannedJob[][] {
  const turns = new Map<number, PlannedJob[]>();
  for (const job of planned) turns.set(job.turn, [...(turns.get(job.turn) ?? []), job]);
  return [...turns.values()];
}

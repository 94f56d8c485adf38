/** What a run will do, worked out against the attached devices before the first I/O. */
import {
  type Drive,
  type DriveNamespace,
  EngineError,
  type NamespaceChoice,
  type SampledBlocks,
} from '../../../engine/index.js';
import {
  flowMemory,
  type Geometry,
  type JobSpec,
  planGeometry,
  scatter,
  shapeOf,
} from '../../../engine/load/index.js';
import { grouped } from '../../../reports/document/grouped.js';
import { isTrim, writes } from '../../config/pattern.js';
import { devicesOfJob, type JobConfig, type RunConfig, timesOf } from '../../config/run-config.js';
import { controllerKeysNamed } from '../../config/settings-named.js';
import { MAX_EXPANDED_JOBS } from '../../config/sweep.js';
import { checkFilledOnce } from './filled-once.js';
import { meanIoBytes } from './job-lengths.js';
import { jobSpec } from './job-spec.js';
import { logPaths } from './log-paths.js';
import { checkMayWrite, mayDestroy } from './may-write.js';
import { requireOwnJournals } from './own-journals.js';
import { placeWorkers } from './placement.js';
import { checkVerifiedAlone } from './verified-alone.js';
import { checkWriteBudget } from './write-budget.js';

/** A namespace of a drive that the run has opened. */
export interface OpenDevice {
  /** With the namespace, where the run has several of the drive. */
  readonly target: string;
  readonly drive: Drive;
  readonly namespace: DriveNamespace;
  /** As the configuration names it; absent: all its jobs run on it. */
  readonly named?: readonly DeviceName[];
}

/** A device as it is written, with the namespace that is asked for. */
export interface DeviceName {
  readonly target: string;
  readonly namespace: NamespaceChoice | undefined;
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
  /** Place of the job among those of the configuration, from 0. */
  readonly jobIndex: number;
  /** Place in the run, from 0; what runs side by side shares it: jobs, and a job on several devices. */
  readonly turn: number;
  readonly device: OpenDevice;
  readonly spec: JobSpec;
  readonly geometry: Geometry;
  /** CPUs of the workers that run beside its own. */
  readonly cpusBeside: readonly number[];
  /** What the turns before have left on its device: what they wrote, or nothing, since they purged or trimmed it; undefined where neither. */
  readonly leftBefore: 'written' | 'emptied' | undefined;
  /** What blocks of it held before the run wrote any; absent where nobody asked, or the device does not tell. */
  readonly sampled?: SampledBlocks;
  /** An earlier attempt of the run left that: how long ago, and whether the device has kept it. Absent of all others. */
  readonly preparedBefore?: { readonly restedMs: number; readonly keeps: boolean };
  /** Where its log of single I/Os goes. */
  readonly logPath?: string;
}

const FIRST: Repeat = { index: 0, count: 1 };

/** The first repeat has the job's own seed; the others scatter from it. */
function seedOf(job: JobConfig, jobIndex: number, repeat: Repeat): number {
  const base = job.randseed ?? jobIndex * 7919 + 1;
  if (repeat.index === 0) return base;
  return scatter(base + Math.imul(repeat.index, 0x9e3779b9)) >>> 0;
}

/** Where a job runs. */
function devicesFor(config: RunConfig, job: JobConfig, devices: readonly OpenDevice[]): OpenDevice[] {
  const targets = devicesOfJob(config, job);
  const namespace = job.namespace ?? config.namespace;
  return devices.filter(
    ({ named }) =>
      named === undefined ||
      named.some((name) => targets.includes(name.target) && name.namespace === namespace),
  );
}

/** What one turn does once. `firstIndex`: the place of its first job among those of the run. */
function planTurn(
  config: RunConfig,
  turn: readonly JobConfig[],
  firstIndex: number,
  devices: readonly OpenDevice[],
): Omit<PlannedJob, 'turn' | 'repeat' | 'leftBefore'>[] {
  const parts = turn.flatMap((job, i) =>
    devicesFor(config, job, devices).map((device) => ({ job, jobIndex: firstIndex + i, device })),
  );
  const placements = placeWorkers(parts);
  const planned = parts.map(({ job, jobIndex, device }, i) => {
    if (mayDestroy(job)) checkMayWrite(config, device.drive, device.namespace);
    const { cpusBeside, ...placement } = placements[i];
    const spec = jobSpec(config, job, seedOf(job, jobIndex, FIRST), device.namespace, placement);
    return { config: job, jobIndex, device, spec, cpusBeside, geometry: checkedGeometry(job, device, spec) };
  });
  checkTogether(planned);
  checkVerifiedAlone(planned);
  return keepingPace(planned);
}

/** Jobs with a weight in one group of their turn. */
function keepingPace<Job extends Pick<PlannedJob, 'spec'>>(planned: readonly Job[]): Job[] {
  const flows = ({ spec }: Job): boolean => (spec.flowWeight ?? 0) > 0;
  const memory = flowMemory(planned.filter(flows).reduce((sum, { spec }) => sum + spec.numjobs, 0));
  let first = 0;
  return planned.map((job) => {
    if (!flows(job)) return job;
    const flowGroup = { memory, first };
    first += job.spec.numjobs;
    return { ...job, spec: { ...job.spec, flowGroup } };
  });
}

/** A job of the run's own, by itself on a device. Throws EngineError of kind `input`. */
export function planAlone(config: RunConfig, job: JobConfig, device: OpenDevice): PlannedJob {
  const [{ cpusBeside, ...placement }] = placeWorkers([{ job, device }]);
  const spec = jobSpec(config, job, 0, device.namespace, placement);
  const geometry = checkedGeometry(job, device, spec);
  return {
    config: job,
    jobIndex: 0,
    device,
    spec,
    cpusBeside,
    geometry,
    repeat: FIRST,
    turn: 0,
    leftBefore: undefined,
  };
}

/**
 * Every job on its devices, each as often as it repeats, checked against the device. Throws EngineError of kind
 * `input`; touches nothing.
 */
export function planRun(config: RunConfig, devices: readonly OpenDevice[]): PlannedJob[] {
  const planned = plannedTurns(config, devices);
  checkWriteBudget(config.maxBytesWritten, planned);
  requireOwnJournals(planned);
  checkFilledOnce(planned);
  const paths = logPaths(planned.map(({ config: job }) => job.log));
  return planned.map((job, i) => (paths[i] === undefined ? job : { ...job, logPath: paths[i] }));
}

/** What a job leaves where it was; undefined where it changes nothing. */
function leftBy({ rw, writeModes }: JobConfig): PlannedJob['leftBefore'] {
  if (isTrim(rw)) return 'emptied';
  const modes = writes(rw) ? writeModes.map(({ mode }) => mode) : [];
  if (modes.includes('write') || modes.includes('zone_append')) return 'written';
  return modes.includes('zeroes') ? 'emptied' : undefined;
}

function plannedTurns(config: RunConfig, devices: readonly OpenDevice[]): PlannedJob[] {
  checkResultSize(config, devices);
  checkSettings(config, devices);
  let turn = 0;
  let firstIndex = 0;
  const left = new Map<OpenDevice, PlannedJob['leftBefore']>();
  return groupsOf(config.turns).flatMap((group) => {
    const once = group.map((jobs) => {
      const planned = planTurn(config, jobs, firstIndex, devices);
      firstIndex += jobs.length;
      return planned;
    });
    const count = timesOf(group[0][0]);
    return Array.from({ length: count }, (_, index) =>
      once.flatMap((jobs) => {
        const repeat = { index, count };
        const at = turn++;
        if (index === 0)
          for (const { config, device } of jobs) if (config.purge !== undefined) left.set(device, 'emptied');
        const planned = jobs.map((job) => {
          const seed = seedOf(job.config, job.jobIndex, repeat);
          const leftBefore = left.get(job.device);
          return { ...job, repeat, turn: at, leftBefore, spec: { ...job.spec, seed } };
        });
        for (const { config, device } of jobs) left.set(device, leftBy(config) ?? left.get(device));
        return planned;
      }),
    ).flat();
  });
}

/** Turns that are done again together, in rounds; each other one by itself. */
function groupsOf(turns: RunConfig['turns']): RunConfig['turns'][] {
  const groups: (readonly JobConfig[])[][] = [];
  for (const turn of turns) {
    const last = groups.at(-1);
    const [{ rounds }] = turn;
    if (last !== undefined && rounds !== undefined && last[0][0].rounds === rounds) last.push(turn);
    else groups.push([turn]);
  }
  return groups;
}

/** A controller that is reached by its registers has its vectors armed for one job: another would take them. */
function checkVectors(drive: Drive, jobs: readonly Pick<PlannedJob, 'config'>[]): void {
  const sleeping = jobs.map(({ config }) => config).filter(({ completion }) => completion !== 'poll');
  if (drive.memory === undefined || sleeping.length < 2) return;
  const names = sleeping.map(({ name }) => name).join(', ');
  throw new EngineError({
    code: 'INTERRUPTS_TAKEN',
    op: `jobs ${names} side by side: use completion: ${sleeping[1].completion}`,
    target: drive.target,
    reason: 'the interrupt vectors of a controller are those of one job at a time',
    hint: 'use completion: poll in all of them but one',
    kind: 'input',
  });
}

/** Jobs that run side by side on one drive share its queues. */
function checkTogether(turn: readonly Pick<PlannedJob, 'config' | 'device' | 'spec' | 'geometry'>[]): void {
  for (const drive of new Set(turn.map(({ device }) => device.drive))) {
    const jobs = turn.filter(({ device }) => device.drive === drive);
    if (jobs.length === 1) continue;
    const [{ device, spec }] = jobs;
    const queues = jobs.reduce((sum, { geometry }) => sum + geometry.queues, 0);
    const names = jobs.map(({ config }) => config.name).join(', ');
    checkVectors(drive, jobs);
    withJobs(`jobs ${names} side by side`, () =>
      drive.planQueues({ ...shapeOf(device.namespace, spec), queues }),
    );
  }
}

/** A result has a record for each of them, and has to be written and read as a whole. */
function checkResultSize(config: RunConfig, devices: readonly OpenDevice[]): void {
  const records = config.jobs.reduce(
    (sum, job) => sum + timesOf(job) * devicesFor(config, job, devices).length,
    0,
  );
  if (records <= MAX_EXPANDED_JOBS) return;
  throw new EngineError({
    code: 'TOO_MANY_JOBS',
    op: 'plan the run',
    target: `${devices.length} devices`,
    reason: `its jobs run ${records} times over all devices, more than ${MAX_EXPANDED_JOBS}`,
    hint: 'run the devices one by one, or use fewer values and repeats',
    kind: 'input',
  });
}

/** It would be measured without what was asked for. Throws EngineError NO_SETTINGS of kind `input`. */
function checkSettings(config: RunConfig, devices: readonly OpenDevice[]): void {
  const keys = controllerKeysNamed(config);
  if (keys.length === 0) return;
  for (const { drive, target } of devices) {
    if (drive.settings !== undefined) continue;
    throw new EngineError({
      code: 'NO_SETTINGS',
      op: `set ${keys.join(', ')}`,
      target,
      reason: 'settings of its controller cannot be changed this way',
      hint: `leave ${keys.join(', ')} out`,
      kind: 'input',
    });
  }
}

/** Does `check`; what it refuses says of which jobs, and what to do by `hintOf`. */
function withJobs<T>(whose: string, check: () => T, hintOf = ({ hint }: EngineError) => hint): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, op, target, reason, kind } = error;
    const hint = hintOf(error);
    throw new EngineError({ code, op: `${whose}: ${op}`, target, reason, hint, kind, cause: error });
  }
}

/** How long the I/Os of a trace are, no key says. */
const hintOfTrace = ({ code, hint }: EngineError): string =>
  code === 'BEYOND_MDTS'
    ? 'the trace has longer I/Os: set split: true, and replay_skip: trim,sync where it has these'
    : hint;

function checkedGeometry(job: JobConfig, device: OpenDevice, spec: JobSpec): Geometry {
  const check = () => planGeometry(device.drive, device.namespace, spec);
  return withJobs(`job ${job.name}`, check, job.trace === undefined ? undefined : hintOfTrace);
}

/** A job with other values, checked against its device. Throws EngineError of kind `input`. */
export function replanned(job: PlannedJob, change: Partial<JobSpec>): PlannedJob {
  const spec = { ...job.spec, ...change };
  return { ...job, spec, geometry: checkedGeometry(job.config, job.device, spec) };
}

/** Bytes that a job writes after its ramp: at most, or on average where it is mixed; undefined where only time limits it. */
export function bytesToWrite({ spec, config }: PlannedJob): number | undefined {
  if (spec.readPercent === 100) return 0;
  if (spec.replay !== undefined) return spec.replay.writtenBytes;
  if (spec.numberIos === Number.POSITIVE_INFINITY) return undefined;
  return Math.round(
    spec.numberIos * spec.numjobs * meanIoBytes(config, 'write') * (1 - spec.readPercent / 100),
  );
}

/** The jobs that run side by side, in the order of the run. */
export function turnsOf(planned: readonly PlannedJob[]): PlannedJob[][] {
  return grouped(planned, ({ turn }) => turn);
}

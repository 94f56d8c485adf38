/** A plan as plain data, and as the text of `--dry-run`: devices, namespaces, queues, memory, bytes to be written. */
import { grouped } from '../../../reports/document/grouped.js';
import { type BenchResult, type JobRecord, laterSettings } from '../../../reports/document/index.js';
import {
  formatBytes,
  formatCapacity,
  formatCpuList,
  formatDuration,
  plural,
} from '../../../reports/render/format.js';
import { sizesText } from '../../../reports/render/sizes.js';
import { isMixed, type RwPattern } from '../../config/pattern.js';
import type { PurgeWay } from '../../config/purge-keys.js';
import type { Rounds } from '../../config/rounds.js';
import { type SteadyState, steadyMetric } from '../../config/steady-state.js';
import { formatDurationMs } from '../../config/units.js';
import type { UntilSure } from '../../config/until-sure.js';
import { workOfJob } from '../../config/workload.js';
import type { PlannedPurge } from '../purge.js';
import { bytesToWrite, type OpenDevice, type PlannedJob } from './plan.js';
import { mostWrittenTo } from './write-budget.js';

export interface PlanDevice {
  readonly target: string;
  /** How it is reached, for example `vfio-group` or `sim`. */
  readonly transport: string;
  readonly software: boolean;
  readonly modelNumber: string;
  readonly serialNumber: string;
  readonly firmwareRevision: string;
  readonly namespaceId: number;
  readonly capacityBytes: number;
  readonly lbaBytes: number;
  /** Most that the run writes to its drive, over all jobs and repeats; null: as much as time allows. */
  readonly mostWrittenBytes: number | null;
}

/** One job on one device. */
export interface PlanJob {
  readonly name: string;
  readonly target: string;
  /** Its place in the run, from 0, the first time; jobs of the same turn run side by side. */
  readonly turn: number;
  /** Times it runs. */
  readonly repeat: number;
  readonly rw: RwPattern;
  /** Percent of reads; absent where the pattern has one direction only. */
  readonly rwmixread?: number;
  readonly bsBytes: number;
  readonly iodepth: number;
  readonly numjobs: number;
  readonly queuePairs: number;
  readonly queueEntries: number;
  /** The workers' CPUs, in their order. */
  readonly cpus: readonly number[];
  /** Whether workers of its own or beside it have one of them too, though each keeps its CPU busy. */
  readonly cpusShared: boolean;
  /** DMA memory of its queues and buffers. */
  readonly memoryBytes: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Of a job that is done in rounds with others: when they end, in words; `repeat` is the most of them. Absent of others. */
  readonly rounds?: string;
  /** How all data of the namespace are destroyed before it runs for the first time; absent where they are not. */
  readonly purge?: PurgeWay;
  /** From its turn to its beginning. */
  readonly startDelayMs: number;
  readonly rampTimeMs: number;
  /** null: no such limit, or the job searches. */
  readonly runtimeMs: number | null;
  /** Of a job that searches: the time of a probe; absent of others. */
  readonly probeMs?: number;
  /** Of a job that ends once it is steady: when that is, in words; absent of others. */
  readonly steadyRule?: string;
  /** Of a job that ends once a metric is known well enough: when that is, in words; absent of others. */
  readonly sureRule?: string;
  /** Of a job that plays a trace on its schedule: from when its first I/O is due to its last; absent of others. */
  readonly scheduleMs?: number;
  /** Of each worker; null: no such limit. */
  readonly numberIos: number | null;
  /** Bytes that it writes after its ramp, at most, or on average where it is mixed; null: as many as its runtime allows. */
  readonly writeBytes: number | null;
  /** More than one where an I/O is beyond MDTS. */
  readonly commandsPerIo: number;
  /** The keys of the configuration that are part of the work, as the result will record them. */
  readonly workload: NonNullable<BenchResult['workload']>;
}

/** What a run would do: devices, and every job on each of them once, however often it repeats. */
export interface Plan {
  readonly devices: readonly PlanDevice[];
  readonly jobs: readonly PlanJob[];
  /** Most that may be written to each drive, where the configuration says. */
  readonly maxBytesWritten?: number;
}

function planDevice({ target, drive, namespace }: OpenDevice, planned: readonly PlannedJob[]): PlanDevice {
  const { modelNumber, serialNumber, firmwareRevision } = drive.identity;
  return {
    target,
    transport: drive.kind,
    software: drive.software,
    modelNumber,
    serialNumber,
    firmwareRevision,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
    mostWrittenBytes: mostWrittenTo(drive, planned) ?? null,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function planJob(planned: PlannedJob, purges: readonly PlannedPurge[]): PlanJob {
  const purge = purges.find((each) => each.turn === planned.turn && each.device === planned.device);
  const { config, device, spec, geometry, repeat, turn, cpusBeside } = planned;
  const cpus = spec.cpus.flat();
  return {
    name: config.name,
    target: device.target,
    turn,
    repeat: repeat.count,
    rw: config.rw,
    ...(isMixed(config.rw) ? { rwmixread: config.rwmixread } : {}),
    bsBytes: spec.bsBytes,
    iodepth: spec.iodepth,
    numjobs: spec.numjobs,
    queuePairs: geometry.queues,
    queueEntries: geometry.entries,
    cpus,
    cpusShared: new Set(cpus).size < cpus.length || cpus.some((cpu) => cpusBeside.includes(cpu)),
    memoryBytes: geometry.memoryBytes,
    offsetBytes: spec.offsetBytes,
    sizeBytes: spec.sizeBytes,
    ...(config.rounds === undefined ? {} : { rounds: roundsRule(config.rounds) }),
    ...(purge === undefined ? {} : { purge: purge.way }),
    startDelayMs: config.startDelayMs,
    rampTimeMs: spec.rampTimeMs,
    runtimeMs: config.search === undefined ? finite(spec.runtimeMs) : null,
    ...(config.search === undefined ? {} : { probeMs: config.search.forMs }),
    ...(config.steadyState?.end ? { steadyRule: steadyRule(config.steadyState) } : {}),
    ...(config.untilSure === undefined ? {} : { sureRule: sureRule(config.untilSure) }),
    ...(spec.replay?.noStall === false ? { scheduleMs: spec.replay.spanNs / 1e6 } : {}),
    numberIos: finite(spec.numberIos),
    writeBytes: bytesToWrite(planned) ?? null,
    commandsPerIo: geometry.commandsPerIo,
    workload: workOfJob(config),
  };
}

/** The plan of jobs that were planned on their devices. */
export function planOf(
  planned: readonly PlannedJob[],
  maxBytesWritten?: number,
  purges: readonly PlannedPurge[] = [],
): Plan {
  const devices = [...new Set(planned.map(({ device }) => device))];
  const jobs = planned.filter(({ repeat }) => repeat.index === 0);
  return {
    devices: devices.map((device) => planDevice(device, planned)),
    jobs: jobs.map((job) => planJob(job, purges)),
    ...(maxBytesWritten === undefined ? {} : { maxBytesWritten }),
  };
}

function deviceText(device: PlanDevice): string {
  const { target, modelNumber, serialNumber, firmwareRevision, transport } = device;
  const software = device.software ? ', SOFTWARE, NOT A DRIVE' : '';
  return (
    `device ${target}: ${modelNumber}, serial ${serialNumber}, firmware ${firmwareRevision}, ${transport}${software}\n` +
    `  namespace ${device.namespaceId}: ${formatCapacity(device.capacityBytes)}, blocks of ${device.lbaBytes} bytes\n`
  );
}

/** '' where nothing is written, or nobody asks how much. */
function budgetText({ target, mostWrittenBytes }: PlanDevice, { maxBytesWritten, jobs }: Plan): string {
  if (maxBytesWritten === undefined) return '';
  const own = jobs.filter((job) => job.target === target);
  if (own.some(({ rounds, writeBytes }) => rounds !== undefined && writeBytes !== 0))
    return `  rounds end where ${formatBytes(maxBytesWritten)} are written to it (max_bytes_written)\n`;
  if (mostWrittenBytes === null || mostWrittenBytes === 0) return '';
  return `  ${formatBytes(mostWrittenBytes)} are written to it at most, of ${formatBytes(maxBytesWritten)} (max_bytes_written)\n`;
}

/** The I/Os of a ramp are not counted: only its time limits what it writes. */
function writeText({ writeBytes, rampTimeMs, runtimeMs, rw, repeat }: PlanJob): string {
  if (writeBytes === 0) return 'nothing';
  const ramps = rampTimeMs > 0;
  const eachTime = repeat > 1 ? ', each time' : '';
  if (writeBytes === null || (ramps && runtimeMs !== null))
    return `as much as its ${ramps ? 'ramp and runtime allow' : 'runtime allows'}${eachTime}`;
  const counted = `${isMixed(rw) ? 'about' : 'at most'} ${formatBytes(writeBytes)}`;
  return `${ramps ? 'as much as its ramp allows, and then ' : ''}${counted}${eachTime}`;
}

function steadyRule(steady: SteadyState): string {
  const { rounds, roundMs, rangePercent, slopePercent, afterMs = 0 } = steady;
  const after = afterMs > 0 ? `, after ${formatDurationMs(afterMs)}` : '';
  return `once ${steadyMetric(steady)} is steady: ${rounds} rounds of ${formatDurationMs(roundMs)} within ${rangePercent} % and a slope of ${slopePercent} %${after}`;
}

function sureRule(sure: UntilSure): string {
  const { precisionPercent, confidencePercent } = sure;
  return `once ${steadyMetric(sure)} is known to ${precisionPercent} % (with ${confidencePercent} %)`;
}

function roundsRule(rounds: Rounds): string {
  const { job, most, window, rangePercent, slopePercent } = rounds;
  return `up to ${most} rounds, until ${steadyMetric(rounds)} of ${job} is steady: ${window} rounds within ${rangePercent} % and a slope of ${slopePercent} %`;
}

function endText({ scheduleMs, runtimeMs, numberIos, probeMs, steadyRule, sureRule }: PlanJob): string {
  if (probeMs !== undefined) return `with its search, of probes of ${formatDurationMs(probeMs)} at most`;
  const ends: string[] = [];
  if (steadyRule !== undefined) ends.push(steadyRule);
  if (sureRule !== undefined) ends.push(sureRule);
  if (runtimeMs !== null) ends.push(`after ${formatDurationMs(runtimeMs)}`);
  const due = scheduleMs === undefined ? '' : `, due over ${formatDuration(scheduleMs * 1e6)}`;
  if (numberIos !== null) ends.push(`after ${plural(numberIos, 'I/O')} of each worker${due}`);
  return ends.join(' or ');
}

const PURGES: Readonly<Record<PurgeWay, string>> = {
  deallocate: 'all blocks are deallocated',
  format: 'Format NVM erases all of them',
  sanitize: 'Sanitize erases all that the drive has',
};

const purgeText = ({ target }: PlanJob, way: PurgeWay): string =>
  `purge of ${target}: ${PURGES[way]}, ALL DATA OF THE NAMESPACE ARE DESTROYED`;

const sizesOf = ({ bsBytes, workload }: PlanJob): string =>
  sizesText({ bsBytes, workload: workload as JobRecord['workload'] });

const rampText = ({ rampTimeMs }: PlanJob): string =>
  rampTimeMs > 0 ? `ramp ${formatDurationMs(rampTimeMs)}; ` : '';

/** A job of rounds in a line: they may be many, and differ in little. */
function jobInRoundText(job: PlanJob): string {
  const { rw, iodepth, rwmixread } = job;
  const mix = rwmixread === undefined ? '' : ` ${rwmixread} % reads`;
  return `  job ${job.name}: ${rw}${mix}, bs ${sizesOf(job)}, iodepth ${iodepth}, workers ${job.numjobs}; ${rampText(job)}ends ${endText(job)}; writes ${writeText({ ...job, repeat: 1 })}\n`;
}

function jobText(job: PlanJob): string {
  const { rw, iodepth, queuePairs, queueEntries, workload } = job;
  const cpus = formatCpuList(job.cpus);
  const times = job.repeat > 1 ? `, ${job.repeat} times` : '';
  const lines = [
    ...(job.purge === undefined ? [] : [purgeText(job, job.purge)]),
    `job ${job.name} on ${job.target}${times}: ${rw}, bs ${sizesOf(job)}, iodepth ${iodepth}`,
    `  workers ${job.numjobs} on CPU${/[-,]/.test(cpus) ? 's' : ''} ${cpus}${job.cpusShared ? ' that others have too' : ''}; queue pairs ${queuePairs} of ${queueEntries} entries`,
    `  DMA memory ${formatBytes(job.memoryBytes)}; region ${formatBytes(job.sizeBytes)} from byte ${job.offsetBytes}`,
    `  ${rampText(job)}ends ${endText(job)}`,
    `  writes ${writeText(job)}`,
  ];
  const settings = laterSettings({ workload });
  if (settings.length > 0) lines.push(`  with ${settings.join(', ')}`);
  const most = workload.bsrange === undefined && workload.bssplit === undefined ? '' : 'at most ';
  if (job.commandsPerIo > 1)
    lines.push(`  each I/O is split into ${most}${job.commandsPerIo} commands (MDTS)`);
  return `${lines.join('\n')}\n`;
}

/** How long a turn takes once, as far as time decides it: what runs side by side ends with the last. */
function turnMs(jobs: readonly PlanJob[]): number {
  return Math.max(
    ...jobs.map((job) => job.startDelayMs + job.rampTimeMs + (job.runtimeMs ?? job.scheduleMs ?? 0)),
  );
}

/** How long the whole run takes, as far as time decides it; set-up between jobs comes on top. */
function durationText({ jobs }: Plan): string {
  const turns = grouped(jobs, ({ turn }) => turn);
  const times = (of: (turn: readonly PlanJob[]) => number): number =>
    turns.reduce((sum, turn) => sum + of(turn) * turn[0].repeat, 0);
  const named = (turn: readonly PlanJob[], that: (job: PlanJob) => boolean): number =>
    new Set(turn.filter(that).map(({ name }) => name)).size;
  const totalMs = times(turnMs);
  const others = times((turn) =>
    named(turn, ({ runtimeMs, scheduleMs }) => runtimeMs === null && scheduleMs === undefined),
  );
  const cut = jobs.some(
    ({ runtimeMs, numberIos, steadyRule, sureRule, rounds }) =>
      runtimeMs !== null && (numberIos !== null || (steadyRule ?? sureRule ?? rounds) !== undefined),
  );
  const time = totalMs === 0 ? [] : [`${cut ? 'at most ' : ''}about ${formatDuration(totalMs * 1e6)}`];
  const rest = others === 0 ? [] : [`${plural(others, 'job')} that no time limits`];
  return `total ${plural(
    times((turn) => named(turn, () => true)),
    'job',
  )}: ${[...time, ...rest].join(' and ')}\n`;
}

/** The whole plan; a job that repeats is told of once. */
export function planText(plan: Plan): string {
  const devices = plan.devices.map((device) => `${deviceText(device)}${budgetText(device, plan)}`);
  const jobs = plan.jobs.map((job, i) => {
    if (job.rounds === undefined) return jobText(job);
    const begins = plan.jobs[i - 1]?.rounds !== job.rounds;
    const purge = job.purge === undefined ? '' : `${purgeText(job, job.purge)}\n`;
    return `${purge}${begins ? `rounds: ${job.rounds}\n` : ''}${jobInRoundText(job)}`;
  });
  return [...devices, ...jobs, durationText(plan)].join('');
}

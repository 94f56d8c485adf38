/** What `--dry-run` prints, as text and as JSON: device, namespace, queues, memory, bytes to be written. */
import {
  formatBytes,
  formatCapacity,
  formatCpuList,
  formatDuration,
  laterSettings,
  plural,
} from '../../reports/index.js';
import { isMixed } from '../config/job-keys.js';
import { formatDurationMs } from '../config/units.js';
import { workOfJob } from '../config/workload.js';
import { bytesToWrite, type OpenDevice, type PlannedJob, turnsOf } from './plan.js';

function deviceLine({ target, controller, namespace }: OpenDevice): string {
  const { modelNumber, serialNumber, firmwareRevision } = controller.identity;
  const software = controller.device.software ? ', SOFTWARE CONTROLLER' : '';
  return (
    `device ${target}: ${modelNumber}, serial ${serialNumber}, firmware ${firmwareRevision}, ${controller.device.kind}${software}\n` +
    `  namespace ${namespace.nsid}: ${formatCapacity(namespace.sizeBytes)}, blocks of ${namespace.lbaBytes} bytes\n`
  );
}

/** The I/Os of a ramp are not counted: only its time limits what it writes. */
function writeText(planned: PlannedJob): string {
  const { config, spec, repeat } = planned;
  const bytes = bytesToWrite(planned);
  if (bytes === 0) return 'nothing';
  const ramps = spec.rampTimeMs > 0;
  const eachTime = repeat.count > 1 ? ', each time' : '';
  if (bytes === undefined || (ramps && spec.runtimeMs !== Number.POSITIVE_INFINITY))
    return `as much as its ${ramps ? 'ramp and runtime allow' : 'runtime allows'}${eachTime}`;
  const counted = `${isMixed(config.rw) ? 'about' : 'at most'} ${formatBytes(bytes)}`;
  return `${ramps ? 'as much as its ramp allows, and then ' : ''}${counted}${eachTime}`;
}

function endText({ spec }: PlannedJob): string {
  const ends: string[] = [];
  if (spec.runtimeMs !== Number.POSITIVE_INFINITY) ends.push(`after ${formatDurationMs(spec.runtimeMs)}`);
  if (spec.numberIos !== Number.POSITIVE_INFINITY)
    ends.push(`after ${plural(spec.numberIos, 'I/O')} of each worker`);
  return ends.join(' or ');
}

function jobText(planned: PlannedJob): string {
  const { config, spec, geometry, device, repeat } = planned;
  const cpus = formatCpuList(spec.cpus.flat());
  const times = repeat.count > 1 ? `, ${repeat.count} times` : '';
  const lines = [
    `job ${config.name} on ${device.target}${times}: ${config.rw}, bs ${formatBytes(spec.bsBytes)}, iodepth ${spec.iodepth}`,
    `  workers ${spec.numjobs} on CPU${/[-,]/.test(cpus) ? 's' : ''} ${cpus}; queue pairs ${geometry.queuePairs} of ${geometry.entries} entries`,
    `  DMA memory ${formatBytes(geometry.memoryBytes)}; region ${formatBytes(spec.sizeBytes)} from byte ${spec.offsetBytes}`,
    `  ${spec.rampTimeMs > 0 ? `ramp ${formatDurationMs(spec.rampTimeMs)}; ` : ''}ends ${endText(planned)}`,
    `  writes ${writeText(planned)}`,
  ];
  const settings = laterSettings({ workload: workOfJob(config) });
  if (settings.length > 0) lines.push(`  with ${settings.join(', ')}`);
  if (geometry.parts > 1) lines.push(`  each I/O is split into ${geometry.parts} commands (MDTS)`);
  return `${lines.join('\n')}\n`;
}

/** How long the whole run takes, as far as time decides it; set-up between jobs comes on top. */
function durationText(planned: readonly PlannedJob[]): string {
  const turns = turnsOf(planned).map(([first]) => first);
  const timed = turns.filter(({ spec }) => spec.runtimeMs !== Number.POSITIVE_INFINITY);
  const rampsMs = turns.reduce((sum, { spec }) => sum + spec.rampTimeMs, 0);
  const totalMs = timed.reduce((sum, { spec }) => sum + spec.runtimeMs, rampsMs);
  const others = turns.length - timed.length;
  const most = timed.some(({ spec }) => spec.numberIos !== Number.POSITIVE_INFINITY) ? 'at most ' : '';
  const time = totalMs === 0 ? [] : [`${most}about ${formatDuration(totalMs * 1e6)}`];
  const rest = others === 0 ? [] : [`${plural(others, 'job')} that no time limits`];
  return `total ${plural(turns.length, 'job')}: ${[...time, ...rest].join(' and ')}\n`;
}

/** The whole plan; a job that repeats is told of once. */
export function planText(planned: readonly PlannedJob[]): string {
  const devices = [...new Set(planned.map(({ device }) => device))];
  const jobs = planned.filter(({ repeat }) => repeat.index === 0);
  return [...devices.map(deviceLine), ...jobs.map(jobText), durationText(planned)].join('');
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function deviceData({ target, controller, namespace }: OpenDevice) {
  const { modelNumber, serialNumber, firmwareRevision } = controller.identity;
  return {
    target,
    transport: controller.device.kind,
    software: controller.device.software,
    modelNumber,
    serialNumber,
    firmwareRevision,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
  };
}

function jobData(planned: PlannedJob) {
  const { config, device, spec, geometry, repeat } = planned;
  return {
    name: config.name,
    target: device.target,
    repeat: repeat.count,
    rw: config.rw,
    bsBytes: spec.bsBytes,
    iodepth: spec.iodepth,
    numjobs: spec.numjobs,
    queuePairs: geometry.queuePairs,
    cpus: spec.cpus.flat(),
    memoryBytes: geometry.memoryBytes,
    offsetBytes: spec.offsetBytes,
    sizeBytes: spec.sizeBytes,
    rampTimeMs: spec.rampTimeMs,
    /** null: no such limit. */
    runtimeMs: finite(spec.runtimeMs),
    numberIos: finite(spec.numberIos),
    /** Most bytes that it may write; null: as many as its runtime allows. */
    writeBytes: bytesToWrite(planned) ?? null,
    commandsPerIo: geometry.parts,
    /** The keys of the configuration that are part of the work, as the result will record them. */
    workload: workOfJob(config),
  };
}

/** Devices, and every job once however often it repeats. */
export function planData(planned: readonly PlannedJob[]) {
  const devices = [...new Set(planned.map(({ device }) => device))];
  const jobs = planned.filter(({ repeat }) => repeat.index === 0);
  return { devices: devices.map(deviceData), jobs: jobs.map(jobData) };
}

export type PlanData = ReturnType<typeof planData>;

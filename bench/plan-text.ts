/** What `--dry-run` prints: device, namespace, queues, memory, bytes to be written. */
import { formatBytes, formatCapacity, formatCpuList, plural } from '../reports/index.js';
import { formatDurationMs } from './config/units.js';
import { bytesToWrite, type OpenDevice, type PlannedJob } from './plan.js';

function deviceLine({ target, controller, namespace }: OpenDevice): string {
  const { modelNumber, serialNumber, firmwareRevision } = controller.identity;
  const software = controller.device.software ? ', SOFTWARE CONTROLLER' : '';
  return (
    `device ${target}: ${modelNumber}, serial ${serialNumber}, firmware ${firmwareRevision}, ${controller.device.kind}${software}\n` +
    `  namespace ${namespace.nsid}: ${formatCapacity(namespace.sizeBytes)}, blocks of ${namespace.lbaBytes} bytes\n`
  );
}

function writeText(planned: PlannedJob): string {
  const bytes = bytesToWrite(planned);
  if (bytes === 0) return 'nothing';
  return bytes === undefined ? 'as much as its runtime allows' : `at most ${formatBytes(bytes)}`;
}

function endText({ spec }: PlannedJob): string {
  const ends: string[] = [];
  if (spec.runtimeMs !== Number.POSITIVE_INFINITY) ends.push(`after ${formatDurationMs(spec.runtimeMs)}`);
  if (spec.numberIos !== Number.POSITIVE_INFINITY)
    ends.push(`after ${plural(spec.numberIos, 'I/O')} of each worker`);
  return ends.join(' or ');
}

function jobText(planned: PlannedJob): string {
  const { config, spec, geometry, device } = planned;
  const cpus = formatCpuList(spec.cpus.flat());
  const lines = [
    `job ${config.name} on ${device.target}: ${config.rw}, bs ${formatBytes(spec.bsBytes)}, iodepth ${spec.iodepth}`,
    `  workers ${spec.numjobs} on CPU${/[-,]/.test(cpus) ? 's' : ''} ${cpus}; queue pairs ${geometry.queuePairs} of ${geometry.entries} entries`,
    `  DMA memory ${formatBytes(geometry.memoryBytes)}; region ${formatBytes(spec.sizeBytes)} from byte ${spec.offsetBytes}`,
    `  ${spec.rampTimeMs > 0 ? `ramp ${formatDurationMs(spec.rampTimeMs)}; ` : ''}ends ${endText(planned)}`,
    `  writes ${writeText(planned)}`,
  ];
  if (geometry.parts > 1) lines.push(`  each I/O is split into ${geometry.parts} commands (MDTS)`);
  return `${lines.join('\n')}\n`;
}

/** The whole plan. */
export function planText(planned: readonly PlannedJob[]): string {
  const devices = [...new Set(planned.map(({ device }) => device))];
  return [...devices.map(deviceLine), ...planned.map(jobText)].join('');
}

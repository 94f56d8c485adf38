/** A job as the engine takes it, worked out against the namespace that it runs on. */

import type { DriveNamespace } from '../../../engine/index.js';
import type { JobSpec } from '../../../engine/load/index.js';
import { isRandom, runIosOf, stepBytesOf } from '../../config/pattern.js';
import type { JobConfig, RunConfig } from '../../config/run-config.js';
import type { Extent } from '../../config/units.js';
import { jobContent } from './job-content.js';
import { jobLengths, leastIoBytes, meanIoBytes } from './job-lengths.js';
import { operationSpec, withFlushes } from './job-operations.js';
import { replaySpec } from './job-replay.js';
import type { Placement } from './placement.js';

function extentBytes(extent: Extent, { sizeBytes, lbaBytes }: DriveNamespace): number {
  if ('bytes' in extent) return extent.bytes;
  const lbas = Math.floor(((sizeBytes / lbaBytes) * extent.percent) / 100);
  return lbas * lbaBytes;
}

/** Rounded down to whole I/Os where it is a percentage: they must not lie across each other's boundaries. */
function offsetBytesOf(offset: Extent, alignBytes: number, namespace: DriveNamespace): number {
  const bytes = extentBytes(offset, namespace);
  return 'percent' in offset ? bytes - (bytes % alignBytes) : bytes;
}

/** What regions are whole multiples of: I/Os, or zones where the job goes by them. */
const wholeBytes = (job: JobConfig, { zones, lbaBytes }: DriveNamespace): number =>
  job.zoneMode === 'zbd' && zones !== undefined ? zones.zoneLbas * lbaBytes : jobLengths(job).alignBytes;

/** What of a region can be written. */
function writableBytes(job: JobConfig, { zones }: DriveNamespace, sizeBytes: number): number {
  if (job.zoneMode !== 'zbd' || zones === undefined) return sizeBytes;
  return Math.floor((sizeBytes / zones.zoneLbas) * zones.capacityLbas);
}

/** What of each zone the I/Os are counted from, where they are. */
function countedZones(
  { zoneMode, numberIos, ioSize }: JobConfig,
  { zones }: DriveNamespace,
): Partial<JobSpec> {
  const bySize = numberIos === undefined && (ioSize === undefined || 'percent' in ioSize);
  return zoneMode === 'zbd' && zones !== undefined && bySize
    ? { countedCapacityLbas: zones.capacityLbas }
    : {};
}

/** Where the first worker's region lies, and how much farther on that of each further one. */
function regionsOf(
  job: JobConfig,
  namespace: DriveNamespace,
): Pick<JobSpec, 'offsetBytes' | 'sizeBytes' | 'offsetIncrementBytes'> {
  const { numjobs, size } = job;
  const alignBytes = wholeBytes(job, namespace);
  const whole = (bytes: number): number => bytes - (bytes % alignBytes);
  const offsetBytes = offsetBytesOf(job.offset, alignBytes, namespace);
  const increment = offsetBytesOf(job.offsetIncrement, alignBytes, namespace);
  // What does not fill a last I/O is dropped where the user did not name the end.
  const rest = whole(Math.max(0, namespace.sizeBytes - offsetBytes - (numjobs - 1) * increment));
  const sizeBytes = size === undefined ? rest : extentBytes(size, namespace);
  if (!job.partition) return { offsetBytes, sizeBytes, offsetIncrementBytes: increment };
  const part = whole(Math.floor(sizeBytes / numjobs));
  return { offsetBytes, sizeBytes: part, offsetIncrementBytes: part };
}

/** Of a job that searches: what its queues and memory must do for the highest value. */
function searchedSpec({ search }: JobConfig): Partial<JobSpec> {
  if (search === undefined) return {};
  const highest = search.max === 'iodepth' ? { iodepth: search.to } : { rateIops: search.from };
  return { ...highest, runtimeMs: search.forMs, numberIos: Number.POSITIVE_INFINITY };
}

/** Whether what it reads is checked, and how. */
function verifiedSpec({
  verify,
  doVerify,
  verifyOnly,
  verifyFatal,
  verifyBacklog: every,
  verifyBacklogBatch,
  verifyWriteSequence,
  verifyJournal,
  atomic,
}: JobConfig): Pick<JobSpec, 'verification'> {
  if (verify === 'off') return {};
  const backlog = every === 0 ? {} : { backlog: { every, batch: verifyBacklogBatch || every } };
  const journaled = verifyJournal !== undefined && !verifyOnly ? { journaled: true } : {};
  const any = verifyWriteSequence ? {} : { anyWrite: true, oneWrite: atomic };
  return {
    verification: {
      readBack: doVerify,
      fatal: verifyFatal,
      inOrder: verifyOnly,
      ...any,
      ...backlog,
      ...journaled,
    },
  };
}

/** I/Os of each worker, over a region of `sizeBytes`; Infinity where time ends the job. */
function numberIosOf(job: JobConfig, sizeBytes: number): number {
  const { numberIos, ioSize, loops } = job;
  if (numberIos !== undefined) return numberIos * loops;
  if (job.runtimeMs !== undefined && ioSize === undefined && loops === 1) return Number.POSITIVE_INFINITY;
  // Of several sizes, as many as transfer the region on average.
  const once = Math.max(1, Math.floor(sizeBytes / meanIoBytes(job)));
  const ios =
    ioSize === undefined
      ? once
      : 'bytes' in ioSize
        ? Math.floor(ioSize.bytes / meanIoBytes(job))
        : Math.floor((once * ioSize.percent) / 100);
  return withFlushes(job, Math.max(1, ios)) * loops;
}

/** What the trace of a job says; nothing of others. */
function playedSpec(job: JobConfig, namespace: DriveNamespace): Partial<JobSpec> {
  const { readIolog, trace } = job;
  if (readIolog === undefined) return {};
  if (trace === undefined) throw new Error(`the trace of job ${job.name} was not read`);
  return replaySpec(job, trace, namespace);
}

/** Every key of the job, and what those come to that need the namespace. */
export function jobSpec(
  config: RunConfig,
  job: JobConfig,
  seed: number,
  namespace: DriveNamespace,
  placement: Omit<Placement, 'cpusBeside'>,
): JobSpec {
  const regions = regionsOf(job, namespace);
  const { bsBytes, lengths } = jobLengths(job);
  const { trace, ...keys } = job;
  const played = playedSpec(job, namespace);
  const written = trace?.operations.find(({ name }) => name === 'write');
  const content = jobContent(job, {
    sizeBytes: regions.sizeBytes,
    leastBytes: written?.shortestBytes ?? leastIoBytes(job, 'write'),
  });
  // Every key of the job goes along; of those that need the device, or another key, what they come to.
  return {
    ...keys,
    bsBytes,
    ...(lengths === undefined ? {} : { lengths }),
    random: isRandom(job.rw),
    stepBytes: stepBytesOf(job.rw),
    runIos: runIosOf(job.rw),
    readPercent: job.rwmixread,
    ...operationSpec(job),
    ...(content === undefined ? {} : { content }),
    ...regions,
    runtimeMs: job.runtimeMs ?? Number.POSITIVE_INFINITY,
    ...(job.rateBytes === undefined ? {} : { rateIops: job.rateBytes / meanIoBytes(job) }),
    numberIos: numberIosOf(job, writableBytes(job, namespace, regions.sizeBytes)),
    ...countedZones(job, namespace),
    ...verifiedSpec(job),
    ...searchedSpec(job),
    ...played,
    ...(job.log === undefined ? {} : { logged: true }),
    seed,
    split: config.split,
    ...placement,
  };
}

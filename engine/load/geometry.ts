/** Where a job's I/O goes on a namespace, and what of it the namespace cannot hold. Touches no device. */
import { EngineError } from '../errors.js';
import { dataOperations } from '../path/operations.js';
import type { JobDrive, NamespaceExtent, ProtectionUse, QueuePlan, QueueShape } from '../path/path.js';
import type { OperationName } from '../stats/operations.js';
import { requireAtomic } from './atomic.js';
import { longestOf, requireLengths } from './command-lengths.js';
import type { JobSpec } from './job.js';
import { placementOf } from './placement.js';
import { requireVerifiable } from './verify/plan.js';
import type { Region } from './workload/addresses.js';
import { cellsOf } from './workload/distribution.js';
import type { LengthLaw } from './workload/lengths.js';
import { operationsOf } from './workload/shares.js';
import { stridesOf } from './workload/strides.js';
import { placesOf } from './workload/varied-source.js';
import { requireZoneOrder } from './zone-order.js';
import { requireZones } from './zoned/plan.js';

/** A job in blocks of its I/O, and the queues that it takes. */
export interface Geometry extends QueuePlan {
  /** Of the first worker. */
  readonly region: Region;
  /** How much farther on that of each further one begins. */
  readonly incrementLbas: number;
}

/** Bytes of the longest I/O with a buffer; 0 where the job has none. */
function longestData({ bsBytes, lengths }: JobSpec, operations: readonly OperationName[]): number {
  const longest = dataOperations({ operations }).map((name) => longestOf(lengths?.[name]?.law, bsBytes));
  return Math.max(0, ...longest);
}

/** What the queues of a job must do. */
export function shapeOf(namespace: NamespaceExtent, job: JobSpec): QueueShape {
  const { iodepth, queueEntries, sqMemory = 'host', priority, split, completion = 'poll' } = job;
  const { readFua = false, writeFua = false } = job;
  const asked = operationsOf(job);
  // What is written is read back by the same queues.
  const readsToo = job.verification !== undefined && !asked.includes('read');
  const operations: OperationName[] = readsToo ? ['read', ...asked] : asked;
  const queues = job.numjobs * job.queuePairs;
  return {
    namespace,
    bsBytes: longestData(job, operations) || namespace.lbaBytes,
    ...(job.lengths === undefined ? {} : { varied: true }),
    operations,
    iodepth,
    queues,
    queueEntries,
    ...(sqMemory === 'host' ? {} : { sqMemory }),
    ...(priority === undefined ? {} : { priority }),
    split,
    ...(job.numRange === undefined || job.numRange === 1 ? {} : { rangesPerCommand: job.numRange }),
    ...(looksAtData(job) ? { looksAtData: true } : {}),
    ...(readFua || writeFua ? { fua: { reads: readFua, writes: writeFua } } : {}),
    ...(namespace.protectionType === 0 ? {} : { protection: protectionOf(job) }),
    ...(job.fdp ? { placement: placementOf(job, []) } : {}),
    completion,
  };
}

const protectionOf = ({
  piAct = true,
  piChk = [],
  apptag = 0,
  apptagMask = 0xffff,
}: JobSpec): ProtectionUse => ({
  checks: piChk,
  applicationTag: apptag,
  applicationTagMask: apptagMask,
  ...(piAct ? {} : { byHost: true }),
});

/** Whether what reads bring is looked at. */
const looksAtData = ({ verification, piAct = true, piChk = [] }: JobSpec): boolean =>
  verification !== undefined || (!piAct && piChk.length > 0);

/** Checks that the namespace does not have. Throws EngineError NO_PROTECTION of kind `input`. */
function requireProtection(
  target: string,
  { nsid, protectionType }: NamespaceExtent,
  { piAct = true, piChk = [] }: JobSpec,
): void {
  const asked = [
    ...(piChk.length > 0 ? [`pi_chk ${piChk.join(',')}`] : []),
    ...(piAct ? [] : ['pi_act false']),
  ];
  const refuse = (reason: string, hint: string): EngineError =>
    new EngineError({
      code: 'NO_PROTECTION',
      op: `use ${asked.join(' and ')} on namespace ${nsid}`,
      target,
      reason,
      hint,
      kind: 'input',
    });
  if (asked.length > 0 && protectionType === 0)
    throw refuse(
      'it has no protection information, as far as this path tells',
      `leave ${piAct ? 'pi_chk' : 'pi_act'} out`,
    );
  if (piChk.includes('REFTAG') && protectionType === 3)
    throw refuse('protection of type 3 has no reference tags to check', 'leave REFTAG out');
}

/** Checks a job against drive and namespace, without a command to either. Throws EngineError of kind `input`. */
export function planGeometry(drive: JobDrive, namespace: NamespaceExtent, job: JobSpec): Geometry {
  const region = regionOf(drive.target, namespace, job);
  const incrementLbas = (job.offsetIncrementBytes ?? 0) / namespace.lbaBytes;
  const zoneLbas = job.zoneMode === 'zbd' ? namespace.zones?.zoneLbas : undefined;
  requireLengths(drive.target, namespace, job);
  requireVerifiable(drive.target, job, region, zoneLbas);
  requireProtection(drive.target, namespace, job);
  if (job.zoneMode === 'zbd') requireZones(drive, namespace, job, region, incrementLbas);
  else requireZoneOrder(drive.target, namespace, job, region, incrementLbas);
  const queues = drive.planQueues(shapeOf(namespace, job));
  requireAtomic(drive.target, namespace, job, region, incrementLbas, queues.commandsPerIo);
  return { ...queues, region, incrementLbas };
}

/** Where the I/O of a worker goes, by its index. */
export function workerRegion(
  { region, incrementLbas }: Pick<Geometry, 'region' | 'incrementLbas'>,
  index: number,
): Region {
  return { ...region, startLba: region.startLba + index * incrementLbas };
}

function regionOf(target: string, { lbaBytes, sizeBytes }: NamespaceExtent, job: JobSpec): Region {
  const refuse = (code: string, op: string, reason: string, hint: string): EngineError =>
    new EngineError({ code, op, target, reason, hint, kind: 'input' });
  const { bsBytes, offsetBytes, stepBytes = 0, offsetIncrementBytes = 0, numjobs } = job;
  const lastOffsetBytes = offsetBytes + (numjobs - 1) * offsetIncrementBytes;
  const lengths = Object.values(job.lengths ?? {});
  const multiples: (readonly [key: string, value: number])[] = [
    ['bs', bsBytes],
    ...lengths.flatMap(({ law }) => lengthsOf(law).map((bytes) => ['bs', bytes] as const)),
    ...lengths.map(({ alignBytes }) => ['blockalign', alignBytes] as const),
    ['offset', offsetBytes],
    ['offset_increment', offsetIncrementBytes],
    ['the addition to rw', stepBytes],
    ['zoneskip', job.zoneSkipBytes ?? 0],
  ];
  for (const [key, value] of multiples) {
    if (value % lbaBytes === 0) continue;
    const reason = `${value} bytes is no multiple of the namespace's block of ${lbaBytes} bytes`;
    const op = `use ${key} of ${value} bytes`;
    throw refuse('NOT_BLOCK_ALIGNED', op, reason, `choose a multiple of ${lbaBytes}`);
  }
  const roomBytes = sizeBytes - lastOffsetBytes;
  if (roomBytes <= 0) {
    const of = numjobs === 1 ? 'offset' : 'offset, offset_increment or numjobs';
    const reason = `the namespace ends at byte ${sizeBytes}`;
    throw refuse('OUT_OF_NAMESPACE', `begin at byte ${lastOffsetBytes}`, reason, `choose a smaller ${of}`);
  }
  if (job.sizeBytes === 0) {
    const reason = `the region of each of ${numjobs} workers has less than one`;
    const hint = 'choose a larger size or a smaller numjobs';
    throw refuse('OUT_OF_NAMESPACE', `use blocks of ${lbaBytes} bytes`, reason, hint);
  }
  if (bsBytes > roomBytes) {
    const reason = `it has ${roomBytes} bytes${lastOffsetBytes === 0 ? '' : ` from byte ${lastOffsetBytes} on`}`;
    throw refuse('OUT_OF_NAMESPACE', `use bs of ${bsBytes} bytes`, reason, 'choose a smaller bs');
  }
  if (lastOffsetBytes + job.sizeBytes > sizeBytes || bsBytes > job.sizeBytes) {
    const reason =
      bsBytes > job.sizeBytes
        ? `one I/O of ${bsBytes} bytes does not fit into a region of ${job.sizeBytes} bytes`
        : `the namespace ends at byte ${sizeBytes}`;
    const op = `use the region from ${lastOffsetBytes} of ${job.sizeBytes} bytes`;
    throw refuse('OUT_OF_NAMESPACE', op, reason, 'choose a smaller size or offset');
  }
  const blockBytes = job.lengths === undefined ? bsBytes : commonBlockBytes(job.lengths);
  const blocks = Math.floor(job.sizeBytes / blockBytes);
  const region = { startLba: offsetBytes / lbaBytes, blockLbas: blockBytes / lbaBytes, blocks };
  const places = lengths.map((each) => placesOf(region, lbaBytes, each).blocks);
  if (blocks * blockBytes < bsBytes || (job.random && places.includes(0))) {
    const reason = `none fits at multiples of blockalign into ${job.sizeBytes} bytes`;
    const hint = 'choose a larger size or a smaller blockalign';
    throw refuse('OUT_OF_NAMESPACE', `place I/O of ${bsBytes} bytes`, reason, hint);
  }
  const alignments = lengths.length === 0 ? [bsBytes] : lengths.map(({ alignBytes }) => alignBytes);
  const problem = zonesProblem(job, Math.max(...alignments));
  if (problem !== undefined)
    throw refuse('NO_SUCH_ZONE', 'use the zones of random_distribution', problem, 'choose other zones');
  checkSequence(refuse, job, Math.floor(job.sizeBytes / Math.max(...alignments)));
  checkStrides(refuse, job, region, lbaBytes);
  return region;
}

/** Parts that do not fit into the region, or that I/Os would reach beyond. */
function checkStrides(
  refuse: (code: string, op: string, reason: string, hint: string) => EngineError,
  job: JobSpec,
  region: Region,
  lbaBytes: number,
): void {
  if (job.zoneMode !== 'strided') return;
  const { zoneSizeBytes = 0, zoneRangeBytes = zoneSizeBytes } = job;
  const op = `use parts of ${zoneRangeBytes} bytes`;
  const { zones, blocks } = stridesOf(region, job, lbaBytes);
  if (!Number.isInteger(blocks) || blocks < 1)
    throw refuse(
      'NOT_OF_BLOCKS',
      op,
      `they are no multiple of an I/O of ${job.bsBytes} bytes`,
      'use another zonerange',
    );
  if (zones >= 1) return;
  throw refuse('OUT_OF_NAMESPACE', op, `the region has ${job.sizeBytes} bytes`, 'choose a smaller zonerange');
}

const lengthsOf = (law: LengthLaw): number[] =>
  'split' in law ? law.split.map(({ bytes }) => bytes) : [law.fromBytes, law.toBytes];

/** What all alignments are multiples of. */
function commonBlockBytes(lengths: NonNullable<JobSpec['lengths']>): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  return Object.values(lengths)
    .map(({ alignBytes }) => alignBytes)
    .reduce(common);
}

/** A list of blocks that the region does not have. */
function checkSequence(
  refuse: (code: string, op: string, reason: string, hint: string) => EngineError,
  { distribution }: JobSpec,
  blocks: number,
): void {
  if (distribution?.law !== 'sequence') return;
  const farthest = Math.max(...distribution.blocks);
  if (farthest < blocks) return;
  const op = `use block ${farthest} of random_distribution`;
  throw refuse('NO_SUCH_BLOCK', op, `the region has ${blocks} blocks, from 0 on`, 'choose a larger size');
}

/** Zones that the region does not have. */
function zonesProblem({ distribution, sizeBytes }: JobSpec, bsBytes: number): string | undefined {
  if (distribution?.law !== 'zoned') return undefined;
  const bytes = distribution.zones.reduce((sum, { size }) => sum + ('bytes' in size ? size.bytes : 0), 0);
  if (bytes > sizeBytes) return `they end at byte ${bytes} of a region of ${sizeBytes} bytes`;
  const used = distribution.zones.filter(({ ioPercent }) => ioPercent > 0).length;
  if (cellsOf(distribution, Math.floor(sizeBytes / bsBytes), bsBytes).shares.length < used)
    return `one of them is smaller than an I/O of ${bsBytes} bytes`;
  return undefined;
}

/** What of a job zones do not allow, before one is touched. */
import { EngineError } from '../../errors.js';
import type { JobDrive, NamespaceExtent } from '../../path/path.js';
import type { JobSpec } from '../job.js';
import type { Region } from '../workload/addresses.js';
import { operationsOf } from '../workload/shares.js';
import type { WorkerZones } from './worker-zones.js';

/** I/Os of a worker. Identify Namespace says what of all zones is usable; what of one can be written only their report does. */
export function iosOf(
  { numberIos, countedCapacityLbas }: Pick<JobSpec, 'numberIos' | 'countedCapacityLbas'>,
  zones: Pick<WorkerZones, 'capacityLbas'> | undefined,
): number {
  if (zones === undefined || countedCapacityLbas === undefined) return numberIos;
  return Math.max(1, Math.floor((numberIos * zones.capacityLbas) / countedCapacityLbas));
}

type Problem = readonly [code: string, reason: string, hint: string];

export const writesZones = ({ readPercent }: Pick<JobSpec, 'readPercent'>): boolean => readPercent < 100;

/** Zones that each of the workers may have open, as far as its keys say; Infinity for no limit. */
export function askedOpen({ maxOpenZones, jobMaxOpenZones, numjobs }: JobSpec): number {
  const shared = maxOpenZones === undefined ? Number.POSITIVE_INFINITY : Math.floor(maxOpenZones / numjobs);
  return Math.min(shared, jobMaxOpenZones ?? Number.POSITIVE_INFINITY);
}

/** Of I/O that does not fill a zone whole. */
export function unfilled(capacityLbas: number, blockLbas: number): Problem | undefined {
  if (capacityLbas % blockLbas === 0) return undefined;
  const reason = `the ${capacityLbas} blocks of a zone are no multiple of the ${blockLbas} of an I/O`;
  return ['NOT_OF_ZONES', reason, 'use another bs'];
}

function problemOf(
  { zones: access, target }: JobDrive,
  { zones, nsid }: NamespaceExtent,
  job: JobSpec,
  { startLba, blockLbas, blocks }: Region,
  incrementLbas: number,
): Problem | undefined {
  if (zones === undefined)
    return ['NOT_ZONED', `namespace ${nsid} has no zones, as far as ${target} tells`, 'leave zonemode out'];
  if (access === undefined)
    return [
      'NO_ZONE_COMMANDS',
      'the block layer takes no zone management commands as I/O',
      'use the generic device of the namespace (/dev/ng0n1), or its PCI address',
    ];
  const { zoneLbas, capacityLbas, mostOpen = Number.POSITIVE_INFINITY } = zones;
  const regionLbas = blocks * blockLbas;
  if (startLba % zoneLbas !== 0 || regionLbas % zoneLbas !== 0)
    return [
      'NOT_OF_ZONES',
      `its region of ${regionLbas} blocks from ${startLba} on is not one of whole zones`,
      `use offset and size of whole zones, ${zoneLbas} blocks each, or percentages`,
    ];
  if (!writesZones(job)) return undefined;
  const { mostAppendBytes = Number.POSITIVE_INFINITY } = zones;
  if (operationsOf(job).includes('zone-append') && job.bsBytes > mostAppendBytes)
    return [
      'BEYOND_ZASL',
      `one append takes at most ${mostAppendBytes} bytes (ZASL), and bs has ${job.bsBytes}`,
      'use a smaller bs, or write_mode: write',
    ];
  const misfit = unfilled(capacityLbas, blockLbas);
  if (misfit !== undefined) return misfit;
  const overlap = incrementLbas < regionLbas || incrementLbas % zoneLbas !== 0;
  if (job.numjobs > 1 && overlap)
    return [
      'NOT_OF_ZONES',
      'several workers would write to one zone, which only one may',
      'use partition: true, or an offset_increment of whole zones',
    ];
  const { maxOpenZones = 0, jobMaxOpenZones = 0, numjobs } = job;
  const asked = Math.max(maxOpenZones, jobMaxOpenZones * numjobs);
  if (asked > mostOpen)
    return ['TOO_MANY_OPEN_ZONES', `the drive has at most ${mostOpen} zones open`, `use at most ${mostOpen}`];
  if (Math.min(askedOpen(job), Math.floor(mostOpen / numjobs)) < 1)
    return [
      'TOO_FEW_OPEN_ZONES',
      `each of ${numjobs} workers writes to a zone of its own`,
      'use fewer numjobs, or more max_open_zones',
    ];
  return undefined;
}

/** Throws EngineError of kind `input`: NOT_ZONED, NO_ZONE_COMMANDS, NOT_OF_ZONES, TOO_MANY_OPEN_ZONES, TOO_FEW_OPEN_ZONES. */
export function requireZones(
  drive: JobDrive,
  namespace: NamespaceExtent,
  job: JobSpec,
  region: Region,
  incrementLbas: number,
): void {
  const problem = problemOf(drive, namespace, job, region, incrementLbas);
  if (problem !== undefined) throw zoneError(drive.target, job, problem);
}

/** What a job may not do to the zones of a drive. */
export function zoneError(target: string, job: JobSpec, [code, reason, hint]: Problem): EngineError {
  const op = `${operationsOf(job).slice(0, 2).join(' and ')} with zonemode: zbd`;
  return new EngineError({ code, op, target, reason, hint, kind: 'input' });
}

/** Which jobs may write to a zoned namespace: each zone is written in order, from its first block. Touches no device. */
import { EngineError } from '../errors.js';
import type { NamespaceExtent, ZoneExtent } from '../path/path.js';
import type { OperationName } from '../stats/operations.js';
import type { JobSpec } from './job.js';
import type { Region } from './workload/addresses.js';
import { operationsOf } from './workload/shares.js';

/** What goes to a zone's write pointer alone. */
const ORDERED: readonly OperationName[] = ['write', 'write-zeroes', 'write-uncorrectable'];

/** Why writes of a job would not be in order, and what to do; undefined where they are. */
function disorder(
  job: JobSpec,
  { zoneLbas, capacityLbas }: ZoneExtent,
  { startLba, blockLbas, blocks }: Region,
  incrementLbas: number,
): readonly [reason: string, hint: string] | undefined {
  const { iodepth, queuePairs, numjobs, numberIos, stepBytes = 0, rampTimeMs } = job;
  const regionLbas = blocks * blockLbas;
  if (job.replay !== undefined)
    return ['a trace writes wherever it was recorded to', 'leave its writes out: replay_skip: write'];
  if (operationsOf(job).filter((name) => ORDERED.includes(name)).length > 1)
    return ['zeroes and writes have an order each', 'use one of them alone'];
  if (job.random || stepBytes !== 0) return ['its writes are not one behind the other', 'use rw: write'];
  if (job.lengths !== undefined) return ['its writes have several lengths', 'use one bs'];
  if (iodepth * queuePairs > 1)
    return [`${iodepth * queuePairs} writes are in flight, and may arrive in any order`, 'use iodepth: 1'];
  if (startLba % zoneLbas !== 0)
    return ['its region begins within a zone', `use an offset of whole zones (${zoneLbas} blocks)`];
  if (zoneLbas % blockLbas !== 0) return [`a zone is no multiple of ${blockLbas} blocks`, 'use another bs'];
  if (numjobs > 1 && (incrementLbas < regionLbas || incrementLbas % zoneLbas !== 0))
    return ['several workers write into one zone', 'use offset_increment of whole zones, or numjobs: 1'];
  if (capacityLbas < zoneLbas && regionLbas > capacityLbas)
    return [
      `only ${capacityLbas} blocks of each zone can be written, and its region has ${regionLbas}`,
      'use a smaller size',
    ];
  if (numberIos > blocks || rampTimeMs > 0)
    return [
      'it would begin its region again, whose zones are full then',
      'end it by its size, without runtime',
    ];
  return undefined;
}

/** Whether a job writes to zones in their order: it can do so once, since they are full then. */
export const fillsZones = ({ zones }: Pick<NamespaceExtent, 'zones'>, job: JobSpec): boolean =>
  zones !== undefined && job.zoneMode !== 'zbd' && operationsOf(job).some((name) => ORDERED.includes(name));

/** Throws EngineError NOT_IN_ZONE_ORDER of kind `input` where a job would write to zones otherwise than in order. */
export function requireZoneOrder(
  target: string,
  { zones, nsid }: NamespaceExtent,
  job: JobSpec,
  region: Region,
  incrementLbas: number,
): void {
  if (zones === undefined || !operationsOf(job).some((name) => ORDERED.includes(name))) return;
  const problem = disorder(job, zones, region, incrementLbas);
  if (problem === undefined) return;
  const [reason, hint] = problem;
  const rule = `each zone of ${zones.zoneLbas} blocks is written in order from its first block, one write at a time`;
  throw new EngineError({
    code: 'NOT_IN_ZONE_ORDER',
    op: `write to zoned namespace ${nsid}`,
    target,
    reason: `${reason}; ${rule}`,
    hint,
    kind: 'input',
  });
}

/** What of a region one write never divides, and what a table of it takes. */
import type { JobSpec } from '../job.js';
import type { Region } from '../workload/addresses.js';
import { UNIT_BYTES } from './written.js';

/** Logical blocks of a unit: a whole I/O, unless I/Os have several lengths, begin within others, or do not divide the zones. */
export function unitLbasOf(
  {
    bsBytes,
    lengths,
    stepBytes = 0,
    zoneSkipBytes = 0,
  }: Pick<JobSpec, 'bsBytes' | 'lengths' | 'stepBytes' | 'zoneSkipBytes'>,
  { blockLbas }: Region,
  zoneLbas = 0,
): number {
  if (zoneLbas % blockLbas !== 0) return 1;
  const onBlocks = stepBytes % bsBytes === 0 && zoneSkipBytes % bsBytes === 0;
  return lengths === undefined && onBlocks ? blockLbas : 1;
}

/** Memory of the tables of all workers. */
export function tableBytesOf(job: JobSpec, region: Region, zoneLbas?: number): number {
  return (job.numjobs * region.blocks * region.blockLbas * UNIT_BYTES) / unitLbasOf(job, region, zoneLbas);
}

/** Bytes that the I/Os of a job moved: so many each, or by the blocks that were counted. */
import type { IntervalCounts } from '../../../engine/load/index.js';
import {
  countsOf,
  LBAS_AT,
  lbasOf,
  OPERATIONS,
  type OperationName,
} from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { type Moved, movedBytes } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';

/** Of each I/O; with `lbaBytes`, I/Os have several lengths, whose logical blocks are counted. */
export interface ByteUnit {
  readonly bsBytes: number;
  readonly lbaBytes?: number;
}

export function byteUnitOf({ spec, device }: Pick<PlannedJob, 'spec' | 'device'>): ByteUnit {
  const { bsBytes, lengths } = spec;
  return lengths === undefined ? { bsBytes } : { bsBytes, lbaBytes: device.namespace.lbaBytes };
}

/** What the I/Os of an operation moved. */
export function movedOf({ bsBytes, lbaBytes }: ByteUnit, counts: IntervalCounts, name: OperationName): Moved {
  if (name === 'flush' || name === 'zone-reset') return 0;
  return lbaBytes === undefined ? bsBytes : { bytes: lbasOf(counts, name) * lbaBytes };
}

/** Bytes of all operations. */
export function movedByAll(unit: ByteUnit, counts: IntervalCounts): number {
  return OPERATIONS.reduce(
    (sum, name) => sum + movedBytes(totalCountOf(countsOf(counts, name)), movedOf(unit, counts, name)),
    0,
  );
}

/** Counts bytes of an operation again that were taken out of the counts. */
export function giveBack(
  { lbaBytes }: ByteUnit,
  counts: IntervalCounts,
  name: OperationName,
  bytes: number,
): void {
  if (lbaBytes !== undefined) counts[LBAS_AT + OPERATIONS.indexOf(name)] += bytes / lbaBytes;
}

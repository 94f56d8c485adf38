/** What operations a job has, and their shares of its I/Os. */
import { OPERATIONS, type OperationName } from '../../stats/operations.js';

/** An operation of a job, and its share of the I/Os but the flushes. */
export interface OperationShare {
  readonly operation: OperationName;
  readonly percent: number;
}

export interface Shared {
  /** Percent of reads: 100 reads only, 0 writes only. */
  readonly readPercent: number;
  /** Where the job has others than reads and writes: all its operations, which are drawn by these shares instead. */
  readonly mix?: readonly OperationShare[];
  /** A flush goes after every so many I/Os that are no reads. None unless given. */
  readonly flushEvery?: number;
  /** `zbd`: where it writes, zones are reset as well. `strided`: see `strides.ts`. */
  readonly zoneMode?: 'none' | 'strided' | 'zbd';
}

/** Shares above 0 percent, which add up to 100. */
export function sharesOf({ readPercent, mix }: Shared): OperationShare[] {
  const shares: readonly OperationShare[] = mix ?? [
    { operation: 'read', percent: readPercent },
    { operation: 'write', percent: 100 - readPercent },
  ];
  return shares.filter(({ percent }) => percent > 0);
}

/** Of what of a job that goes by zones is no read, the share of appends, 0 to 1. */
export function appendShareOf(job: Shared): number {
  const percentOf = (name: OperationName): number =>
    sharesOf(job).find(({ operation }) => operation === name)?.percent ?? 0;
  const appended = percentOf('zone-append');
  return appended === 0 ? 0 : appended / (appended + percentOf('write'));
}

/** In the order of OPERATIONS, flushes and resets of zones among them. */
export function operationsOf(job: Shared): OperationName[] {
  const shared = sharesOf(job).map(({ operation }) => operation);
  const flushes = (job.flushEvery ?? 0) > 0;
  const resets = job.zoneMode === 'zbd' && job.readPercent < 100;
  return OPERATIONS.filter(
    (name) => shared.includes(name) || (name === 'flush' && flushes) || (name === 'zone-reset' && resets),
  );
}

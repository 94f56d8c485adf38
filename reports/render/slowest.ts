/** The slowest I/Os of a job as a table for people. */
import type { JobRecord } from '../document/result.js';
import { formatBytes, formatCount, formatLatency, formatMoment } from './format.js';
import { firstOf } from './left-out.js';

/** How many text and Markdown show of a job. */
export const MOST_SLOWEST = 20;

export interface SlowestTable {
  readonly heads: readonly string[];
  readonly rows: readonly string[][];
  /** What is left out; undefined where that is nothing. */
  readonly leftOut: string | undefined;
}

/** The first `most`; undefined where none were kept. */
export function slowestTable({ slowest = [] }: JobRecord, most: number): SlowestTable | undefined {
  if (slowest.length === 0) return undefined;
  const paced = slowest.some(({ waitedNs }) => waitedNs !== undefined);
  const { kept, leftOut } = firstOf(slowest, most, 'of the slowest I/Os', 'nvbench show --view json has all');
  const rows = kept.map(({ latencyNs, waitedNs, atNs, operation, lba, bytes, worker, queue, depth }) => [
    formatLatency(latencyNs),
    ...(paced ? [waitedNs === undefined ? '-' : formatLatency(waitedNs)] : []),
    formatMoment(atNs),
    operation,
    lba === undefined ? '-' : formatCount(lba),
    bytes === 0 ? '-' : formatBytes(bytes),
    String(worker),
    String(queue),
    String(depth),
  ]);
  return {
    heads: [
      'slowest',
      ...(paced ? ['waited'] : []),
      'completed at',
      'operation',
      'LBA',
      'size',
      'worker',
      'queue',
      'depth',
    ],
    rows,
    leftOut,
  };
}

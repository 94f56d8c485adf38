/** The operations of a job, with their shares of its I/Os but the flushes. */
import type { JobSpec } from '../../../engine/load/index.js';
import type { OperationName } from '../../../engine/stats/operations.js';
import { OPERATION_OF } from '../../config/operation-keys.js';
import { isTrim } from '../../config/pattern.js';
import type { JobConfig } from '../../config/run-config.js';

export interface JobOperation {
  readonly name: OperationName;
  /** 0 to 1. */
  readonly share: number;
  /** Whose sizes it has. */
  readonly direction: 'read' | 'write';
}

export function jobOperations({ rw, rwmixread, writeModes }: JobConfig): JobOperation[] {
  if (isTrim(rw)) return [{ name: 'deallocate', share: 1, direction: 'write' }];
  const writes = writeModes.map(({ mode, percent }) => ({
    name: OPERATION_OF[mode],
    share: (1 - rwmixread / 100) * (percent / 100),
    direction: 'write' as const,
  }));
  const all = [{ name: 'read' as const, share: rwmixread / 100, direction: 'read' as const }, ...writes];
  return all.filter(({ share }) => share > 0);
}

/** What of it the engine is told where there are others than reads and writes. */
export function operationSpec(job: JobConfig): Pick<JobSpec, 'mix' | 'flushEvery'> {
  const operations = jobOperations(job);
  const plain = operations.every(({ name }) => name === 'read' || name === 'write');
  const mix = operations.map(({ name, share }) => ({ operation: name, percent: 100 * share }));
  return { ...(plain ? {} : { mix }), ...(job.fsync > 0 ? { flushEvery: job.fsync } : {}) };
}

/** How many I/Os so many become with the flushes that go after them, on average where reads are among them. */
export function withFlushes({ fsync, rwmixread }: JobConfig, ios: number): number {
  return fsync === 0 ? ios : ios + Math.floor((ios * (1 - rwmixread / 100)) / fsync);
}

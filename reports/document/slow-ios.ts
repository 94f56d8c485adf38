/** The slowest I/Os of a job, of jobs that keep them. */
import { z } from 'zod';
import { amount, count } from './machine.js';
import { OPERATIONS } from './operations.js';

export const slowIoSchema = z.object({
  /** When its completion was found, since the measured time began. */
  atNs: amount,
  /** From its submission. */
  latencyNs: amount,
  operation: z.enum(OPERATIONS),
  /** The first logical block; absent of a flush, which has none. */
  lba: count.optional(),
  bytes: amount,
  /** Index of the worker, and which of its queues. */
  worker: count,
  queue: count,
  /** I/Os in flight on that queue once it was submitted, itself among them. */
  depth: count,
  /** Of a job with a rate: how long after it was due it was submitted. */
  waitedNs: amount.optional(),
});

export type SlowIoRecord = z.infer<typeof slowIoSchema>;

/** What a worker tells of one; the engine's has this shape. */
export interface SlowIoFacts
  extends Pick<SlowIoRecord, 'atNs' | 'latencyNs' | 'operation' | 'queue' | 'depth'> {
  readonly slba: number;
  readonly lbas: number;
  readonly waitedNs?: number;
}

/** Those of all workers, by index, as one list of `most`, the slowest first. */
export function buildSlowest(
  workers: readonly { readonly index: number; readonly slowest?: readonly SlowIoFacts[] }[],
  most: number,
  lbaBytes: number,
): SlowIoRecord[] {
  const all = workers.flatMap(({ index, slowest = [] }) =>
    slowest.map(
      ({ slba, lbas, operation, ...facts }): SlowIoRecord => ({
        ...facts,
        operation,
        ...(operation === 'flush' ? { bytes: 0 } : { lba: slba, bytes: lbas * lbaBytes }),
        worker: index,
      }),
    ),
  );
  return all.sort((a, b) => b.latencyNs - a.latencyNs || a.atNs - b.atNs).slice(0, most);
}

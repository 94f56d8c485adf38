/** What the workers of a job began with, and whether it was what the plan gives them. */
import {
  isInSequence,
  type OperationsHash,
  type PreparedJob,
  type WorkerResult,
  type WorkerZones,
} from '../../../engine/load/index.js';

export interface BeganWith {
  /** What the workers began with; absent where that depends on zones, whose stand is here instead, or on what completed when. */
  readonly operationsHash?: OperationsHash;
  /** Of each worker: whether it issued first what its seed gives. */
  readonly inSequence?: readonly boolean[];
  /** Of each worker, before its first I/O. */
  readonly zones?: readonly WorkerZones[];
}

export function beganWith(
  { operationsHash, workers: specs }: PreparedJob,
  workers: readonly WorkerResult[],
): BeganWith {
  const zones = specs.flatMap((spec) => spec.zones ?? []);
  if (zones.length > 0) return { zones };
  return {
    ...(operationsHash === undefined ? {} : { operationsHash }),
    inSequence: workers.map(({ issued }, worker) => isInSequence(specs[worker], issued)),
  };
}

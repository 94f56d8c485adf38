/** Sets a job up on a drive: its queues, and what each of its workers is told; and takes it down again. */
import type { JobDrive, NamespaceExtent } from '../path/path.js';
import { ControlBlock, type StuckIo } from './control-block.js';
import { type Geometry, planGeometry, shapeOf, workerRegion } from './geometry.js';
import type { JobSpec, WorkerSpec } from './job.js';
import { type OperationsHash, operationsHash } from './operations-hash.js';
import { LogRing, newRing } from './watch/log-ring.js';

/** A job that is set up: its workers' specifications, and the way back. */
export interface PreparedJob {
  readonly workers: readonly WorkerSpec[];
  readonly controls: readonly ControlBlock[];
  /** Where each worker of a job that is `logged` leaves its records. */
  readonly logRings: readonly LogRing[];
  readonly geometry: Geometry;
  /** What its workers begin with. */
  readonly operationsHash: OperationsHash;
  /**
   * Asks the device to abort the I/O of a slot of a worker's lane: whether it says that it did. Absent where the path cannot
   * ask. Throws EngineError, NvmeStatusError.
   */
  abort?(worker: number, io: StuckIo): Promise<boolean>;
  /** Takes the queues from the device, then frees their memory. Only once the workers have ended. */
  release(): Promise<void>;
}

/** Opens the queues of every worker. Undoes all of it when it throws. */
export async function prepareJob(
  drive: JobDrive,
  namespace: NamespaceExtent,
  job: JobSpec,
): Promise<PreparedJob> {
  const geometry = planGeometry(drive, namespace, job);
  const queues = await drive.openQueues(shapeOf(namespace, job));
  const controls = Array.from({ length: job.numjobs }, () => new ControlBlock());
  const rings = job.logged ? controls.map(() => newRing(job.numjobs)) : [];
  const runMs = Date.now();
  const workers = controls.map((control, index): WorkerSpec => {
    const first = index * job.queuePairs;
    return {
      ...job,
      index,
      cpus: job.cpus[index] ?? [],
      seed: job.seed + index,
      lanes: queues.specs.slice(first, first + job.queuePairs),
      region: workerRegion(geometry, index),
      lbaBytes: namespace.lbaBytes,
      control: control.memory,
      ...(job.verification === undefined ? {} : { runMs }),
      ...(rings[index] === undefined ? {} : { logRing: rings[index] }),
    };
  });
  return {
    workers,
    controls,
    logRings: rings.map((ring) => new LogRing(ring)),
    geometry,
    operationsHash: operationsHash(workers),
    ...(queues.abort === undefined
      ? {}
      : { abort: async (worker, { lane, slot }) => queues.abort!(worker * job.queuePairs + lane, slot) }),
    release: () => queues.release(),
  };
}

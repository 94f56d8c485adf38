/** Sets a job up on a drive: its queues, and what each of its workers is told; and takes it down again. */
import type { JobDrive, NamespaceExtent } from '../path/path.js';
import type { TraceRecords } from '../stats/trace-record.js';
import { ControlBlock, type StuckIo } from './control-block.js';
import { type Geometry, planGeometry, shapeOf, workerRegion } from './geometry.js';
import type { JobSpec, WorkerSpec } from './job.js';
import { type OperationsHash, operationsHash } from './operations-hash.js';
import { placed } from './placement.js';
import { TraceRing } from './replay/trace-ring.js';
import { newJournal } from './verify/journal.js';
import { LogRing, newRing } from './watch/log-ring.js';
import { iosOf } from './zoned/plan.js';
import { zonesOfWorkers } from './zoned/stand.js';

/** A job that is set up: its workers' specifications, and the way back. */
export interface PreparedJob {
  readonly workers: readonly WorkerSpec[];
  readonly controls: readonly ControlBlock[];
  /** Where each worker of a job that is `logged` leaves its records. */
  readonly logRings: readonly LogRing[];
  /** Where each worker of a job that is journaled keeps which of its writes were acknowledged. */
  readonly journals: readonly SharedArrayBuffer[];
  /** When the job was set up, ms since 1970: what blocks that tell what they are carry as the time of the run. */
  readonly runMs: number;
  /** Of a job that plays a trace: what its worker takes it from, filled as far as there is room. */
  readonly traceRing?: TraceRing;
  readonly geometry: Geometry;
  /** What its workers begin with; absent where that depends on zones, or on what completes when. */
  readonly operationsHash?: OperationsHash;
  /**
   * Asks the device to abort the I/O of a slot of a worker's lane: whether it says that it did. Absent where the path cannot
   * ask. Throws EngineError, NvmeStatusError.
   */
  abort?(worker: number, io: StuckIo): Promise<boolean>;
  /** Takes the queues from the device, then frees their memory. Only once the workers have ended. */
  release(): Promise<void>;
}

/**
 * Opens the queues of every worker. Undoes all of it when it throws. `trace`: of a job that plays one, which has one worker.
 * Throws EngineError.
 */
export async function prepareJob(
  drive: JobDrive,
  namespace: NamespaceExtent,
  job: JobSpec,
  trace?: TraceRecords,
): Promise<PreparedJob> {
  const geometry = planGeometry(drive, namespace, job);
  const traceRing =
    trace === undefined || job.replay === undefined
      ? undefined
      : new TraceRing(trace, job.replay, namespace.lbaBytes);
  traceRing?.topUp();
  const traceFirst = traceRing?.first();
  const zones = await zonesOfWorkers(drive, namespace, job, geometry);
  const queues = await drive.openQueues(await placed(drive, namespace, job, shapeOf(namespace, job)));
  const controls = Array.from({ length: job.numjobs }, () => new ControlBlock());
  const rings = job.logged ? controls.map(() => newRing(job.numjobs)) : [];
  const journals =
    job.verification?.journaled === true ? controls.map(() => newJournal(job.iodepth * job.queuePairs)) : [];
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
      ...(zones === undefined ? {} : { zones: zones[index], numberIos: iosOf(job, zones[index]) }),
      control: control.memory,
      ...(job.verification === undefined ? {} : { runMs }),
      ...(rings[index] === undefined ? {} : { logRing: rings[index] }),
      ...(journals[index] === undefined ? {} : { journal: journals[index] }),
      ...(traceRing === undefined ? {} : { traceRing: traceRing.memory, traceFirst }),
    };
  });
  return {
    workers,
    controls,
    logRings: rings.map((ring) => new LogRing(ring)),
    journals,
    runMs,
    ...(traceRing === undefined ? {} : { traceRing }),
    geometry,
    ...(zones === undefined && job.verification?.backlog === undefined
      ? { operationsHash: operationsHash(workers) }
      : {}),
    ...(queues.abort === undefined
      ? {}
      : { abort: async (worker, { lane, slot }) => queues.abort!(worker * job.queuePairs + lane, slot) }),
    release: () => queues.release(),
  };
}

/** A job whose workers run one after the other in this thread, on queues without a device: what they noted and counted. */
import type { Evidence } from '../../../../bench/run/as-asked/check.js';
import type { PlannedJob } from '../../../../bench/run/plan/plan.js';
import { ControlBlock } from '../../../../engine/load/control-block.js';
import { workerRegion } from '../../../../engine/load/index.js';
import type { WorkerResult, WorkerSpec } from '../../../../engine/load/job.js';
import type { Loop } from '../../../../engine/load/loop.js';
import { isInSequence } from '../../../../engine/load/operations-hash.js';
import { Session } from '../../../../engine/load/session.js';
import { TALLY } from '../../../../engine/load/tally.js';
import type { NullQueueSpec } from '../../../../engine/path/null/null-queue.js';
import { byOperation, countsOf } from '../../../../engine/stats/operations.js';
import { totalCountOf } from '../../../../engine/stats/percentiles.js';
import { idleWorker } from '../idle-worker.js';

/** What is wrong with a worker: its specification, or its loop once that is made. */
export interface Defect {
  spec?(spec: WorkerSpec): WorkerSpec;
  loop?(loop: Loop, spec: WorkerSpec): void;
}

function specOf({ spec, geometry, device }: PlannedJob, index: number): WorkerSpec {
  const { iodepth, bsBytes, queuePairs, seed, readPercent } = spec;
  const writeBuffer = new SharedArrayBuffer(readPercent < 100 ? iodepth * bsBytes : 0);
  const lane: NullQueueSpec = { path: 'null', iodepth, bsBytes, writeBuffer };
  return {
    ...spec,
    index,
    cpus: [],
    seed: seed + index,
    lanes: Array.from({ length: queuePairs }, () => lane),
    region: workerRegion(geometry, index),
    lbaBytes: device.namespace.lbaBytes,
    control: new ControlBlock().memory,
  };
}

function resultOf(spec: WorkerSpec, defect: Defect): WorkerResult {
  const control = new ControlBlock(spec.control);
  const session = new Session(defect.spec?.(spec) ?? spec, control);
  const { loop } = session;
  defect.loop?.(loop, spec);
  const outcome = session.run({ onMeasure: () => undefined, onMeasured: () => undefined });
  const [first, second] = control.sets;
  const completed = byOperation(
    (name) => totalCountOf(countsOf(first, name)) + totalCountOf(countsOf(second, name)),
  );
  return {
    ...idleWorker,
    index: spec.index,
    stopReason: outcome.stopReason,
    elapsedNs: outcome.measuredToNs - outcome.measuredFromNs,
    completed,
    statuses: loop.failures.list,
    drain: { ios: loop.tally[TALLY.LATE], durationNs: 0, maxNs: 0 },
    unsentIos: loop.unsent(outcome.measuredToNs),
    lostIos: outcome.lostIos,
    rampIos: outcome.rampIos,
    scheduleNs: loop.scheduledNs(outcome.measuredToNs),
    issued: loop.issued.ios(),
  };
}

/** Runs every worker of the job to its end. */
export function playJob(planned: PlannedJob, defect: Defect = {}): Evidence {
  const specs = Array.from({ length: planned.spec.numjobs }, (_, index) => specOf(planned, index));
  const workers = specs.map((spec) => resultOf(spec, defect));
  return {
    planned,
    workers,
    inSequence: workers.map(({ issued }, i) => isInSequence(specs[i], issued)),
  };
}

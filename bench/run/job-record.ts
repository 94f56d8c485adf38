/** Puts what a job counted into its part of the result document. */
import { decodeStatus, statusName } from '../../engine/index.js';
import { type IntervalCounts, isPaced, type WorkerResult } from '../../engine/load/index.js';
import {
  type ByOperation,
  countsOf,
  countsOfAll,
  OPERATIONS,
  responseCountsOf,
} from '../../engine/stats/operations.js';
import { totalCountOf } from '../../engine/stats/percentiles.js';
import {
  buildErrors,
  buildFigures,
  buildGaps,
  buildOperation,
  buildResponse,
  buildSlowest,
  buildWorker,
  type JobRecord,
  type StatusRecord,
  type StopReason,
  TIMESTAMP_NOTE,
  type WorkerRecord,
} from '../../reports/document/index.js';
import { isMixed } from '../config/pattern.js';
import { workOfJob } from '../config/workload.js';
import { nodeOfCpu } from '../host/cpu.js';
import { proofOf } from './as-asked/as-asked.js';
import { logDoubts } from './doubts/io-log.js';
import { jobDoubts } from './doubts/job.js';
import { proofDoubts } from './doubts/proof.js';
import { resumedDoubts } from './doubts/resumed.js';
import { verificationDoubts } from './doubts/verification.js';
import type { JobOutcome, UnfinishedJob } from './job/job-run.js';
import { type ByteUnit, byteUnitOf, movedOf } from './job/moved-bytes.js';
import type { NotBegun } from './job/not-begun.js';
import { begunBy, elapsedNsOf, failedOf } from './job/worker-totals.js';
import { dueBy } from './plan/job-replay.js';
import type { PlannedJob } from './plan/plan.js';
import { verdictOf } from './verdict.js';
import { verificationOf } from './verification.js';

function statusRecord({ status, operation: _, ...first }: WorkerResult['statuses'][number]): StatusRecord {
  const { statusCodeType, statusCode, doNotRetry } = decodeStatus(status);
  return { status: statusName(status), statusCodeType, statusCode, doNotRetry, ...first };
}

/** With the node of its CPUs, where they are all on one. */
function workerRecord(worker: WorkerResult): WorkerRecord {
  const [node, ...others] = new Set(worker.cpus.map((cpu) => nodeOfCpu(cpu, '/sys')));
  const known = node !== undefined && others.length === 0;
  return { ...buildWorker({ ...worker, ios: worker.completed }), ...(known ? { numaNode: node } : {}) };
}

const SEVERITY: readonly StopReason[] = [
  'device-lost',
  'timeout',
  'errors',
  'verify',
  'interrupted',
  'number_ios',
  'runtime',
];

function stopReasonOf(outcome: JobOutcome): StopReason {
  const reasons = outcome.workers.map((worker) => worker.stopReason);
  const worst = SEVERITY.find((reason) => (reasons as StopReason[]).includes(reason)) ?? 'runtime';
  const { config } = outcome.planned;
  if (worst === 'interrupted' && outcome.endedBeside) return 'exitall';
  const { steady, sure } = outcome;
  if (worst === 'interrupted' && config.steadyState?.end && steady?.reached !== undefined) return 'steady';
  if (worst === 'interrupted' && sure?.reached) return 'sure';
  const bySize = worst === 'number_ios' && config.numberIos === undefined && config.trace === undefined;
  return bySize ? 'size' : worst;
}

/** What was asked of a job. */
function asked({ config, spec, repeat, device }: PlannedJob) {
  return {
    name: config.name,
    ...config.sweep,
    ...(repeat.count > 1 ? { repeat } : {}),
    target: device.target,
    rw: config.rw,
    ...(isMixed(config.rw) ? { rwmixread: config.rwmixread } : {}),
    bsBytes: spec.bsBytes,
    iodepth: spec.iodepth,
    numjobs: spec.numjobs,
    queuePairs: spec.queuePairs,
    completion: config.completion,
    workload: workOfJob(config),
    seed: spec.seed,
    seedPolicy: config.randseed === undefined ? ('own' as const) : ('fixed' as const),
    rampTimeMs: spec.rampTimeMs,
    timestampNote: TIMESTAMP_NOTE,
  };
}

interface Measured {
  readonly counts: IntervalCounts;
  readonly failed: ByOperation<number>;
  readonly unit: ByteUnit;
  readonly elapsedNs: number;
}

function directions({ counts, failed, unit, elapsedNs }: Measured): JobRecord['directions'] {
  const done = OPERATIONS.flatMap((name) => {
    const part = countsOf(counts, name);
    if (totalCountOf(part) === 0 && failed[name] === 0) return [];
    return [[name, buildOperation(part, movedOf(unit, counts, name), elapsedNs, failed[name])] as const];
  });
  return Object.fromEntries(done);
}

function responseOf({ spec }: PlannedJob, counts: IntervalCounts): Pick<JobRecord, 'response'> {
  return isPaced(spec) ? { response: buildResponse(responseCountsOf(counts)) } : {};
}

/** What a job with times of its own was to begin, and what it did not. */
function pacedOf({ planned, workers }: JobOutcome): { rateIops?: number; unsentIos?: number } {
  const { spec, config } = planned;
  if (!isPaced(spec)) return {};
  const { replay } = spec;
  if (replay === undefined || config.trace === undefined)
    return { unsentIos: workers.reduce((sum, { unsentIos }) => sum + unsentIos, 0) };
  const [worker] = workers;
  const due = Math.min(spec.numberIos, dueBy(config.trace, worker.scheduleNs * replay.speed));
  const rate = replay.spanNs > 0 ? { rateIops: ((replay.ios - 1) * 1e9) / replay.spanNs } : {};
  return { ...rate, unsentIos: Math.max(0, due - begunBy(worker)) };
}

/** Of a job that keeps its slowest I/Os. */
function slowestOf({ planned: { spec, device }, workers }: JobOutcome): Pick<JobRecord, 'slowest'> {
  const { slowest = 0 } = spec;
  return slowest === 0 ? {} : { slowest: buildSlowest(workers, slowest, device.namespace.lbaBytes) };
}

function logOf({ log }: JobOutcome): Pick<JobRecord, 'log'> {
  if (log === undefined) return {};
  const { problem: _, ...record } = log;
  return { log: record };
}

/** Over all workers: they drain side by side. Undefined where nothing was left to drain. */
function drainOf(workers: readonly WorkerResult[]): JobRecord['drain'] {
  const ios = workers.reduce((sum, { drain }) => sum + drain.ios, 0);
  if (ios === 0) return undefined;
  return {
    ios,
    durationNs: Math.max(...workers.map(({ drain }) => drain.durationNs)),
    maxLatencyNs: Math.max(...workers.map(({ drain }) => drain.maxNs)),
  };
}

/** Absent where a worker did not come as far as what is hashed. */
function operationsHashOf({ workers, operationsHash }: JobOutcome): Pick<JobRecord, 'operationsHash'> {
  if (operationsHash === undefined) return {};
  const begun = workers.every((worker) => begunBy(worker) >= operationsHash.iosPerWorker);
  return begun ? { operationsHash } : {};
}

/** The record of one job on one device. `beside`: what the jobs of its turn came to. */
export function jobRecord(outcome: JobOutcome, beside: readonly JobOutcome[] = []): JobRecord {
  const { planned, workers, counts, startedAt, intervals, intervalNs } = outcome;
  const elapsedNs = elapsedNsOf(workers);
  const sum = (of: (worker: WorkerResult) => number): number =>
    workers.reduce((total, w) => total + of(w), 0);
  const unit = byteUnitOf(planned);
  const operations = directions({ counts, failed: failedOf(workers), unit, elapsedNs });
  const figures = buildFigures({ ...planned.spec, directions: operations, ...pacedOf(outcome) });
  const proof = proofOf(outcome);
  const verification = verificationOf(planned, workers);
  const errors = buildErrors(
    workers.flatMap((worker) => worker.statuses).map(statusRecord),
    sum((w) => w.lostIos),
    sum((w) => w.unexpectedCompletions),
  );
  const record: JobRecord = {
    ...asked(planned),
    ...operationsHashOf(outcome),
    startedAt: startedAt.toISOString(),
    elapsedNs,
    stopReason: stopReasonOf(outcome),
    directions: operations,
    figures,
    ...(intervals.length === 0 ? {} : { intervalNs, intervals: [...intervals] }),
    drain: drainOf(workers),
    ...responseOf(planned, counts),
    gaps: buildGaps(
      countsOfAll(counts),
      workers.map(({ gaps }) => gaps),
    ),
    ...slowestOf(outcome),
    ...logOf(outcome),
    errors,
    ...(outcome.recovery.length === 0 ? {} : { recovery: [...outcome.recovery] }),
    workers: workers.map(workerRecord),
    ...(outcome.steady === undefined ? {} : { steady: outcome.steady }),
    ...(outcome.sure === undefined ? {} : { sure: outcome.sure }),
    ...(outcome.health === undefined ? {} : { health: outcome.health }),
    ...(verification === undefined ? {} : { verification }),
    proof,
    warnings: [
      ...proofDoubts(proof, errors),
      ...verificationDoubts(verification),
      ...jobDoubts(outcome, figures, '/sys', beside),
      ...logDoubts(outcome),
      ...resumedDoubts(planned),
    ],
  };
  return { ...record, verdict: verdictOf(record) };
}

/** The record of a job that is still running: what it counted so far. Workers tell of themselves at their end only. */
export function unfinishedRecord(job: UnfinishedJob): JobRecord {
  const { planned, startedAt, counts, failed, elapsedNs, intervalNs } = job;
  const operations = directions({ counts, failed, unit: byteUnitOf(planned), elapsedNs });
  return {
    ...asked(planned),
    partial: true,
    startedAt: startedAt.toISOString(),
    elapsedNs,
    stopReason: 'interrupted',
    directions: operations,
    figures: buildFigures({ ...planned.spec, directions: operations }),
    intervalNs,
    intervals: job.intervals(),
    ...responseOf(planned, counts),
    errors: { ...buildErrors([], 0, 0), total: OPERATIONS.reduce((sum, name) => sum + failed[name], 0) },
    workers: [],
    warnings: [],
  };
}

/** The record of a job that a device did not let begin: nothing was measured. */
export function notBegunRecord({ planned, at, recovery }: NotBegun): JobRecord {
  const record: JobRecord = {
    ...asked(planned),
    startedAt: at.toISOString(),
    elapsedNs: 0,
    stopReason: 'error',
    directions: {},
    figures: buildFigures({ ...planned.spec, directions: {} }),
    errors: buildErrors([], 0, 0),
    ...(recovery.length === 0 ? {} : { recovery: [...recovery] }),
    workers: [],
    warnings: [],
  };
  return { ...record, verdict: verdictOf(record) };
}

/**
 * The proof that what was issued is what was asked: tests of what the workers noted and counted, each against the definition of
 * the job. What was noted comes from the records that the queues read, not from the plan.
 */
import { iosOf, type WorkerResult } from '../../../engine/load/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { plural } from '../../../reports/render/format.js';
import { finishedBy, resetsBy } from '../job/worker-totals.js';
import { arrivalChecks } from './arrivals.js';
import { backlogChecks, withoutBacklog } from './backlog.js';
import { check, type Evidence, type ProofCheck } from './check.js';
import { lengthChecks } from './lengths.js';
import { operationChecks } from './operations.js';
import { placeChecks } from './places.js';
import { replayChecks } from './replay.js';
import { stridedChecks } from './strided.js';
import { variedCourseChecks } from './varied-course.js';
import { zoneChecks } from './zones.js';

/** The order of the first I/Os is that of the seed, whatever the path. */
function sequenceCheck({ workers, inSequence }: Evidence): ProofCheck[] {
  if (inSequence === undefined || workers.every(({ issued }) => issued.slbas.length === 0)) return [];
  const off = inSequence.indexOf(false);
  const found = off < 0 ? 'they are' : `worker ${off} began with others`;
  return [check('sequence', off < 0, 'the I/Os of its seed and keys, in their order', found)];
}

/** A job that ends by its I/Os has done so many. */
function amountCheck({ planned: { spec }, workers, zones }: Evidence): ProofCheck[] {
  const ended = workers.filter(({ stopReason }) => stopReason === 'number_ios');
  if (ended.length === 0) return [];
  const done = (worker: WorkerResult): number => finishedBy(worker) - resetsBy(worker);
  const asked = (worker: WorkerResult): number => iosOf(spec, zones?.[worker.index]);
  const off = ended.find((worker) => done(worker) !== asked(worker));
  const found = `${plural(done(off ?? ended[0]), 'I/O')}${off === undefined ? '' : ` of worker ${off.index}`}`;
  return [
    check('amount', off === undefined, `${plural(asked(off ?? ended[0]), 'I/O')} of each worker`, found),
  ];
}

/** Of jobs whose I/Os are drawn, or in sequence, by their keys. */
const drawnChecks = (evidence: Evidence): ProofCheck[] => [
  ...operationChecks(evidence),
  ...lengthChecks(evidence),
  ...whereChecks(evidence),
  ...arrivalChecks(evidence),
];

function whereChecks(evidence: Evidence): ProofCheck[] {
  const { zoneMode = 'none' } = evidence.planned.spec;
  if (zoneMode === 'zbd') return zoneChecks(evidence);
  if (zoneMode === 'strided') return stridedChecks(evidence);
  return [...placeChecks(evidence), ...variedCourseChecks(evidence)];
}

/** The record of all tests that the job lets be made. */
export function proofOf(evidence: Evidence): NonNullable<JobRecord['proof']> {
  const { workers } = evidence;
  const { trace } = evidence.planned.config;
  const asked = withoutBacklog(evidence);
  return {
    iosNoted: workers.reduce((sum, { issued }) => sum + issued.slbas.length, 0),
    checks: [
      ...sequenceCheck(asked),
      ...(trace === undefined ? drawnChecks(asked) : replayChecks(evidence, trace)),
      ...backlogChecks(evidence),
      ...amountCheck(asked),
    ],
  };
}

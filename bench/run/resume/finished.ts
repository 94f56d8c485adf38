/** How far an earlier attempt came: which turns of the plan are behind, by the records in its document. */
import {
  type BenchResult,
  type CutShortRecord,
  endedAsAsked,
  type JobRecord,
  operationsOf,
} from '../../../reports/document/index.js';
import { RoundsWatch } from '../job/rounds-watch.js';
import { type PlannedJob, turnsOf } from '../plan/plan.js';
import { checkSameSeed } from './same-run.js';

export interface Finished {
  /** Records of all turns that are behind, in order. */
  readonly kept: readonly JobRecord[];
  /** Those of the turn that was cut short, if it had begun. */
  readonly cut: readonly JobRecord[];
  /** Place in the run of the first turn that is to run; undefined where all are behind. */
  readonly fromTurn: number | undefined;
  /** With the rounds that are behind. */
  readonly rounds: RoundsWatch;
}

/** After these a run goes on with its next job; what else ended a job ended the run. */
const RAN: readonly JobRecord['stopReason'][] = ['errors', 'verify'];

const hasRun = (record: JobRecord): boolean =>
  record.partial === undefined && (endedAsAsked(record) || RAN.includes(record.stopReason));

function recordOf({ jobs }: BenchResult, { config, device, repeat }: PlannedJob): JobRecord | undefined {
  return jobs.find(
    (record) =>
      record.name === config.name &&
      record.target === device.target &&
      (record.repeat?.index ?? 0) === repeat.index,
  );
}

/** The metric of a job in rounds, in the order in which its rounds were done. */
function roundsValue(
  { rounds = [] }: BenchResult,
  { name, target }: JobRecord,
  round: number,
): number | undefined {
  return rounds.find((each) => each.target === target && each.job === name)?.values[round];
}

/**
 * Turns count from the first on, as long as every job of them has run: what comes after one that has not was not begun. Throws
 * EngineError of kind `input` where a record is of another seed.
 */
export function finishedOf(output: string, earlier: BenchResult, planned: readonly PlannedJob[]): Finished {
  const rounds = new RoundsWatch(planned);
  const kept: JobRecord[] = [];
  for (const turn of turnsOf(planned)) {
    if (rounds.skips(turn[0])) continue;
    const records = turn.map((job) => recordOf(earlier, job));
    const [{ turn: fromTurn }] = turn;
    const found = records.filter((record) => record !== undefined);
    if (found.length < turn.length || !found.every(hasRun)) return { kept, cut: found, fromTurn, rounds };
    for (const [i, record] of found.entries()) {
      checkSameSeed(output, record, turn[i]);
      if (endedAsAsked(record)) rounds.addValue(turn[i], (at) => roundsValue(earlier, record, at));
    }
    kept.push(...found);
  }
  return { kept, cut: [], fromTurn: undefined, rounds };
}

/** Most that a job may have written by its record: every I/O of a mix counts, and so does what was in flight. */
export function mostWrittenBy(record: JobRecord, { spec }: PlannedJob): number {
  if (spec.readPercent === 100) return 0;
  const { errors, drain, partial } = record;
  const ios = operationsOf(record).reduce((sum, [, operation]) => sum + operation.ios, 0);
  const inFlight = partial
    ? spec.iodepth * spec.queuePairs * spec.numjobs
    : (drain?.ios ?? 0) + errors.timeouts;
  return (ios + errors.total + inFlight) * spec.bsBytes;
}

/** What the document keeps of jobs that run again. */
export function cutShortOf(cut: readonly JobRecord[], planned: readonly PlannedJob[]): CutShortRecord[] {
  return cut.flatMap((record) => {
    const { name, target, repeat, elapsedNs } = record;
    const job = planned.find(({ config, device }) => config.name === name && device.target === target);
    if (job === undefined) return [];
    return [
      {
        name,
        target,
        ...(repeat === undefined ? {} : { repeat: repeat.index }),
        elapsedNs,
        mostWrittenBytes: mostWrittenBy(record, job),
      },
    ];
  });
}

/** A job that searches: its probes, and the run at what they found. */
import { countsOf, countsOfAll, OPERATIONS } from '../../engine/stats/operations.js';
import { percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import {
  countOf,
  isCounted,
  isOfJob,
  jobMetricsOf,
  operationFigure,
  percentileOf,
} from '../../reports/compare/metrics.js';
import {
  buildOperation,
  endedAsAsked,
  type JobRecord,
  type RecoveryStep,
  type SearchRecord,
} from '../../reports/document/index.js';
import { HOLDS } from '../../reports/gates/decide.js';
import type { Gate } from '../../reports/gates/parse.js';
import type { Search } from '../config/search.js';
import { type JobHooks, type JobOutcome, type JobRun, runJob } from './job/job-run.js';
import { byteUnitOf, movedByAll } from './job/moved-bytes.js';
import { elapsedNsOf } from './job/worker-totals.js';
import { jobRecord } from './job-record.js';
import { keptRate } from './kept-rate.js';
import { type OpenDevice, type PlannedJob, replanned } from './plan/plan.js';
import { type ProbeAnswer, searchHighest } from './search-steps.js';

const CONFIDENCE = 0.95;

export interface SearchedRun extends JobRun {
  readonly search: SearchRecord;
}

/** What was counted of the operations that a gate is of. */
function countsFor({ direction }: Gate, { counts, planned, workers }: JobOutcome, { directions }: JobRecord) {
  if (direction === 'total') {
    const all = countsOfAll(counts);
    const moved = { bytes: movedByAll(byteUnitOf(planned), counts) };
    return { counts: all, figures: buildOperation(all, moved, elapsedNsOf(workers), 0) };
  }
  const name = OPERATIONS.find(
    (each) => directions[each] !== undefined && (direction === undefined || each === direction),
  );
  const figures = name && directions[name];
  return name === undefined || figures === undefined
    ? undefined
    : { counts: countsOf(counts, name), figures };
}

/** The metric of a gate in what a job measured; undefined where nothing was. */
function measuredOf(gate: Gate, outcome: JobOutcome, record: JobRecord): number | undefined {
  const { metric, direction } = gate;
  if (isCounted(metric)) return countOf(metric, record, direction === 'total' ? undefined : direction);
  if (isOfJob(metric)) return jobMetricsOf(record)[metric];
  const found = countsFor(gate, outcome, record);
  if (found === undefined) return undefined;
  const row = operationFigure(metric);
  if (row !== undefined) return row.value(found.figures);
  return percentileNs(found.counts, percentileOf(metric) ?? 100, totalCountOf(found.counts));
}

function answerOf(gate: Gate, outcome: JobOutcome): ProbeAnswer {
  const record = jobRecord(outcome);
  const value = measuredOf(gate, outcome, record);
  const { bound, operator } = gate;
  if (value === undefined || !keptRate(record).kept) return { holds: false };
  const limit = bound.kind === 'absolute' ? bound.value : Number.NaN;
  const ratio = operator.startsWith('<') ? value / limit : limit / value;
  const excess = isCounted(gate.metric) ? Number.NaN : Math.log(ratio);
  return { holds: HOLDS[operator](value, limit), ...(Number.isFinite(excess) ? { excess } : {}) };
}

/** Of several devices the worst: the bound is to hold on each. */
function worstOf(answers: readonly ProbeAnswer[]): ProbeAnswer {
  const excesses = answers.flatMap(({ excess }) => excess ?? []);
  return {
    holds: answers.every(({ holds }) => holds),
    ...(excesses.length === answers.length ? { excess: Math.max(...excesses) } : {}),
  };
}

const ended = (run: JobRun): boolean =>
  run.failure === undefined &&
  run.notBegun === undefined &&
  run.releaseFailure === undefined &&
  run.outcomes.every((outcome) => endedAsAsked(jobRecord(outcome)));

/**
 * Runs a job that searches, on all of its devices. Throws EngineError where the first probe could not begin; a later failure
 * comes with what was measured.
 */
export async function runSearch(
  jobs: readonly PlannedJob[],
  search: Search,
  hooks: JobHooks,
): Promise<SearchedRun> {
  const { max, while: gate, forMs, from, to } = search;
  let last: JobRun | undefined;
  let failure: unknown;
  let count = 0;
  /** What was done about devices, in all probes. */
  const steps: { readonly device: OpenDevice; readonly step: RecoveryStep }[] = [];
  const stepsOn = (of: OpenDevice): RecoveryStep[] =>
    steps.filter(({ device }) => device === of).map(({ step }) => step);
  /** Each probe draws arrivals and offsets of its own. */
  const runAt = async (value: number, runtimeMs: number, seedStep: number): Promise<JobRun | undefined> => {
    const at = max === 'iodepth' ? { iodepth: value } : { rateIops: value };
    try {
      last = await runJob(
        jobs.map((job) => replanned(job, { ...at, runtimeMs, seed: (job.spec.seed + seedStep) >>> 0 })),
        hooks,
      );
      for (const { planned, recovery } of last.outcomes)
        steps.push(...recovery.map((step) => ({ device: planned.device, step })));
      return last;
    } catch (error) {
      if (last === undefined) throw error;
      failure = error;
      return undefined;
    }
  };
  const range = { from, to, stepwise: max === 'iodepth', confidence: CONFIDENCE };
  const { ending, value, low, high, probes } = await searchHighest(range, async (at, share) => {
    count++;
    const run = await runAt(at, forMs * share, count * 104_729);
    if (run === undefined || !ended(run)) return undefined;
    return worstOf(run.outcomes.map((outcome) => answerOf(gate, outcome)));
  });
  if (ending === 'found' || ending === 'all') await runAt(value, forMs, 0);
  const record: SearchRecord = {
    max,
    while: gate.text,
    ending,
    found: value,
    low,
    high,
    confidence: CONFIDENCE,
    probes: probes.map(({ value: at, share, holds, excess }) => ({
      value: at,
      runtimeMs: forMs * share,
      holds,
      ...(excess === undefined ? {} : { excess }),
    })),
  };
  const { outcomes = [], unfinished = [], ...run } = last ?? {};
  return {
    outcomes: outcomes.map((outcome) => ({ ...outcome, recovery: stepsOn(outcome.planned.device) })),
    unfinished,
    ...run,
    ...(failure === undefined ? {} : { failure }),
    search: record,
  };
}

/** Gates against results: what holds, what does not, and what cannot be said. */
import { type Difference, differencesOf, differenceText, incompleteness } from '../compare/comparability.js';
import { DEFAULT_CONFIDENCE } from '../compare/default-certainty.js';
import { type History, historyOf } from '../compare/history.js';
import { countOf, isCounted, type Metric, problemOfMetric } from '../compare/metrics.js';
import { distinctRuns, type NamedResult } from '../compare/runs.js';
import { collectSeries, keyText, type Run, type Series } from '../compare/series.js';
import { grouped } from '../document/grouped.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import type { JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { plural } from '../render/format.js';
import { ReportError } from '../report-error.js';
import { HOLDS } from './decide.js';
import { type Found, invalid, judgeSeries } from './judge.js';
import { checkGate, type Gate, GateError, isOfWhole, jobsOfGate, meantBy } from './parse.js';
import {
  type GatedRecord,
  keyOfRecord,
  problemOfBaseline,
  problemOfRecords,
  type Recorded,
  recordedIn,
} from './records.js';
import type { GateCheck, GateReport, GateVerdict, JudgedGate } from './report.js';
import { TOTAL_AS, totalSeries } from './total.js';

export interface GateRequest {
  readonly gates: readonly Gate[];
  /** Several are runs of the same thing. */
  readonly result: OneOrMore<NamedResult>;
  /** What gates vs baseline are against; several are runs of the same thing. */
  readonly baseline?: OneOrMore<NamedResult> | undefined;
  /** Why there is no baseline, where one was asked for. */
  readonly baselineProblem?: string | undefined;
  /** Stored results of the same device, host and workload: how these differ is how runs differ. */
  readonly history?: readonly NamedResult[];
  /** For example 0.95. */
  readonly confidence?: number;
  /** Judge against a baseline that is not comparable. */
  readonly force?: boolean;
}

const SEVERITY: readonly GateVerdict[] = ['fail', 'invalid', 'inconclusive', 'pass'];

function worst(verdicts: readonly GateVerdict[]): GateVerdict {
  return SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? 'invalid';
}

/** With the reason, where a job says it. */
function notMeasured(metric: Metric, jobs: readonly JobRecord[]): string {
  const problem = jobs.map((job) => problemOfMetric(metric, job)).find((each) => each !== undefined);
  const text = metric === 'errors' ? 'errors were not measured' : `${metric} was not measured`;
  return problem === undefined ? text : `${text}: ${problem}`;
}

/** Counted, not estimated: over all repeats; errors without an operation are every kind of failure. */
function judgeCount({ metric, operator, bound, direction }: Gate, jobs: readonly JobRecord[]): Found {
  const operation = direction === 'total' ? undefined : direction;
  const counts = jobs.map((job) => countOf(metric, job, operation));
  if (counts.some((count) => count === undefined)) return invalid(notMeasured(metric, jobs));
  const value = (counts as number[]).reduce((sum, count) => sum + count, 0);
  const limit = bound.kind === 'absolute' ? bound.value : Number.NaN;
  if (!HOLDS[operator](value, limit)) return { verdict: 'fail', value, reason: 'counted' };
  const idle = jobs.filter(didNothing).length;
  if (idle > 0) return invalid(`nothing completed in ${idle} of ${plural(jobs.length, 'repeat')}`);
  return { verdict: 'pass', value, reason: 'counted' };
}

const didNothing = (job: JobRecord): boolean => operationsOf(job).every(([, { ios }]) => ios === 0);

/** What becomes of a gate on one job. */
export type Judge = typeof judgeSeries;

type SeriesByKey = ReadonlyMap<string, Series>;

interface Measured {
  readonly series: SeriesByKey;
  readonly baseline: SeriesByKey | undefined;
  readonly history: SeriesByKey;
}

interface Context extends Measured {
  readonly judge: Judge;
  readonly confidence: number;
  readonly reader: HistogramReader;
  /** The same of all operations of each job together; made where a gate asks for it. */
  readonly totals: () => Measured;
  /** Why no gate against the baseline can be judged. */
  readonly baselineProblem: string | undefined;
  readonly own: Recorded;
  readonly base: Recorded;
  /** Judge against a baseline that some I/Os failed in. */
  readonly force: boolean;
  /** What is to be said of every gate against the baseline. */
  readonly aboutBaseline: string | undefined;
}

/** Why a gate cannot be held against this job of the baseline, of which something was measured. */
function problemInBaseline(
  record: GatedRecord,
  { base, baselineProblem, force }: Context,
): string | undefined {
  return baselineProblem ?? problemOfBaseline(base, keyOfRecord(record), force);
}

function judgeOne(gate: Gate, key: string, record: GatedRecord, context: Context): Found {
  const { judge } = context;
  const measured = gate.direction === 'total' ? context.totals() : context;
  const own = measured.series.get(key);
  if (own === undefined || own.runs.every(isIdle)) return invalid('no I/O was measured');
  const base = measured.baseline?.get(key);
  const isRelative = gate.bound.kind === 'relative';
  const problem = isRelative ? problemInBaseline(record, context) : undefined;
  if (problem !== undefined) return invalid(problem);
  if (isRelative && measured.baseline === undefined) return invalid('no baseline is given');
  if (isRelative && base === undefined) return invalid('the baseline does not have this job');
  try {
    const series = { own, base: isRelative ? base : undefined, history: measured.history.get(key) };
    const found = judge(gate, series, context);
    const { aboutBaseline } = context;
    if (!isRelative || aboutBaseline === undefined) return found;
    return { ...found, reason: `${found.reason}; ${aboutBaseline}` };
  } catch (error) {
    // Intervals are decoded only where a verdict rests on them.
    if (!(error instanceof ReportError)) throw error;
    return invalid(error.reason);
  }
}

const isIdle = ({ repeats }: Run): boolean =>
  repeats.every(({ record }) => record === undefined || record.ios === 0);

/** One check for each job (with all its repeats), device and direction that the gate speaks of. */
function checksOf(gate: Gate, context: Context): GateCheck[] {
  const meant = grouped(jobsOfGate(gate, context.own.records), keyOfRecord);
  return meant.flatMap((repeats): GateCheck[] => {
    const [record] = repeats;
    const { name, role, place } = record;
    const jobs = repeats.map(({ job }) => job);
    const direction = gate.direction ?? (isOfWhole(gate.metric) ? undefined : record.directions[0]);
    const at = { role, ...(place === undefined ? {} : { place }) };
    const where = { job: name, ...at, ...(direction === undefined ? {} : { direction }) };
    const spoilt = problemOfRecords(context.own, keyOfRecord(record));
    if (spoilt !== undefined) return [{ ...where, ...invalid(spoilt) }];
    // A repeat in which nothing completed is a figure; a job without any is none.
    if (jobs.every(didNothing)) return [{ ...where, ...invalid('no I/O was measured') }];
    if (isCounted(gate.metric)) return [{ ...where, ...judgeCount(gate, jobs) }];
    if (jobs.some((job) => problemOfMetric(gate.metric, job) !== undefined))
      return [{ ...where, ...invalid(notMeasured(gate.metric, jobs)) }];
    // What is of the whole job is kept with its first operation.
    const first = jobs.flatMap(operationsOf)[0][0];
    const operation = direction === 'total' ? TOTAL_AS : (direction ?? first);
    const key = keyText({ job: name, role, direction: operation });
    return [{ ...where, ...judgeOne(gate, key, record, context) }];
  });
}

function judgeGate(asked: Gate, problem: string | undefined, context: Context): JudgedGate {
  const gate = meantBy(asked, context.own.records);
  const one = (reason: string): JudgedGate => ({
    gate,
    verdict: 'invalid',
    checks: [{ verdict: 'invalid', reason }],
  });
  if (problem !== undefined) return one(problem);
  try {
    checkGate(gate, context.own.records);
  } catch (error) {
    if (error instanceof GateError) return one(`${error.problem}; ${error.hint}`);
    throw error;
  }
  const checks = checksOf(gate, context);
  return { gate, verdict: worst(checks.map(({ verdict }) => verdict)), checks };
}

/** The series of results, each histogram of which can be read. Throws ReportError. */
function readableSeries(documents: readonly NamedResult[], reader: HistogramReader): Map<string, Series> {
  const found = collectSeries(distinctRuns(documents));
  const repeats = [...found.values()].flatMap(({ runs }) => runs.flatMap((run) => run.repeats));
  for (const { record } of repeats) if (record?.histogram !== undefined) reader.counts(record.histogram);
  return found;
}

/** A baseline may be broken where only its histograms show it. */
function seriesOfBaselines(
  baselines: readonly NamedResult[],
  reader: HistogramReader,
): { series?: Map<string, Series>; problem?: string } {
  if (baselines.length === 0) return {};
  try {
    return { series: readableSeries(baselines, reader) };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return { problem: `the baseline cannot be used: ${error.reason}` };
  }
}

type OneOrMore<T> = T | readonly T[];

const listOf = <T extends object>(given: OneOrMore<T> | undefined): readonly T[] =>
  given === undefined ? [] : Array.isArray(given) ? given : [given as T];

const blockingIn = (differences: readonly Difference[]): string =>
  differences
    .filter(({ blocks }) => blocks)
    .map(differenceText)
    .join('; ');

/** What is to be said where a run is on both sides. */
const sharedText = (
  results: readonly NamedResult[],
  baselines: readonly NamedResult[],
): string | undefined =>
  distinctRuns(results).length === distinctRuns(results, baselines).length
    ? undefined
    : 'a run is in the baseline as well, and no worse than itself';

/** Why runs that are to be judged together cannot be; undefined where they can. */
function problemOfRuns(what: string, runs: readonly NamedResult[], force: boolean): string | undefined {
  const [first, ...rest] = runs;
  const incomplete = runs.flatMap(({ result }) => incompleteness(result) ?? []);
  if (incomplete.length > 0) return `the ${what} is incomplete: ${incomplete[0]}`;
  const blocking = force ? '' : blockingIn(rest.flatMap((other) => differencesOf(first, other)));
  return blocking === '' ? undefined : `the ${what}s are not of one thing: ${blocking}`;
}

/**
 * Judges every gate on all results together, each a run of the same thing. A result that is incomplete or empty, a missing
 * metric, job or baseline is `invalid`, never a pass. Throws ReportError where a histogram of a result cannot be read.
 */
export function evaluateGates(request: GateRequest): GateReport {
  const documents = [request.result, request.baseline, request.history].flatMap(listOf);
  return readingHistograms(documents, (reader) => evaluate(judgeSeries, request, reader));
}

/** The same with another judge of gates that are not counted. Without a baseline one that is like the results is taken. */
export function evaluateBy(judge: Judge, request: GateRequest): GateReport {
  const { baseline = request.result } = request;
  const documents = [request.result, baseline, request.history].flatMap(listOf);
  const isMadeUp = request.baseline === undefined;
  return readingHistograms(documents, (reader) =>
    evaluate(judge, { ...request, baseline }, reader, isMadeUp),
  );
}

const toldOf = ({ used, leftOut }: History): GateReport['history'] => ({ used, leftOut });

function evaluate(judge: Judge, request: GateRequest, reader: HistogramReader, isMadeUp = false): GateReport {
  const { gates, force = false, confidence = DEFAULT_CONFIDENCE } = request;
  const [results, baselines] = [listOf(request.result), listOf(request.baseline)];
  const differences =
    baselines.length === 0 ? [] : results.flatMap((result) => differencesOf(baselines[0], result));
  const based = seriesOfBaselines(baselines, reader);
  const notComparable = force ? '' : blockingIn(differences);
  const history = historyOf(
    request.history ?? [],
    [results, baselines].filter(({ length }) => length > 0),
  );
  let totals: Measured | undefined;
  const context: Context = {
    judge,
    confidence,
    reader,
    series: readableSeries(results, reader),
    baseline: based.series,
    baselineProblem:
      request.baselineProblem ??
      based.problem ??
      (notComparable === '' ? undefined : `the baseline is not comparable: ${notComparable}`) ??
      problemOfRuns('baseline', baselines, force),
    history: history.series,
    totals: () => {
      totals ??= {
        series: totalSeries(results, reader),
        baseline: based.series && totalSeries(baselines, reader),
        history: totalSeries(history.alike, reader, [...results, ...baselines]),
      };
      return totals;
    },
    own: recordedIn(results),
    base: recordedIn(baselines),
    force,
    aboutBaseline: isMadeUp ? undefined : sharedText(results, baselines),
  };
  const problem = problemOfRuns('result', results, force);
  const judged = gates.map((gate) => judgeGate(gate, problem, context));
  const namesOf = (documents: readonly NamedResult[]): string => documents.map(({ name }) => name).join(', ');
  return {
    result: namesOf(results),
    ...(baselines.length === 0 ? {} : { baseline: namesOf(baselines) }),
    ...(request.history === undefined || request.history.length === 0 ? {} : { history: toldOf(history) }),
    confidence,
    verdict: worst(judged.map(({ verdict }) => verdict)),
    gates: judged,
    differences,
  };
}

/** Gates against a result: what holds, what does not, and what cannot be said. */
import { type Difference, differencesOf, differenceText, incompleteness } from '../compare/comparability.js';
import { DEFAULT_CONFIDENCE, DEFAULT_MARGIN, DEFAULT_SEED } from '../compare/compare.js';
import { countOf, isCounted, isOfJob } from '../compare/metrics.js';
import { basisWord, type Observations, observe } from '../compare/observations.js';
import { collectSeries, keyText, type NamedResult, roleOf, type Series } from '../compare/series.js';
import { type Certainty, changeOf } from '../compare/verdict.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { OPERATIONS, type OperationName } from '../document/operations.js';
import { type BenchResult, endedAsAsked, type JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { ReportError } from '../report-error.js';
import { levelOf } from './level.js';
import {
  checkGate,
  type Gate,
  type GatedJob,
  GateError,
  isOfWhole,
  jobsOfGate,
  meantBy,
  type Operator,
} from './parse.js';

export type GateVerdict = 'pass' | 'fail' | 'inconclusive' | 'invalid';

/** A gate on one job, direction and device. */
export interface GateCheck {
  readonly job?: string;
  readonly role?: number;
  readonly direction?: string;
  readonly verdict: GateVerdict;
  /** The figure, or new / base where the gate is against a baseline. */
  readonly value?: number;
  readonly interval?: readonly [low: number, high: number];
  /** What it rests on, or why it is not a pass. */
  readonly reason: string;
}

export interface JudgedGate {
  readonly gate: Gate;
  /** The worst of its checks. */
  readonly verdict: GateVerdict;
  readonly checks: readonly GateCheck[];
}

export interface GateReport {
  readonly result: string;
  readonly baseline?: string;
  readonly confidence: number;
  /** The worst of its gates; `invalid` where there are none. */
  readonly verdict: GateVerdict;
  readonly gates: readonly JudgedGate[];
  /** Between result and baseline. */
  readonly differences: readonly Difference[];
}

export interface GateRequest extends Partial<Certainty> {
  readonly gates: readonly Gate[];
  readonly result: NamedResult;
  readonly baseline?: NamedResult | undefined;
  /** Why there is no baseline, where one was asked for. */
  readonly baselineProblem?: string | undefined;
  /** Judge against a baseline that is not comparable. */
  readonly force?: boolean;
}

const SEVERITY: readonly GateVerdict[] = ['fail', 'invalid', 'inconclusive', 'pass'];

function worst(verdicts: readonly GateVerdict[]): GateVerdict {
  return SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? 'invalid';
}

const HOLDS: Readonly<Record<Operator, (value: number, bound: number) => boolean>> = {
  '<=': (value, bound) => value <= bound,
  '<': (value, bound) => value < bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
  '==': (value, bound) => value === bound,
  '!=': (value, bound) => value !== bound,
};

type Found = Pick<GateCheck, 'verdict' | 'value' | 'interval' | 'reason'>;

/** Both ends of the interval on the same side of the bound, or no verdict. */
function judgeInterval(
  operator: Operator,
  bound: number,
  value: number,
  interval: readonly [number, number],
  basis: string,
): Found {
  const [low, high] = interval.map((end) => HOLDS[operator](end, bound));
  if (low !== high) {
    const reason = `the bound lies within what it may be; ${basis}`;
    return { verdict: 'inconclusive', value, interval, reason };
  }
  return { verdict: low ? 'pass' : 'fail', value, interval, reason: basis };
}

interface GatedRecord extends GatedJob {
  readonly job: JobRecord;
  readonly role: number;
}

/** Counted, not estimated: over all repeats; errors without an operation are every kind of failure. */
function judgeCount({ metric, operator, bound, direction }: Gate, jobs: readonly JobRecord[]): Found {
  const counts = jobs.map((job) => countOf(metric, job, direction));
  if (counts.some((count) => count === undefined)) return invalid(`${metric} was not measured`);
  const value = (counts as number[]).reduce((sum, count) => sum + count, 0);
  const limit = bound.kind === 'absolute' ? bound.value : Number.NaN;
  return { verdict: HOLDS[operator](value, limit) ? 'pass' : 'fail', value, reason: 'counted' };
}

const invalid = (reason: string): Found => ({ verdict: 'invalid', reason });

function judgeLevel(gate: Gate, bound: number, series: Series, { certainty, reader }: Context): Found {
  const level = levelOf(series, gate.metric, certainty, reader);
  if (level.value === undefined) return invalid(level.basis);
  if (level.interval === undefined)
    return { verdict: 'inconclusive', value: level.value, reason: level.basis };
  return judgeInterval(gate.operator, bound, level.value, level.interval, level.basis);
}

function judgeChange(
  gate: Gate,
  bound: number,
  series: Series,
  base: Series | undefined,
  { certainty, reader }: Context,
): Found {
  if (base === undefined) return invalid('the baseline does not have this job');
  try {
    const observed = observe([base, series], reader, { wholeRuns: isOfJob(gate.metric) });
    return judgeRatio(gate, bound, observed, certainty);
  } catch (error) {
    // Intervals are decoded only where a verdict rests on them.
    if (!(error instanceof ReportError)) throw error;
    return invalid(error.reason);
  }
}

function judgeRatio(gate: Gate, bound: number, [a, b]: Observations[], certainty: Certainty): Found {
  const { ratio, interval, problem } = changeOf(a, b, gate.metric, certainty);
  if (ratio === undefined) return invalid(problem ?? 'not measured');
  const basis = `${a.samples.length} against ${b.samples.length} ${basisWord(a.basis)}`;
  if (interval === undefined)
    return { verdict: 'inconclusive', value: ratio, reason: problem ?? 'too few repeats' };
  return judgeInterval(gate.operator, bound, ratio, interval, basis);
}

interface Context {
  readonly certainty: Certainty;
  readonly reader: HistogramReader;
  readonly series: ReadonlyMap<string, Series>;
  readonly baseline: ReadonlyMap<string, Series> | undefined;
  /** Why no gate against the baseline can be judged. */
  readonly baselineProblem: string | undefined;
  readonly records: readonly GatedRecord[];
}

function judgeSeries(gate: Gate, key: string, context: Context): Found {
  const { series, baseline, baselineProblem } = context;
  const own = series.get(key);
  if (own === undefined || own.runs.every(({ record }) => record.ios === 0))
    return invalid('no I/O was measured');
  const { bound } = gate;
  if (bound.kind === 'absolute') return judgeLevel(gate, bound.value, own, context);
  if (baselineProblem !== undefined) return invalid(baselineProblem);
  if (baseline === undefined) return invalid('no baseline is given');
  return judgeChange(gate, bound.ratio, own, baseline.get(key), context);
}

/** One check for each job (with all its repeats), device and direction that the gate speaks of. */
function checksOf(gate: Gate, context: Context): GateCheck[] {
  const meant = jobsOfGate(gate, context.records);
  const groups = new Map<string, GatedRecord[]>();
  for (const record of meant) {
    const key = JSON.stringify([record.name, record.role]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap((repeats): GateCheck[] => {
    const [{ name, role }] = repeats;
    const jobs = repeats.map(({ job }) => job);
    const stopped = jobs.find((job) => !endedAsAsked(job));
    const direction = gate.direction ?? (isOfWhole(gate.metric) ? undefined : repeats[0].directions[0]);
    const where = { job: name, role, ...(direction === undefined ? {} : { direction }) };
    if (stopped) return [{ ...where, ...invalid(`the job did not run to its end: ${stopped.stopReason}`) }];
    if (jobs.some((job) => operationsOf(job).every(([, { ios }]) => ios === 0)))
      return [{ ...where, ...invalid('no I/O was measured') }];
    if (isCounted(gate.metric)) return [{ ...where, ...judgeCount(gate, jobs) }];
    // What is of the whole job is kept with its first operation.
    const [[first]] = operationsOf(jobs[0]);
    const key = keyText({ job: name, role, direction: direction ?? first });
    return [{ ...where, ...judgeSeries(gate, key, context) }];
  });
}

const recordsOf = (result: BenchResult): GatedRecord[] =>
  result.jobs.map((job) => ({
    name: job.name,
    group: job.group,
    directions: askedOf(job),
    job,
    role: roleOf(result, job),
  }));

const ASKED_BY_PATTERN: Readonly<Record<string, readonly OperationName[]>> = {
  read: ['read'],
  randread: ['read'],
  write: ['write'],
  randwrite: ['write'],
  rw: ['read', 'write'],
  randrw: ['read', 'write'],
};

/** What it measured, and what its pattern asks for: an operation of which nothing was measured is missed. */
function askedOf(job: JobRecord): GatedJob['directions'] {
  const asked = Object.hasOwn(ASKED_BY_PATTERN, job.rw) ? ASKED_BY_PATTERN[job.rw] : [];
  return OPERATIONS.filter((name) => asked.includes(name) || job.directions[name] !== undefined);
}

function judgeGate(asked: Gate, problem: string | undefined, context: Context): JudgedGate {
  const gate = meantBy(asked, context.records);
  const one = (reason: string): JudgedGate => ({
    gate,
    verdict: 'invalid',
    checks: [{ verdict: 'invalid', reason }],
  });
  if (problem !== undefined) return one(problem);
  try {
    checkGate(gate, context.records);
  } catch (error) {
    if (error instanceof GateError) return one(`${error.problem}; ${error.hint}`);
    throw error;
  }
  const checks = checksOf(gate, context);
  return { gate, verdict: worst(checks.map(({ verdict }) => verdict)), checks };
}

/** The series of a result, each histogram of which can be read. Throws ReportError. */
function readableSeries(result: NamedResult, reader: HistogramReader): Map<string, Series> {
  const series = collectSeries([result]);
  for (const { runs } of series.values())
    for (const { record } of runs) if (record.histogram !== undefined) reader.counts(record.histogram);
  return series;
}

/** A baseline may be broken where only its histograms show it. */
function seriesOfBaseline(
  baseline: NamedResult,
  reader: HistogramReader,
): { series?: Map<string, Series>; problem?: string } {
  try {
    return { series: readableSeries(baseline, reader) };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return { problem: `the baseline cannot be used: ${error.reason}` };
  }
}

/**
 * Judges every gate. A result that is incomplete or empty, a missing metric, job or baseline is `invalid`, never a
 * pass. Throws ReportError where a histogram of the result cannot be read.
 */
export function evaluateGates(request: GateRequest): GateReport {
  const { result, baseline } = request;
  return readingHistograms([result, ...(baseline ? [baseline] : [])], (reader) => evaluate(request, reader));
}

function evaluate(request: GateRequest, reader: HistogramReader): GateReport {
  const { gates, result, baseline, force = false } = request;
  const certainty = {
    confidence: request.confidence ?? DEFAULT_CONFIDENCE,
    margin: request.margin ?? DEFAULT_MARGIN,
    seed: request.seed ?? DEFAULT_SEED,
  };
  const based = baseline && seriesOfBaseline(baseline, reader);
  const differences = baseline === undefined ? [] : differencesOf(baseline, result);
  const blocking = force ? [] : differences.filter(({ blocks }) => blocks);
  const notComparable =
    blocking.length === 0
      ? undefined
      : `the baseline is not comparable: ${blocking.map(differenceText).join('; ')}`;
  const context: Context = {
    certainty,
    reader,
    series: readableSeries(result, reader),
    baseline: based?.series,
    baselineProblem: request.baselineProblem ?? based?.problem ?? notComparable,
    records: recordsOf(result.result),
  };
  const incomplete = incompleteness(result.result);
  const problem = incomplete === undefined ? undefined : `the result is incomplete: ${incomplete}`;
  const judged = gates.map((gate) => judgeGate(gate, problem, context));
  return {
    result: result.name,
    ...(baseline === undefined ? {} : { baseline: baseline.name }),
    confidence: certainty.confidence,
    verdict: worst(judged.map(({ verdict }) => verdict)),
    gates: judged,
    differences,
  };
}

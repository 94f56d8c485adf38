/** The language of gates: `[job.][direction.]metric op bound [vs baseline]`. */
import { distance } from 'fastest-levenshtein';
import { GATED_METRICS, isCounted, isOfJob, type Metric, metricOf, quantityOf } from '../compare/metrics.js';
import { OPERATIONS, type OperationName } from '../document/operations.js';
import { type Bound, parseBound } from './bound.js';

export type Operator = '<=' | '<' | '>=' | '>' | '==' | '!=';

/** All operations of a job together, beside each of them. */
export type GatedOperation = OperationName | 'total';

const GATED_OPERATIONS: readonly GatedOperation[] = [...OPERATIONS, 'total'];

export interface Gate {
  /** As the user wrote it. */
  readonly text: string;
  /** Name of a job, or of a sweep for all its jobs. Absent: every job. */
  readonly job?: string;
  readonly direction?: GatedOperation;
  readonly metric: Metric;
  readonly operator: Operator;
  readonly bound: Bound;
}

/** A gate that cannot be read, or that does not fit the jobs. */
export class GateError extends Error {
  readonly text: string;
  readonly problem: string;
  readonly hint: string;

  constructor(text: string, problem: string, hint: string) {
    super(`gate ${JSON.stringify(text)}: ${problem}; ${hint}`);
    this.name = 'GateError';
    this.text = text;
    this.problem = problem;
    this.hint = hint;
  }
}

const MOST_CHARS = 400;
const FORM = 'write it as [job.][read|write.]metric <= bound, for example randread.read.p99 <= 250us';
const QUOTE = 'put the name of the job in double quotes: "sweep[bs=4k]".p99 <= 1ms';
const METRICS = GATED_METRICS.join(', ');
/** The job's name in double quotes, a backslash before any of its own, or bare; then the operator; then the bound. */
const PARTS = /^\s*((?:"(?:[^"\\]|\\.)*")?[^"<>=!]*?)\s*(<=|>=|==|!=|<|>|=)\s*(.*?)\s*$/su;
const LEFT = new RegExp(
  String.raw`^(?:("(?:[^"\\]|\\.)*"|[\w.-]+?)\.)?(?:(${GATED_OPERATIONS.join('|')})\.)?(p\d+(?:\.\d+)?|[a-z]\w*)$`,
  'iu',
);

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/gsu, '$1') : name;
}

function metricNamed(name: string, text: string): Metric {
  const metric = metricOf(name);
  if (metric !== undefined) return metric;
  const near = GATED_METRICS.find((known) => distance(known, name.toLowerCase()) <= 2);
  const hint = near === undefined ? `the metrics are ${METRICS}` : `did you mean ${near}?`;
  throw new GateError(text, `no metric is named ${JSON.stringify(name)}`, hint);
}

function parseLeft(left: string, text: string): Pick<Gate, 'job' | 'direction' | 'metric'> {
  const [, job, direction, name] = LEFT.exec(left) ?? [];
  if (name === undefined) {
    const quoting = /[[\]\s"]/.test(left);
    throw new GateError(text, `${JSON.stringify(left)} names no metric of a job`, quoting ? QUOTE : FORM);
  }
  const metric = metricNamed(name, text);
  // A job of that name has to be quoted.
  if (direction === undefined && (job === 'read' || job === 'write')) return { direction: job, metric };
  return {
    metric,
    ...(job === undefined ? {} : { job: unquote(job) }),
    ...(direction === undefined ? {} : { direction: direction.toLowerCase() as GatedOperation }),
  };
}

/** What no result has a say in, since no figure is below 0. */
const DECIDED_AT_0: Readonly<Record<string, string>> = {
  '>=': 'no figure is below 0: it cannot fail',
  '<': 'no figure is below 0: it cannot hold',
};

/** Reads one gate. Throws GateError. */
export function parseGate(text: string): Gate {
  if (text.length > MOST_CHARS)
    throw new GateError(`${text.slice(0, 40)}…`, `it is longer than ${MOST_CHARS} characters`, FORM);
  const [, left, operator, right] = PARTS.exec(text) ?? [];
  if (operator === undefined) throw new GateError(text, 'it has no comparison', FORM);
  if (operator === '=' && left.includes('[')) throw new GateError(text, `${left} is cut at the =`, QUOTE);
  if (operator === '=') throw new GateError(text, '= is no comparison', 'use ==, <= or >=');
  const named = parseLeft(left, text);
  if ((operator === '==' || operator === '!=') && !isCounted(named.metric))
    throw new GateError(
      text,
      `${operator} is for what is counted, such as errors; no other figure is ever exact`,
      'use <= or >=',
    );
  const parsed = parseBound(right, quantityOf(named.metric));
  if ('problem' in parsed) throw new GateError(text, parsed.problem, parsed.hint);
  if (parsed.bound.kind === 'absolute' && parsed.bound.value === 0 && Object.hasOwn(DECIDED_AT_0, operator))
    throw new GateError(text, DECIDED_AT_0[operator], 'give another bound or comparison');
  return { text: text.trim(), ...named, operator: operator as Operator, bound: parsed.bound };
}

/** A job that gates may speak of. */
export interface GatedJob {
  readonly name: string;
  /** Name of the sweep it belongs to. */
  readonly group?: string | undefined;
  /** Operations that it asks for. */
  readonly directions: readonly OperationName[];
}

/** A bare word that is no job's name may be that of an operation: `flush.p99 <= 1ms` of every job that flushes. */
export function meantBy(gate: Gate, jobs: readonly GatedJob[]): Gate {
  const { job, ...rest } = gate;
  const operation = GATED_OPERATIONS.find((name) => name === job);
  if (operation === undefined || gate.direction !== undefined || jobsOfGate(gate, jobs).length > 0)
    return gate;
  return { ...rest, direction: operation };
}

/** The jobs a gate speaks of. */
export function jobsOfGate<T extends GatedJob>(gate: Gate, jobs: readonly T[]): T[] {
  if (gate.job === undefined) return [...jobs];
  const exact = jobs.filter(({ name }) => name === gate.job);
  return exact.length > 0 ? exact : jobs.filter(({ group }) => group === gate.job);
}

/** Whether it may be asked of a job without an operation, whatever it does. */
export function isOfWhole(metric: Metric): boolean {
  return isOfJob(metric) || isCounted(metric);
}

/** Refuses a gate that does not fit the jobs: none of that name, no such direction, or several and none named. */
export function checkGate(asked: Gate, jobs: readonly GatedJob[]): void {
  const gate = meantBy(asked, jobs);
  const meant = jobsOfGate(gate, jobs);
  if (meant.length === 0) {
    const near = jobs.find(({ name }) => distance(name, gate.job ?? '') <= 3);
    const names = [...new Set(jobs.map(({ name }) => JSON.stringify(name)))].slice(0, 10).join(', ');
    const hint = near === undefined ? `the jobs are ${names}` : `did you mean ${JSON.stringify(near.name)}?`;
    throw new GateError(gate.text, `no job is named ${JSON.stringify(gate.job ?? '')}`, hint);
  }
  for (const { name, directions } of meant) {
    if (gate.direction !== undefined && isOfJob(gate.metric))
      throw new GateError(
        gate.text,
        `${gate.metric} is of a whole job, not of its ${gate.direction}`,
        `leave ${gate.direction} out`,
      );
    if (gate.direction !== undefined && gate.direction !== 'total' && !directions.includes(gate.direction))
      throw new GateError(
        gate.text,
        `job ${JSON.stringify(name)} does no ${gate.direction}`,
        gate.job === undefined ? 'name the job that does' : `leave ${gate.direction} out`,
      );
    if (gate.direction === undefined && directions.length > 1 && !isOfWhole(gate.metric))
      throw new GateError(
        gate.text,
        `job ${JSON.stringify(name)} does more than one operation: ${directions.join(', ')}`,
        `say which: ${[...directions, 'total'].map((each) => `${each}.${gate.metric}`).join(' or ')}`,
      );
  }
}

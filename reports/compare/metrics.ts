/** The metrics that comparisons and gates speak of: rows of the table of figures, and any other percentile, by name. */
import {
  type Figure,
  JOB_FIGURES,
  type Metric,
  OPERATION_FIGURES,
  type OperationFacts,
} from '../document/figures.js';
import type { OperationName } from '../document/operations.js';
import type { JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { QUANTITIES, type QuantityName } from '../render/quantity.js';

export type { Metric } from '../document/figures.js';

type Row = Figure<OperationFacts> | Figure<JobRecord>;

const jobRows: readonly Figure<JobRecord>[] = JOB_FIGURES;
const operationRows: readonly Figure<OperationFacts>[] = OPERATION_FIGURES;
const byName: ReadonlyMap<string, Row> = new Map(
  [...operationRows, ...jobRows].map((row) => [row.name, row]),
);

const namesOf = (rows: readonly Row[], isWanted: (row: Row) => boolean): Metric[] =>
  rows.filter(isWanted).map(({ name }) => name as Metric);

/** What comparisons show of each operation, in the order shown. */
export const COMPARED_METRICS: readonly Metric[] = namesOf(operationRows, ({ use }) => use === 'compared');
/** Those of them that are estimated, not counted: they have intervals. */
export const ESTIMATED_METRICS: readonly Metric[] = COMPARED_METRICS.filter((metric) => !isCounted(metric));
/** The few of them that are ranked. */
export const RANKED_METRICS: readonly Metric[] = namesOf(operationRows, ({ chief }) => chief === true);
/** What gates may name beside other percentiles. */
export const GATED_METRICS: readonly Metric[] = namesOf(
  [...operationRows, ...jobRows],
  ({ use }) => use !== undefined,
);
/** What comparisons show of a job as a whole, with the first of its operations. */
export const COMPARED_OF_JOB: readonly Metric[] = namesOf(jobRows, ({ use }) => use === 'compared');
const GATED_OF_JOB: readonly Metric[] = namesOf(jobRows, ({ use }) => use !== undefined);

/** 99.9 of `p99.9`, for percentiles above 0 and below 100. Undefined for anything else. */
export function percentileOf(metric: string): number | undefined {
  const digits = /^p(\d{1,2}(?:\.\d{1,6})?)$/.exec(metric)?.[1];
  const percentile = Number(digits);
  return percentile > 0 ? percentile : undefined;
}

/** The metric of that name that gates may speak of; undefined where there is none. */
export function metricOf(name: string): Metric | undefined {
  const known = GATED_METRICS.find((metric) => metric === name);
  if (known !== undefined) return known;
  const percentile = percentileOf(name);
  return percentile === undefined ? undefined : `p${percentile}`;
}

/** The percentile from which on a figure is of few I/Os. */
const FIRST_TAIL = 95;

/** The metric of latencies that it is of response times: `p99.9` of `response_p99_9`. Undefined of what is of none. */
export function latencyTwin(metric: Metric): Metric | undefined {
  return byName.get(metric)?.responseOf as Metric | undefined;
}

/** Percent of the I/Os of a percentile, of latencies or of response times. Undefined of anything else. */
export const anyPercentileOf = (metric: Metric): number | undefined =>
  percentileOf(latencyTwin(metric) ?? metric);

/** Whether one I/O of a run makes it: the highest latency or response time. */
export const isHighest = (metric: Metric): boolean => (latencyTwin(metric) ?? metric) === 'max';

/** Whether few of the I/Os make it. */
export function isTail(metric: Metric): boolean {
  return isHighest(metric) || (anyPercentileOf(metric) ?? 0) >= FIRST_TAIL;
}

/** What kind of figure it is. */
export function quantityOf(metric: Metric): QuantityName {
  return byName.get(metric)?.quantity ?? 'time';
}

/** Whether it is counted, not estimated. */
export function isCounted(metric: Metric): boolean {
  return 'counted' in QUANTITIES[quantityOf(metric)];
}

/** Whether more of it is better. */
export function higherIsBetter(metric: Metric): boolean {
  return byName.get(metric)?.better === 'higher';
}

/** Whether it is a rate of an operation: 0 where nothing completed, which other figures do not have. */
export function isRate(metric: Metric): boolean {
  return higherIsBetter(metric) && !isOfJob(metric);
}

/** Whether its mean over repeats is taken over their I/Os, not over their time. */
export function isMeanOverIos(metric: Metric): boolean {
  return byName.get(metric)?.meanOver === 'ios';
}

/** Whether it is a figure of a job as a whole, not of one of its operations. */
export function isOfJob(metric: Metric): boolean {
  return GATED_OF_JOB.includes(metric);
}

/** The row of an operation's figure; of a percentile that has none, undefined. */
export function operationFigure(metric: Metric): Figure<OperationFacts> | undefined {
  return operationRows.find(({ name }) => name === metric);
}

/**
 * What is counted in a job, or in one of its operations: 0 where it did not do that one. Undefined where it was not
 * measured, as in an import.
 */
export function countOf(metric: Metric, job: JobRecord, operation?: OperationName): number | undefined {
  const ofJob = jobRows.find(({ name }) => name === metric);
  if (ofJob !== undefined) return ofJob.value(job);
  const row = operationFigure(metric);
  if (row?.unmeasured?.(job) !== undefined) return undefined;
  if (operation === undefined && row?.whole !== undefined) return row.whole(job);
  const meant = operationsOf(job).filter(([name]) => operation === undefined || name === operation);
  return meant.reduce((sum, [, record]) => sum + (row?.value(record) ?? 0), 0);
}

/** Why a figure was not measured in a job, where the job says. */
export function problemOfMetric(metric: Metric, job: JobRecord): string | undefined {
  const ofJob = jobRows.find(({ name }) => name === metric);
  return ofJob === undefined ? operationFigure(metric)?.unmeasured?.(job) : ofJob.problem?.(job);
}

/** Figures of operations that are not known in a job. */
export function unmeasuredIn(job: JobRecord): ReadonlySet<Metric> {
  const unmeasured = operationRows.filter((row) => row.unmeasured?.(job) !== undefined);
  return new Set(unmeasured.map(({ name }) => name as Metric));
}

/** The metrics of a job as a whole that were measured, by name. */
export function jobMetricsOf(job: JobRecord): Readonly<Record<string, number>> {
  const measured = jobRows.flatMap(({ name, use, value }) => {
    const figure = use === undefined ? undefined : value(job);
    return figure === undefined ? [] : [[name, figure] as const];
  });
  return Object.fromEntries(measured);
}

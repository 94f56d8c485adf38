/** The figures of a job that comparisons and gates speak of, by the names users write. */

export const RATE_METRICS = ['iops', 'bandwidth'] as const;
export const PERCENTILE_METRICS = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99'] as const;
/** What `nvbench compare` compares, in the order shown. */
export const COMPARED_METRICS = [...RATE_METRICS, 'mean', ...PERCENTILE_METRICS, 'max', 'errors'] as const;

/** A compared metric, or any other percentile such as `p99.95`. */
export type Metric = (typeof COMPARED_METRICS)[number] | `p${number}`;

export type MetricKind = 'iops' | 'bandwidth' | 'latency' | 'errors';

/** 99.9 of `p99.9`, for percentiles above 0 and below 100. Undefined for anything else. */
export function percentileOf(metric: string): number | undefined {
  const digits = /^p(\d{1,2}(?:\.\d{1,6})?)$/.exec(metric)?.[1];
  const percentile = Number(digits);
  return percentile > 0 ? percentile : undefined;
}

/** The metric of that name; undefined where there is none. */
export function metricOf(name: string): Metric | undefined {
  const known = COMPARED_METRICS.find((metric) => metric === name);
  if (known !== undefined) return known;
  const percentile = percentileOf(name);
  return percentile === undefined ? undefined : `p${percentile}`;
}

export function kindOf(metric: Metric): MetricKind {
  return metric === 'iops' || metric === 'bandwidth' || metric === 'errors' ? metric : 'latency';
}

/** Whether more of it is better. */
export function higherIsBetter(metric: Metric): boolean {
  return metric === 'iops' || metric === 'bandwidth';
}

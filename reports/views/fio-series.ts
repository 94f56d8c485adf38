/** fio's figures of bandwidth and IOPS over time (bw_*, iops_*), from the intervals of a job. */

import type { OperationName } from '../document/operations.js';
import type { IntervalRecord } from '../document/result.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';

const NS_PER_SECOND = 1e9;
const BYTES_PER_KIB = 1024;

interface Spread {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
}

/** Standard deviation of the sample, as fio has it; all 0 where there is none. */
function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, stddev: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const stddev = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { min: lowestOf(values), max: highestOf(values), mean, stddev };
}

/** Bandwidth in KiB/s. `bytesPerSecond` is that of the whole operation. No samples where there are no intervals. */
export function fioSeries(
  intervals: readonly IntervalRecord[],
  name: OperationName,
  bytesPerSecond: number,
): Record<string, number> {
  const measured = intervals.filter(({ startNs, endNs }) => endNs > startNs);
  const rates = (of: (interval: IntervalRecord) => number): number[] =>
    measured.map((interval) => (of(interval) * NS_PER_SECOND) / (interval.endNs - interval.startNs));
  const bw = spreadOf(rates((interval) => (interval[name]?.bytes ?? 0) / BYTES_PER_KIB));
  const iops = spreadOf(rates((interval) => interval[name]?.ios ?? 0));
  const share = bytesPerSecond === 0 ? 0 : (bw.mean * 100) / (bytesPerSecond / BYTES_PER_KIB);
  return {
    bw_min: Math.round(bw.min),
    bw_max: Math.round(bw.max),
    bw_agg: Math.min(100, share),
    bw_mean: bw.mean,
    bw_dev: bw.stddev,
    bw_samples: measured.length,
    iops_min: Math.round(iops.min),
    iops_max: Math.round(iops.max),
    iops_mean: iops.mean,
    iops_stddev: iops.stddev,
    iops_samples: measured.length,
  };
}

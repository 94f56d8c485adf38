/**
 * The figures of a result, one row each: what it is, how it is printed, which way is better, and where it stands. Text,
 * Markdown, HTML, CSV, OpenMetrics, comparisons and gates read these rows; to add a figure is to add its row, and to take
 * it where jobs are built.
 */
import { celsiusOf } from '../../engine/spec/smart.js';
import { formatCount, formatDuration, formatLatency } from '../render/format.js';
import type { Figure, OperationFacts } from './figure.js';
import { GAP_FIGURES } from './gap-figures.js';
import { RATE_FIGURES } from './rate-figures.js';
import type { JobRecord, LatencyNs, SearchRecord, SmartRecord } from './result.js';
import { countsErrors } from './uncounted.js';
import { badBlocksOf } from './verification.js';
import { WORKER_FIGURES } from './worker-figures.js';

export type { Figure, OperationFacts } from './figure.js';

function searchText({ max, while: bound, ending, low, high, probes }: SearchRecord): string {
  const tried = `${probes.length} probes`;
  if (ending === 'found')
    return `${max} while ${bound}, ${formatCount(low)} to ${formatCount(high)} by ${tried}`;
  const what = {
    all: 'holds at the highest that was tried',
    none: 'holds nowhere',
    stopped: 'was not found',
  };
  return `${max}: ${bound} ${what[ending]}, ${tried}`;
}

/** A latency is none where no I/O succeeded. */
const latency =
  (field: keyof LatencyNs) =>
  ({ ios, latencyNs }: OperationFacts): number | undefined =>
    ios === 0 ? undefined : latencyNs?.[field];

const lowerTime = { quantity: 'time', better: 'lower' } as const;

function percentile<Percent extends number>(percent: Percent, field: keyof LatencyNs) {
  return {
    name: `p${percent}` as const,
    what: `percentile ${percent} of the latency`,
    ...lowerTime,
    column: `latency_${field}_ns`,
    percentile: percent,
    value: latency(field),
  } as const;
}

/** Of an operation, in the order in which people read them. */
export const OPERATION_FIGURES = [
  {
    name: 'ios',
    what: 'I/Os that completed with success',
    quantity: 'count',
    column: 'ios',
    exposed: 'counter',
    value: ({ ios }) => ios,
  },
  {
    name: 'bytes',
    what: 'bytes they moved',
    quantity: 'bytes',
    column: 'bytes',
    value: ({ bytes }) => bytes,
  },
  {
    name: 'iops',
    what: 'I/Os per second over the measured time',
    quantity: 'iops',
    better: 'higher',
    column: 'iops',
    exposed: 'gauge',
    head: 'IOPS',
    use: 'compared',
    chief: true,
    value: ({ iops }) => iops,
  },
  {
    name: 'bandwidth',
    what: 'bytes moved per second over the measured time',
    quantity: 'bandwidth',
    better: 'higher',
    column: 'bandwidth_bytes_per_second',
    exposed: 'gauge',
    head: 'MiB/s',
    use: 'compared',
    value: ({ bandwidthBytesPerSecond }) => bandwidthBytesPerSecond,
  },
  { name: 'min', what: 'lowest latency', ...lowerTime, column: 'latency_min_ns', value: latency('min') },
  {
    name: 'mean',
    what: 'mean latency',
    ...lowerTime,
    column: 'latency_mean_ns',
    head: 'mean',
    use: 'compared',
    chief: true,
    value: latency('mean'),
  },
  {
    name: 'stddev',
    what: 'standard deviation of the latency',
    ...lowerTime,
    column: 'latency_stddev_ns',
    value: latency('stddev'),
  },
  { ...percentile(50, 'p50'), head: 'p50', use: 'compared' },
  { ...percentile(90, 'p90'), use: 'compared' },
  { ...percentile(95, 'p95'), use: 'compared' },
  { ...percentile(99, 'p99'), head: 'p99', use: 'compared', chief: true },
  { ...percentile(99.9, 'p99_9'), head: 'p99.9', use: 'compared' },
  { ...percentile(99.99, 'p99_99'), head: 'p99.99', use: 'compared' },
  percentile(99.999, 'p99_999'),
  {
    name: 'max',
    what: 'highest latency',
    ...lowerTime,
    column: 'latency_max_ns',
    exposed: 'gauge',
    head: 'max',
    use: 'compared',
    value: latency('max'),
  },
  {
    name: 'errors',
    what: 'I/Os that completed with an error status',
    quantity: 'count',
    better: 'lower',
    column: 'errors',
    exposed: 'counter',
    head: 'errors',
    use: 'compared',
    value: ({ errors }) => errors,
    unmeasured: (job) => (countsErrors(job) ? undefined : 'the tool that measured does not report them'),
    // A document made elsewhere may tell of them in one place only; none of them is lost.
    whole: ({ errors, directions }) => {
      const ofOperations = Object.values(directions).reduce((sum, record) => sum + (record?.errors ?? 0), 0);
      return Math.max(errors.total, ofOperations) + errors.timeouts + errors.unexpectedCompletions;
    },
  },
] as const satisfies readonly Figure<OperationFacts>[];

/** Of a job as a whole, in the order in which people read them. */
export const JOB_FIGURES = [
  {
    name: 'depth_asked',
    what: 'I/Os that were to be in flight: iodepth, queue pairs and workers multiplied',
    quantity: 'number',
    column: 'depth_asked',
    exposed: 'gauge',
    value: ({ figures }) => figures?.depthAsked,
  },
  {
    name: 'kept_depth',
    what: 'I/Os that were in flight on average: IOPS of all operations times their mean latency',
    quantity: 'number',
    column: 'kept_depth',
    exposed: 'gauge',
    head: 'kept depth',
    detail: ({ figures }) => (figures?.depthAsked === undefined ? '' : `of ${figures.depthAsked}`),
    use: 'gated',
    value: ({ figures }) => figures?.keptDepth,
  },
  {
    name: 'found',
    what: 'highest value of the searched key at which the bound of the search holds',
    quantity: 'number',
    better: 'higher',
    column: 'search_found',
    exposed: 'gauge',
    head: 'found',
    detail: ({ search }) => (search === undefined ? '' : searchText(search)),
    use: 'gated',
    value: ({ search }) => search?.found,
  },
  ...RATE_FIGURES,
  ...GAP_FIGURES,
  {
    name: 'drained',
    what: 'I/Os that completed after the measured time: in no rate and no latency',
    quantity: 'count',
    column: 'drained_ios',
    exposed: 'counter',
    head: 'drained',
    detail: ({ drain }) =>
      drain === undefined
        ? ''
        : `(in ${formatDuration(drain.durationNs)} after the measured time, longest ${formatLatency(drain.maxLatencyNs)})`,
    silentAtZero: true,
    value: ({ drain }) => drain?.ios,
  },
  {
    name: 'bad_blocks',
    what: 'of a job with verify: logical blocks that were not what was written',
    quantity: 'count',
    better: 'lower',
    column: 'bad_blocks',
    exposed: 'counter',
    head: 'bad blocks',
    silentAtZero: true,
    use: 'gated',
    value: ({ verification }) => verification && badBlocksOf(verification),
  },
  ...WORKER_FIGURES,
] as const satisfies readonly Figure<JobRecord>[];

/** Of the health of a device, which may change during a run. */
export const DEVICE_FIGURES = [
  {
    name: 'temperature',
    what: 'composite temperature of the device after the run',
    quantity: 'celsius',
    better: 'lower',
    column: 'device_temperature_celsius',
    exposed: 'gauge',
    head: 'temperature',
    said: (text) => text,
    value: ({ temperatureKelvin }) => celsiusOf(temperatureKelvin),
  },
  {
    name: 'used',
    what: 'share of its life that the device takes for used, in percent',
    quantity: 'percent',
    better: 'lower',
    column: 'device_used_percent',
    exposed: 'gauge',
    head: 'used',
    said: (text) => `${text} used`,
    value: ({ percentageUsed }) => percentageUsed,
  },
  {
    name: 'media_errors',
    what: 'media errors that the device counts over its life',
    quantity: 'count',
    better: 'lower',
    column: 'device_media_errors',
    exposed: 'gauge',
    head: 'media errors',
    value: ({ mediaErrors }) => Number(mediaErrors),
  },
] as const satisfies readonly Figure<SmartRecord>[];

export type OperationFigureName = (typeof OPERATION_FIGURES)[number]['name'];
export type JobFigureName = (typeof JOB_FIGURES)[number]['name'];
/** What comparisons and gates speak of: a figure of an operation, or any other percentile such as `p99.95`, or of a job. */
export type Metric = OperationFigureName | `p${number}` | JobFigureName;

/**
 * fio's JSON+ (its --output-format=json+), for tools that read it. A latency runs from submission to completion, so
 * it stands as both clat and lat; slat, which is not taken apart, has no samples.
 */
import { latencyOfIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, mergeCounts } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from '../document/build.js';
import { toJson } from '../document/json.js';
import type { OperationName } from '../document/operations.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import { deviceOf, hostOf, operationsOf } from '../document/rows.js';
import { fioBins, fioPercentile } from './fio-bins.js';
import { fioSeries } from './fio-series.js';

const PERCENTS = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99];
const NONE = { min: 0, max: 0, mean: 0, stddev: 0, N: 0 };
const EIO = 5;

interface Latency {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly N: number;
}

function latency({ ios, latencyNs }: OperationRecord): Latency {
  const { min, max, mean, stddev = 0 } = latencyNs;
  return ios === 0 ? NONE : { min, max, mean, stddev, N: ios };
}

/** fio leaves percentile and bins out where nothing was counted, and its tools rely on that. */
function distribution(record: OperationRecord): Record<string, unknown> {
  const counts = countsOfOperation(record);
  if (counts === undefined || record.ios === 0) return {};
  const bins = fioBins(counts);
  const percentile = PERCENTS.map((percent) => [percent.toFixed(6), fioPercentile(bins, percent)]);
  return { percentile: Object.fromEntries(percentile), bins: Object.fromEntries(bins) };
}

/** What fio calls a direction, of which it has three. */
function directionPart(job: JobRecord, name: OperationName): Record<string, unknown> {
  const record = job.directions[name];
  const bytes = record?.bytes ?? 0;
  const bytesPerSecond = record?.bandwidthBytesPerSecond ?? 0;
  const figures = record === undefined ? NONE : latency(record);
  return {
    io_bytes: bytes,
    io_kbytes: Math.floor(bytes / 1024),
    bw_bytes: Math.round(bytesPerSecond),
    bw: Math.floor(bytesPerSecond / 1024),
    iops: record?.iops ?? 0,
    runtime: record === undefined ? 0 : Math.round(job.elapsedNs / 1e6),
    total_ios: record?.ios ?? 0,
    short_ios: 0,
    drop_ios: 0,
    slat_ns: NONE,
    clat_ns: { ...figures, ...(record === undefined ? {} : distribution(record)) },
    lat_ns: figures,
    ...fioSeries(record === undefined ? [] : (job.intervals ?? []), name, bytesPerSecond),
  };
}

const STEPS = [2, 4, 10, 20, 50, 100, 250, 500, 750, 1000];

/** Percent of all I/Os below each step of a unit and not below the unit itself, by the step's name. */
function stepPercents(
  counts: Float64Array,
  unitNs: number,
  steps: readonly number[],
): Record<string, number> {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const found = steps.map(() => 0);
  for (let i = 0; i < counts.length; i++) {
    const latencyNs = latencyOfIndex(i);
    if (counts[i] === 0 || (unitNs > 1 && latencyNs < unitNs)) continue;
    const step = steps.findIndex((each) => latencyNs < each * unitNs);
    if (step >= 0) found[step] += counts[i];
  }
  return Object.fromEntries(
    steps.map((step, i) => [String(step), total === 0 ? 0 : (found[i] / total) * 100]),
  );
}

function latencyTables(job: JobRecord): Record<string, unknown> {
  const all = emptyHistogram();
  for (const [, record] of operationsOf(job)) mergeCounts(all, countsOfOperation(record) ?? emptyHistogram());
  const total = all.reduce((sum, count) => sum + count, 0);
  const slow = all.reduce((sum, count, i) => (latencyOfIndex(i) < 2e9 ? sum : sum + count), 0);
  return {
    latency_ns: stepPercents(all, 1, STEPS),
    latency_us: stepPercents(all, 1e3, STEPS),
    latency_ms: {
      ...stepPercents(all, 1e6, [...STEPS, 2000]),
      '>=2000': total === 0 ? 0 : (slow / total) * 100,
    },
  };
}

/** CPU time of the workers in percent of the measured time; the loop spends it in user space. */
function cpuPercent(job: JobRecord): number {
  const usedNs = job.workers.reduce((sum, worker) => sum + (worker.cpuTimeNs ?? 0), 0);
  return job.elapsedNs === 0 || job.workers.length === 0
    ? 0
    : (usedNs / job.elapsedNs / job.workers.length) * 100;
}

function jobOptions(job: JobRecord): Record<string, string> {
  return {
    name: job.name,
    filename: job.target,
    rw: job.rw,
    ...(job.rwmixread === undefined ? {} : { rwmixread: String(job.rwmixread) }),
    bs: String(job.bsBytes),
    iodepth: String(job.iodepth),
    numjobs: String(job.numjobs),
    group_reporting: '1',
    ...(job.seed === undefined ? {} : { randseed: String(job.seed) }),
  };
}

function jobPart(result: BenchResult, job: JobRecord): Record<string, unknown> {
  const { flush } = job.directions;
  const { total, timeouts } = job.errors;
  const failed = total + timeouts;
  const hostname = result.hosts === undefined ? undefined : hostOf(result, job)?.hostname;
  return {
    jobname: job.name,
    groupid: 0,
    error: failed > 0 ? EIO : 0,
    eta: 0,
    elapsed: Math.ceil(job.elapsedNs / 1e9 + job.rampTimeMs / 1e3),
    ...(hostname === undefined ? {} : { hostname }),
    'job options': jobOptions(job),
    read: directionPart(job, 'read'),
    write: directionPart(job, 'write'),
    trim: directionPart(job, 'deallocate'),
    sync: { total_ios: flush?.ios ?? 0, lat_ns: flush === undefined ? NONE : latency(flush) },
    job_runtime: Math.round(job.elapsedNs / 1e6) * Math.max(1, job.numjobs),
    usr_cpu: cpuPercent(job),
    sys_cpu: 0,
    ctx: job.workers.reduce((sum, worker) => sum + (worker.involuntaryContextSwitches ?? 0), 0),
    ...latencyTables(job),
    ...(failed > 0 ? { total_err: failed, first_error: EIO } : {}),
  };
}

/** One document of all jobs of a result. Throws EngineError where a histogram cannot be read. */
export function formatFioJson(result: BenchResult): string {
  const timestampMs = Date.parse(result.startedAt);
  return toJson({
    'fio version': `nvbench-${result.tool.version}`,
    timestamp: Math.floor(timestampMs / 1000),
    timestamp_ms: timestampMs,
    time: new Date(timestampMs).toUTCString(),
    'global options': {},
    jobs: result.jobs.map((job) => jobPart(result, job)),
    disk_util: [],
    nvbench: {
      complete: result.complete,
      software_controllers: [
        ...new Set(result.jobs.filter((job) => deviceOf(result, job)?.software).map(({ target }) => target)),
      ],
    },
  });
}

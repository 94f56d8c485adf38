/**
 * fio's JSON+ (its --output-format=json+), for tools that read it. A latency runs from submission to completion, so
 * it stands as both clat and lat; slat, which is not taken apart, has no samples.
 */
import { latencyOfIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, mergeCounts } from '../../engine/stats/percentiles.js';
import { countsOfOperation } from '../document/build.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { type ByOperation, byOperation, entriesOf, type OperationName } from '../document/operations.js';
import type { BenchResult, JobRecord, OperationRecord } from '../document/result.js';
import { deviceOf, hostOf } from '../document/rows.js';
import { jsonWithList } from '../render/json-list.js';
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
  const { min = 0, max, mean = 0, stddev = 0 } = latencyNs;
  // As fio has it where it took none.
  return ios === 0 || max === undefined ? NONE : { min, max, mean, stddev, N: ios };
}

/** fio leaves percentile and bins out where nothing was counted, and its tools rely on that. */
function distribution(counts: Float64Array | undefined, { ios }: OperationRecord): Record<string, unknown> {
  if (counts === undefined || ios === 0) return {};
  const bins = fioBins(counts);
  const percentile = PERCENTS.map((percent) => [percent.toFixed(6), fioPercentile(bins, percent)]);
  return { percentile: Object.fromEntries(percentile), bins: Object.fromEntries(bins) };
}

/** What fio calls a direction, of which it has three. */
function directionPart(job: JobRecord, name: OperationName, counts: JobCounts): Record<string, unknown> {
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
    clat_ns: { ...figures, ...(record === undefined ? {} : distribution(counts[name], record)) },
    lat_ns: figures,
    ...fioSeries(record === undefined ? [] : (job.intervals ?? []), name, bytesPerSecond),
  };
}

const STEPS = [2, 4, 10, 20, 50, 100, 250, 500, 750, 1000];

/** Percent of all I/Os below each step of a unit and not below the unit itself, by the step's name. */
function stepPercents(
  used: Used,
  total: number,
  unitNs: number,
  steps: readonly number[],
): [string, number][] {
  const found = steps.map(() => 0);
  for (const [latencyNs, count] of used) {
    if (unitNs > 1 && latencyNs < unitNs) continue;
    const step = steps.findIndex((each) => latencyNs < each * unitNs);
    if (step >= 0) found[step] += count;
  }
  return steps.map((step, i) => [String(step), total === 0 ? 0 : (found[i] / total) * 100]);
}

/** Lowest latency in ns and count of each index that is in use. */
type Used = readonly (readonly [latencyNs: number, count: number])[];

function usedIn(counts: readonly Float64Array[]): Used {
  const all = emptyHistogram();
  for (const each of counts) mergeCounts(all, each);
  const used: [number, number][] = [];
  for (let i = 0; i < all.length; i++) if (all[i] !== 0) used.push([latencyOfIndex(i), all[i]]);
  return used;
}

function latencyTables(counts: JobCounts): Record<string, unknown> {
  const used = usedIn(entriesOf(counts).map(([, each]) => each));
  const total = used.reduce((sum, [, count]) => sum + count, 0);
  const slow = used.reduce((sum, [latencyNs, count]) => (latencyNs < 2e9 ? sum : sum + count), 0);
  const steps = (unitNs: number, more: readonly number[] = []): Record<string, number> =>
    Object.fromEntries(stepPercents(used, total, unitNs, [...STEPS, ...more]));
  return {
    latency_ns: steps(1),
    latency_us: steps(1e3),
    latency_ms: { ...steps(1e6, [2000]), '>=2000': total === 0 ? 0 : (slow / total) * 100 },
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

/** By operation; absent where there is no histogram. */
type JobCounts = ByOperation<Float64Array>;

function jobPart(result: BenchResult, job: JobRecord, reader: HistogramReader): Record<string, unknown> {
  const counts = byOperation((name) => {
    const record = job.directions[name];
    return record && countsOfOperation(record, reader);
  });
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
    read: directionPart(job, 'read', counts),
    write: directionPart(job, 'write', counts),
    trim: directionPart(job, 'deallocate', counts),
    sync: { total_ios: flush?.ios ?? 0, lat_ns: flush === undefined ? NONE : latency(flush) },
    job_runtime: Math.round(job.elapsedNs / 1e6) * Math.max(1, job.numjobs),
    usr_cpu: cpuPercent(job),
    sys_cpu: 0,
    ctx: job.workers.reduce((sum, worker) => sum + (worker.involuntaryContextSwitches ?? 0), 0),
    ...latencyTables(counts),
    ...(failed > 0 ? { total_err: failed, first_error: EIO } : {}),
  };
}

/** One document of all jobs of a result. Throws ReportError where a histogram cannot be read. */
export function formatFioJson(result: BenchResult): string {
  const timestampMs = Date.parse(result.startedAt);
  const head = {
    'fio version': `nvbench-${result.tool.version}`,
    timestamp: Math.floor(timestampMs / 1000),
    timestamp_ms: timestampMs,
    time: new Date(timestampMs).toUTCString(),
    'global options': {},
  };
  const softwareJobs = result.jobs.filter((job) => deviceOf(result, job)?.software);
  const tail = {
    disk_util: [],
    nvbench: {
      complete: result.complete,
      software_controllers: [...new Set(softwareJobs.map(({ target }) => target))],
    },
  };
  return readingHistograms([{ result }], (reader) =>
    jsonWithList('fio-json+', head, ['jobs', result.jobs, (job) => jobPart(result, job, reader)], tail),
  );
}

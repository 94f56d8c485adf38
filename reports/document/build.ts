/** Builds the parts of a result document from what the run counted. */
import type { SmartLog } from '../../engine/spec/index.js';
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import {
  type Counts,
  emptyHistogram,
  percentileNs,
  summarizeCounts,
} from '../../engine/stats/percentiles.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import type { HistogramReader } from './histograms.js';
import { type ByOperation, entriesOf } from './operations.js';
import type {
  ErrorsRecord,
  JobRecord,
  LatencyNs,
  MeasuredLatencyNs,
  MeasuredOperation,
  OperationRecord,
  SmartRecord,
  StatusRecord,
  WorkerRecord,
} from './result.js';

const NS_PER_SECOND = 1e9;

/** Latency figures of one histogram; all 0 where it is empty. */
export function buildLatency(counts: Counts): MeasuredLatencyNs {
  const { totalCount, minNs, maxNs, meanNs, stdDevNs } = summarizeCounts(counts);
  const at = (percentile: number): number => percentileNs(counts, percentile, totalCount);
  return {
    min: minNs,
    mean: meanNs,
    stddev: stdDevNs,
    max: maxNs,
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p99_9: at(99.9),
    p99_99: at(99.99),
    p99_999: at(99.999),
  };
}

/** Bytes of each I/O, or of all that were counted. */
export type Moved = number | { readonly bytes: number };

/** What so many I/Os moved. */
export const movedBytes = (ios: number, moved: Moved): number =>
  typeof moved === 'number' ? ios * moved : moved.bytes;

/** One operation of a job: rates over `elapsedNs` of measured time; `errors` are I/Os beside those counted. */
export function buildOperation(
  counts: Counts,
  moved: Moved,
  elapsedNs: number,
  errors: number,
): MeasuredOperation {
  const ios = summarizeCounts(counts).totalCount;
  const perSecond = (amount: number): number => (elapsedNs > 0 ? (amount * NS_PER_SECOND) / elapsedNs : 0);
  const iops = perSecond(ios);
  const bytes = movedBytes(ios, moved);
  return {
    ios,
    bytes,
    iops,
    bandwidthBytesPerSecond: typeof moved === 'number' ? iops * moved : perSecond(bytes),
    errors,
    latencyNs: buildLatency(counts),
    histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) },
  };
}

/** The counts of an operation. Undefined where it has no histogram. Throws ReportError where it cannot be read. */
export function countsOfOperation(
  { histogram }: OperationRecord,
  reader: HistogramReader,
): Float64Array | undefined {
  return histogram && reader.counts(histogram);
}

/** What can be said of latencies together without their histograms: what each of them states. */
function combineLatencies(parts: readonly OperationRecord[]): LatencyNs {
  const measured = parts.filter((part) => part.ios > 0);
  const ios = measured.reduce((total, part) => total + part.ios, 0);
  const valuesOf = (name: keyof LatencyNs): number[] | undefined => {
    const values = measured.flatMap(({ latencyNs }) => latencyNs[name] ?? []);
    return values.length === measured.length ? values : undefined;
  };
  const [min, means, max] = [valuesOf('min'), valuesOf('mean'), valuesOf('max')];
  const mean = means?.reduce((total, each, i) => total + (each * measured[i].ios) / ios, 0);
  return {
    ...(min === undefined ? {} : { min: measured.length === 0 ? 0 : lowestOf(min) }),
    ...(mean === undefined ? {} : { mean }),
    ...(max === undefined ? {} : { max: Math.max(0, highestOf(max)) }),
  };
}

/** Their counts added up; undefined where one has no histogram. Throws ReportError where one cannot be read. */
export function mergedCounts(
  parts: readonly OperationRecord[],
  reader: HistogramReader,
): Float64Array | undefined {
  const merged = emptyHistogram();
  for (const { histogram } of parts) {
    if (histogram === undefined) return undefined;
    reader.add(merged, histogram);
  }
  return merged;
}

function combinedFacts(parts: readonly OperationRecord[], counts: Counts | undefined): OperationRecord {
  const sum = (of: (part: OperationRecord) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    ios: sum((part) => part.ios),
    bytes: sum((part) => part.bytes),
    iops: sum((part) => part.iops),
    bandwidthBytesPerSecond: sum((part) => part.bandwidthBytesPerSecond),
    errors: sum((part) => part.errors),
    // Other tools state these exactly, and their buckets are coarser.
    latencyNs: { ...(counts === undefined ? {} : buildLatency(counts)), ...combineLatencies(parts) },
  };
}

/**
 * Records of an operation, or of several, that ran side by side as one: rates add up, latencies come from the merged
 * histograms; where one has none, neither has the whole, and no percentiles. Throws ReportError where a histogram cannot
 * be read.
 */
export function combineOperations(
  parts: readonly OperationRecord[],
  reader: HistogramReader,
): OperationRecord {
  const counts = mergedCounts(parts, reader);
  const facts = combinedFacts(parts, counts);
  return counts === undefined
    ? facts
    : { ...facts, histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } };
}

/** Their figures alone, without the histogram. */
export function combineFigures(parts: readonly OperationRecord[], reader: HistogramReader): OperationRecord {
  return combinedFacts(parts, mergedCounts(parts, reader));
}

/** When the first failure came: before the measured time where that is not said. */
const firstOf = ({ firstNs = Number.NEGATIVE_INFINITY }: StatusRecord): number => firstNs;

/** Error counts of a job from those of its workers: one entry per status, the most frequent first. */
export function buildErrors(
  statuses: readonly StatusRecord[],
  timeouts: number,
  unexpectedCompletions: number,
): ErrorsRecord {
  const merged = new Map<string, StatusRecord>();
  for (const entry of statuses) {
    const key = `${entry.statusCodeType}/${entry.statusCode}/${entry.doNotRetry}`;
    const known = merged.get(key);
    const first = known && firstOf(known) <= firstOf(entry) ? known : entry;
    merged.set(key, { ...first, count: (known?.count ?? 0) + entry.count });
  }
  const byStatus = [...merged.values()].sort((a, b) => b.count - a.count);
  const total = byStatus.reduce((sum, entry) => sum + entry.count, 0);
  return { total, byStatus, timeouts, unexpectedCompletions };
}

/** Response times of a job with a rate. */
export function buildResponse(counts: Counts): NonNullable<JobRecord['response']> {
  const { totalCount } = summarizeCounts(counts);
  return {
    ios: totalCount,
    latencyNs: buildLatency(counts),
    histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) },
  };
}

/** Those of several jobs as one; undefined where one has none, or no histogram. */
export function combineResponses(
  jobs: readonly Pick<JobRecord, 'response'>[],
  reader: HistogramReader,
): JobRecord['response'] {
  const merged = emptyHistogram();
  for (const { response } of jobs) {
    if (response?.histogram === undefined) return undefined;
    reader.add(merged, response.histogram);
  }
  return buildResponse(merged);
}

/** What of a job's record its figures are taken from. */
export interface FiguresSource extends Pick<JobRecord, 'iodepth' | 'queuePairs' | 'numjobs' | 'directions'> {
  /** Of a job with a rate: what each worker was to begin per second. */
  readonly rateIops?: number;
  /** I/Os that were due and never begun. */
  readonly unsentIos?: number;
}

/** The `figures` of a job: amounts at a time that no other field of its record has, by name. */
export function buildFigures(job: FiguresSource): JobRecord['figures'] {
  const { iodepth, queuePairs, numjobs, directions } = job;
  // Little's law: what is in flight is the rate times the time each of them takes.
  const inFlight = entriesOf(directions).map(([, { iops, latencyNs }]) => iops * (latencyNs.mean ?? 0));
  const keptDepth = inFlight.reduce((sum, each) => sum + each, 0) / NS_PER_SECOND;
  const { rateIops, unsentIos } = job;
  return {
    depthAsked: iodepth * queuePairs * numjobs,
    keptDepth,
    ...(rateIops === undefined ? {} : { rateAskedIops: rateIops * numjobs }),
    ...(unsentIos === undefined ? {} : { unsentIos }),
  };
}

/** The `figures` of jobs together: side by side they add up; in turn they are means over the time. */
export function joinFigures(
  jobs: readonly Pick<JobRecord, 'figures' | 'elapsedNs'>[],
  how: 'side by side' | 'in turn',
): JobRecord['figures'] {
  const totalNs = jobs.reduce((sum, { elapsedNs }) => sum + elapsedNs, 0);
  const weightOf = (elapsedNs: number): number => (how === 'in turn' ? elapsedNs / totalNs : 1);
  const known = Object.keys(jobs[0].figures ?? {}).filter((name) =>
    jobs.every(({ figures }) => figures?.[name] !== undefined),
  );
  if (known.length === 0 || totalNs === 0) return undefined;
  const joined = known.map((name) => [
    name,
    jobs.reduce((sum, { figures, elapsedNs }) => sum + (figures?.[name] ?? 0) * weightOf(elapsedNs), 0),
  ]);
  return Object.fromEntries(joined);
}

/** What a worker reports of itself; the engine's worker result has this shape. */
export interface WorkerCounts {
  readonly index: number;
  readonly cpus: readonly number[];
  /** I/Os that completed with success. */
  readonly ios: ByOperation<number>;
  readonly elapsedNs: number;
  readonly cpuTimeNs?: number;
  readonly submitters?: NonNullable<WorkerRecord['submitters']>;
  readonly blockedIo?: NonNullable<WorkerRecord['blockedIo']>;
  readonly instructions?: number;
  readonly instructionsProblem?: string;
  readonly sleeps?: number;
  readonly lostInterrupts?: number;
  readonly garbageCollections: number;
  readonly garbageCollectionMs: number;
  readonly heapGrowthBytes: number;
  readonly emptyPolls: number;
  readonly reapBatches: number;
  readonly involuntaryContextSwitches?: number;
  readonly pausedNs?: number;
  readonly calibration?: WorkerRecord['calibration'];
}

export function buildWorker(counts: WorkerCounts): WorkerRecord {
  const { reapBatches, involuntaryContextSwitches, pausedNs, instructions, instructionsProblem } = counts;
  const { read: reads = 0, write: writes = 0 } = counts.ios;
  const ios = entriesOf(counts.ios).reduce((sum, [, count]) => sum + count, 0);
  return {
    index: counts.index,
    cpus: [...counts.cpus],
    ios,
    reads,
    writes,
    elapsedNs: counts.elapsedNs,
    ...(counts.cpuTimeNs === undefined ? {} : { cpuTimeNs: counts.cpuTimeNs }),
    ...(counts.submitters === undefined ? {} : { submitters: counts.submitters }),
    ...(counts.blockedIo === undefined ? {} : { blockedIo: counts.blockedIo }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(instructionsProblem === undefined ? {} : { instructionsProblem }),
    ...(counts.sleeps === undefined ? {} : { sleeps: counts.sleeps }),
    ...(counts.lostInterrupts === undefined ? {} : { lostInterrupts: counts.lostInterrupts }),
    garbageCollections: counts.garbageCollections,
    garbageCollectionMs: counts.garbageCollectionMs,
    heapGrowthBytes: counts.heapGrowthBytes,
    emptyPolls: counts.emptyPolls,
    completionBatches: reapBatches,
    meanBatch: reapBatches > 0 ? ios / reapBatches : 0,
    ...(involuntaryContextSwitches === undefined ? {} : { involuntaryContextSwitches }),
    ...(pausedNs === undefined ? {} : { pausedNs }),
    ...(counts.calibration === undefined ? {} : { calibration: counts.calibration }),
  };
}

/** A counter as JSON can hold it: a number to 2^53, above that its decimal digits. */
export function wideCount(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

/** SMART before or after a run. */
export function buildSmart(smart: SmartLog): SmartRecord {
  return {
    criticalWarning: smart.criticalWarning,
    temperatureKelvin: smart.temperatureKelvin,
    availableSparePercent: smart.availableSparePercent,
    spareThresholdPercent: smart.spareThresholdPercent,
    percentageUsed: smart.percentageUsed,
    dataUnitsRead: wideCount(smart.dataUnitsRead),
    dataUnitsWritten: wideCount(smart.dataUnitsWritten),
    hostReadCommands: wideCount(smart.hostReadCommands),
    hostWriteCommands: wideCount(smart.hostWriteCommands),
    powerCycles: wideCount(smart.powerCycles),
    powerOnHours: wideCount(smart.powerOnHours),
    unsafeShutdowns: wideCount(smart.unsafeShutdowns),
    mediaErrors: wideCount(smart.mediaErrors),
    warningTemperatureMinutes: smart.warningTemperatureMinutes,
    criticalTemperatureMinutes: smart.criticalTemperatureMinutes,
  };
}

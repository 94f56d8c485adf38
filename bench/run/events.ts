/** What a run tells while it goes on. */
import { HIGHEST_TRACKABLE_NS, latencyIndex } from '../../engine/stats/histogram.js';
import { countsOfAll } from '../../engine/stats/operations.js';
import {
  type Counts,
  emptyHistogram,
  mergeCounts,
  percentileNs,
  summarizeCounts,
  totalCountOf,
} from '../../engine/stats/percentiles.js';
import type { JobRecord } from '../../reports/document/index.js';
import type { JobTick, Tick } from './job/job-run.js';
import { byteUnitOf, movedByAll } from './job/moved-bytes.js';
import type { Repeat } from './plan/plan.js';
import type { Plan } from './plan/plan-views.js';
import type { TemperatureWatch } from './temperature-watch.js';

export type RunEvent = PlannedEvent | ProgressEvent | JobEvent | NoticeEvent;

/** Devices are attached and every job fits them; no I/O has been done. */
export interface PlannedEvent {
  readonly kind: 'planned';
  readonly plan: Plan;
}

/** A few times a second, of what runs: over all jobs side by side, their devices and operations. */
export interface ProgressEvent {
  readonly kind: 'progress';
  /** Names of all, with + between them. */
  readonly job: string;
  readonly repeat: Repeat;
  /** Before the measurement: the figures below are none of it. */
  readonly ramping: boolean;
  /** Length of the longest ramp. */
  readonly rampTimeMs: number;
  /** Since the measurement began. */
  readonly elapsedMs: number;
  /** Share of the job that is behind, 0 to 1, by time or by I/Os: whichever ends it first. Of several, that which is least far. */
  readonly done: number;
  /** I/Os that completed and that failed, since the measurement began. */
  readonly ios: number;
  readonly errors: number;
  /** Since the event before, of all jobs together. */
  readonly lately: Lately & {
    /** I/Os whose latency was 2^i ns or more and less than 2^(i + 1), for each i. */
    readonly octaves: readonly number[];
  };
  /** Of each job on each device. */
  readonly jobs: readonly JobProgress[];
}

/** What completed since the event before. */
export interface Lately {
  readonly iops: number;
  readonly bytesPerSecond: number;
  /** Absent where nothing completed. */
  readonly latencyNs?: {
    readonly mean: number;
    readonly p50: number;
    readonly p99: number;
    readonly p99_9: number;
    readonly max: number;
  };
}

export interface JobProgress extends Pick<ProgressEvent, 'done' | 'errors'> {
  readonly job: string;
  readonly target: string;
  /** I/Os that are to be in flight: iodepth, queue pairs and workers multiplied. */
  readonly depthAsked: number;
  readonly lately: Lately;
  /** Of the device, where it was asked and has told. */
  readonly temperatureCelsius?: number;
}

/** A job has ended, or one of its repeats: its record on each device, as the result has it. */
export interface JobEvent {
  readonly kind: 'job';
  readonly records: readonly JobRecord[];
}

/** Something was done or went wrong beside the measurement, and ends nothing. */
export interface NoticeEvent {
  readonly kind: 'notice';
  /** One sentence, as `nvbench run` says it on stderr. */
  readonly message: string;
  readonly error?: Error;
}

/** The larger of the shares of time and of I/Os that are behind: whichever comes first ends the job. */
function doneShare({ planned: { spec, config }, measuredMs, completed }: JobTick, elapsedMs: number): number {
  const wanted = spec.numberIos * spec.numjobs;
  // Waiting for its turn to begin is part of the way.
  const behindMs =
    measuredMs > 0 ? config.startDelayMs + measuredMs : Math.min(elapsedMs, config.startDelayMs);
  return Math.min(1, Math.max(behindMs / (config.startDelayMs + spec.runtimeMs), completed / wanted));
}

function latelyOf(counts: Counts, bytes: number, intervalMs: number): Lately {
  const { totalCount, meanNs, maxNs } = summarizeCounts(counts);
  const perSecond = 1000 / Math.max(1, intervalMs);
  const at = (percentile: number): number => percentileNs(counts, percentile, totalCount);
  const latencyNs = { mean: meanNs, p50: at(50), p99: at(99), p99_9: at(99.9), max: maxNs };
  return {
    iops: totalCount * perSecond,
    bytesPerSecond: bytes * perSecond,
    ...(totalCount === 0 ? {} : { latencyNs }),
  };
}

const OCTAVES = Math.log2(HIGHEST_TRACKABLE_NS + 1);

/** 0 ns is of the first. */
function octavesOf(counts: Counts): number[] {
  const begins = Array.from({ length: OCTAVES }, (_, i) => (i === 0 ? 0 : latencyIndex(2 ** i)));
  return begins.map((begin, i) => totalCountOf(counts.subarray(begin, begins[i + 1])));
}

/** Filled anew by each tick: new ones, a few times a second, would be megabytes that wait for their collection. */
const ofJob = emptyHistogram();
const ofTick = emptyHistogram();

/** The progress that a tick tells of; with how warm devices are where `temperatures` watches them. */
export function progressOf(tick: Tick, temperatures?: TemperatureWatch): ProgressEvent {
  const { jobs, ramping, elapsedMs } = tick;
  const planned = jobs.map((job) => job.planned);
  ofTick.fill(0);
  let bytes = 0;
  const parts = jobs.map((job): JobProgress => {
    const { config, device, spec } = job.planned;
    const counts = countsOfAll(job.interval, ofJob);
    const own = movedByAll(byteUnitOf(job.planned), job.interval);
    bytes += own;
    mergeCounts(ofTick, counts);
    const temperatureCelsius = temperatures?.celsiusOf(device.drive);
    return {
      job: config.name,
      target: device.target,
      done: doneShare(job, elapsedMs),
      errors: job.errors,
      depthAsked: spec.iodepth * spec.queuePairs * spec.numjobs,
      lately: latelyOf(counts, own, tick.intervalMs),
      ...(temperatureCelsius === undefined ? {} : { temperatureCelsius }),
    };
  });
  return {
    kind: 'progress',
    job: [...new Set(planned.map(({ config }) => config.name))].join(' + '),
    repeat: planned[0].repeat,
    ramping,
    rampTimeMs: Math.max(...planned.map(({ spec }) => spec.rampTimeMs)),
    elapsedMs,
    done: Math.min(...parts.map(({ done }) => done)),
    ios: jobs.reduce((sum, { completed }) => sum + completed, 0),
    errors: jobs.reduce((sum, { errors }) => sum + errors, 0),
    lately: { ...latelyOf(ofTick, bytes, tick.intervalMs), octaves: octavesOf(ofTick) },
    jobs: parts,
  };
}

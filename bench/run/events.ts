/** What a run tells while it goes on. */
import { countsOfAll } from '../../engine/stats/operations.js';
import { emptyHistogram, mergeCounts, percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import type { JobRecord } from '../../reports/document/index.js';
import type { JobTick, Tick } from './job-run.js';
import { byteUnitOf, movedByAll } from './moved-bytes.js';
import type { Repeat } from './plan.js';
import type { Plan } from './plan-views.js';

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
  /** Since the event before. */
  readonly lately: {
    readonly iops: number;
    readonly bytesPerSecond: number;
    /** Absent where nothing completed. */
    readonly latencyNs?: { readonly p50: number; readonly p99: number };
  };
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

function latelyOf({ jobs, intervalMs }: Tick): ProgressEvent['lately'] {
  const merged = emptyHistogram();
  let bytes = 0;
  for (const { planned, interval } of jobs) {
    const counts = countsOfAll(interval);
    bytes += movedByAll(byteUnitOf(planned), interval);
    mergeCounts(merged, counts);
  }
  const ios = totalCountOf(merged);
  const perSecond = 1000 / Math.max(1, intervalMs);
  const latency = (percentile: number): number => percentileNs(merged, percentile, ios);
  return {
    iops: ios * perSecond,
    bytesPerSecond: bytes * perSecond,
    ...(ios === 0 ? {} : { latencyNs: { p50: latency(50), p99: latency(99) } }),
  };
}

/** The progress that a tick tells of. */
export function progressOf(tick: Tick): ProgressEvent {
  const { jobs, ramping, elapsedMs } = tick;
  const planned = jobs.map((job) => job.planned);
  return {
    kind: 'progress',
    job: [...new Set(planned.map(({ config }) => config.name))].join(' + '),
    repeat: planned[0].repeat,
    ramping,
    rampTimeMs: Math.max(...planned.map(({ spec }) => spec.rampTimeMs)),
    elapsedMs,
    done: Math.min(...jobs.map((job) => doneShare(job, elapsedMs))),
    ios: jobs.reduce((sum, { completed }) => sum + completed, 0),
    errors: jobs.reduce((sum, { errors }) => sum + errors, 0),
    lately: latelyOf(tick),
  };
}

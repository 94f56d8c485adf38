/** What a run tells while it goes on. */
import { countsOfAll } from '../../engine/stats/operations.js';
import { percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import type { JobRecord } from '../../reports/document/index.js';
import type { Tick } from './job-run.js';
import type { Repeat } from './plan.js';
import type { Plan } from './plan-views.js';

export type RunEvent = PlannedEvent | ProgressEvent | JobEvent | NoticeEvent;

/** Devices are attached and every job fits them; no I/O has been done. */
export interface PlannedEvent {
  readonly kind: 'planned';
  readonly plan: Plan;
}

/** A few times a second, of the job that runs: over all its devices and operations. */
export interface ProgressEvent {
  readonly kind: 'progress';
  readonly job: string;
  readonly repeat: Repeat;
  /** Before the measurement: the figures below are none of it. */
  readonly ramping: boolean;
  /** Length of the ramp. */
  readonly rampTimeMs: number;
  /** Since the measurement began. */
  readonly elapsedMs: number;
  /** Share of the job that is behind, 0 to 1, by time or by I/Os: whichever ends it first. */
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
function doneShare({ jobs, elapsedMs, completed }: Tick): number {
  const [{ spec }] = jobs;
  const wanted = spec.numberIos * spec.numjobs * jobs.length;
  return Math.min(1, Math.max(elapsedMs / spec.runtimeMs, completed / wanted));
}

function latelyOf({ jobs: [{ spec }], interval, intervalMs }: Tick): ProgressEvent['lately'] {
  const merged = countsOfAll(interval);
  const ios = totalCountOf(merged);
  const iops = (ios * 1000) / Math.max(1, intervalMs);
  const latency = (percentile: number): number => percentileNs(merged, percentile, ios);
  return {
    iops,
    bytesPerSecond: iops * spec.bsBytes,
    ...(ios === 0 ? {} : { latencyNs: { p50: latency(50), p99: latency(99) } }),
  };
}

/** The progress that a tick tells of. */
export function progressOf(tick: Tick): ProgressEvent {
  const [{ config, spec, repeat }] = tick.jobs;
  const { ramping, elapsedMs, completed, errors } = tick;
  return {
    kind: 'progress',
    job: config.name,
    repeat,
    ramping,
    rampTimeMs: spec.rampTimeMs,
    elapsedMs,
    done: doneShare(tick),
    ios: completed,
    errors,
    lately: latelyOf(tick),
  };
}

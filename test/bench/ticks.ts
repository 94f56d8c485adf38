/** What a run tells a few times a second, made up: one job on one device, a quarter of 10 s behind. */
import type { JobTick, Tick } from '../../bench/run/job/job-run.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../engine/stats/histogram.js';
import { emptyCounts } from '../../engine/stats/operations.js';
import { planned, READ_JOB } from './planned.js';

export type TickChange = Partial<Omit<Tick, 'jobs'> & Omit<JobTick, 'planned' | 'measuredMs'>>;

/** 150 reads of 80 us and 50 writes of 2 ms in the last 200 ms, of each job in the text. */
export function tickOf(change: TickChange = {}, jobs = READ_JOB.replace('1s', '10s')): Tick {
  const interval = emptyCounts();
  interval[latencyIndex(80_000)] = 150;
  interval[HISTOGRAM_LENGTH + latencyIndex(2_000_000)] = 50;
  const { ramping = false, elapsedMs = 2500, intervalMs = 200, ...ofJob } = change;
  const each = { measuredMs: elapsedMs, completed: 2000, errors: 0, interval, ...ofJob };
  return { jobs: planned(jobs).map((job) => ({ planned: job, ...each })), ramping, elapsedMs, intervalMs };
}

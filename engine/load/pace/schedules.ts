/** Which schedule a job of an open loop has. */
import type { WorkerSpec } from '../job.js';
import { RecordedSchedule } from '../replay/recorded-schedule.js';
import { Arrivals } from './arrivals.js';
import type { Schedule } from './schedule.js';

/** Undefined where nothing of the job waits for a time or for a trace. */
export function scheduleOf(spec: WorkerSpec): Schedule | undefined {
  const { traceRing, replay, rateIops, rateProcess = 'linear', seed, index, numjobs } = spec;
  if (traceRing !== undefined) return new RecordedSchedule(traceRing, replay?.noStall === false);
  if (rateIops === undefined) return undefined;
  return new Arrivals({ rateIops, process: rateProcess, seed, phase: index / numjobs });
}

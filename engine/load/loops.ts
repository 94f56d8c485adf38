/** Which loop a job takes. */
import { BatchedLoop, isBatched } from './batched-loop.js';
import { FlowLoop } from './flow-loop.js';
import type { WorkerSpec } from './job.js';
import { Loop } from './loop.js';
import { OpenLoop } from './open-loop.js';
import { scheduleOf } from './pace/schedules.js';
import { PlannedLoop } from './planned-loop.js';
import { ThinkLoop } from './think-loop.js';
import { isWatched } from './watch/watch.js';
import { WatchedLoop } from './watched-loop.js';

/** The one that does no more than the job needs. */
export function loopOf(spec: WorkerSpec, histograms: Uint32Array): Loop {
  if (spec.zones !== undefined || spec.verification?.backlog !== undefined)
    return new PlannedLoop(spec, histograms);
  const schedule = scheduleOf(spec);
  if (schedule !== undefined) return new OpenLoop(spec, schedule, histograms);
  if (spec.thinkTimeMs) return new ThinkLoop(spec, spec.thinkTimeMs, histograms);
  if (isBatched(spec)) return new BatchedLoop(spec, histograms);
  if (spec.flowGroup !== undefined) return new FlowLoop(spec, spec.flowGroup, histograms);
  return isWatched(spec) ? new WatchedLoop(spec, histograms) : new Loop(spec, histograms);
}

/** What makes the figures of one job doubtful. */
import type { EngineWarning } from '../engine/index.js';
import { plural } from '../reports/index.js';
import type { JobOutcome } from './job-run.js';

export function jobWarnings({ planned, workers }: JobOutcome): EngineWarning[] {
  const warnings: EngineWarning[] = [];
  const collections = workers.reduce((sum, w) => sum + w.garbageCollections, 0);
  if (collections > 0) {
    warnings.push({
      code: 'garbage-collected-while-measuring',
      message: `${plural(collections, 'garbage collection')} within the measured time`,
      advice: 'lengthen ramp_time; otherwise the tail latencies include pauses of the tool',
    });
  }
  if (planned.spec.yieldWhenIdle) {
    warnings.push({
      code: 'fewer-cpus-than-threads',
      message: 'busy threads outnumber the CPUs: workers give their CPU away between polls',
      advice: 'use fewer numjobs or more CPUs; latencies include the wait for a CPU',
    });
  }
  return warnings;
}

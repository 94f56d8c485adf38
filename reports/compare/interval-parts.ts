import { decodeCounts } from '../../engine/stats/hdr.js';
import { percentileNs } from '../../engine/stats/percentiles.js';
import type { JobRecord } from '../document/result.js';
import type { IntervalPart } from './samples.js';

/** The intervals of a job's run in one direction, none where they were not recorded. */
export function intervalParts(job: JobRecord, direction: 'read' | 'write'): IntervalPart[] {
  return (job.intervals ?? []).map((interval): IntervalPart => {
    const measured = interval[direction];
    const decode = (): Float64Array => decodeCounts(measured?.histogram.data ?? '');
    return {
      ios: measured?.ios ?? 0,
      errors: measured?.errors ?? 0,
      elapsedNs: interval.endNs - interval.startNs,
      bsBytes: job.bsBytes,
      decode,
      p99Ns: () => percentileNs(decode(), 99),
    };
  });
}

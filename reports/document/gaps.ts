/** Builds what a job tells of its gaps: the latencies of all its I/Os without those that were in flight over one. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { type Counts, emptyHistogram, totalCountOf } from '../../engine/stats/percentiles.js';
import { buildLatency, mergedCounts } from './build.js';
import type { GapsRecord } from './gaps-record.js';
import type { HistogramReader } from './histograms.js';
import { entriesOf } from './operations.js';
import type { JobRecord } from './result.js';

/** The gaps of one worker; the engine's report has this shape. */
export interface WorkerGaps {
  readonly count: number;
  readonly durationNs: number;
  readonly latencies: readonly (readonly [index: number, ios: number])[];
}

interface Gaps {
  readonly count: number;
  readonly durationNs: number;
  /** Of what was in flight over them. */
  readonly counts: Counts;
}

/** `all` are the latencies of all I/Os, those of gaps among them. */
function gapsRecord(all: Counts, { count, durationNs, counts }: Gaps): GapsRecord {
  const ios = totalCountOf(counts);
  const others = Float64Array.from(all, (each, i) => Math.max(0, each - counts[i]));
  return {
    count,
    durationNs,
    ios,
    ...(ios === 0 ? {} : { histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } }),
    others: { ios: totalCountOf(others), latencyNs: buildLatency(others) },
  };
}

/** Of a job, by its workers. `all` is the histogram of all its operations together. */
export function buildGaps(all: Counts, workers: readonly WorkerGaps[]): GapsRecord {
  const counts = emptyHistogram();
  for (const { latencies } of workers) for (const [index, ios] of latencies) counts[index] += ios;
  const sum = (of: (worker: WorkerGaps) => number): number =>
    workers.reduce((total, worker) => total + of(worker), 0);
  return gapsRecord(all, {
    count: sum((worker) => worker.count),
    durationNs: sum((worker) => worker.durationNs),
    counts,
  });
}

/** Those of several jobs as one; undefined where one tells of none, or has no histograms. Throws ReportError where one cannot be read. */
export function combineGaps(
  jobs: readonly Pick<JobRecord, 'gaps' | 'directions'>[],
  reader: HistogramReader,
): GapsRecord | undefined {
  const all = mergedCounts(
    jobs.flatMap(({ directions }) => entriesOf(directions).map(([, record]) => record)),
    reader,
  );
  const counts = emptyHistogram();
  const sums = { count: 0, durationNs: 0 };
  for (const { gaps } of jobs) {
    if (gaps === undefined) return undefined;
    if (gaps.histogram !== undefined) reader.add(counts, gaps.histogram);
    sums.count += gaps.count;
    sums.durationNs += gaps.durationNs;
  }
  return all && gapsRecord(all, { ...sums, counts });
}

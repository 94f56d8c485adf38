/**
 * What a run does on its main thread while workers measure: taking counts, closing an interval, encoding histograms. It costs
 * no I/O its time, but a main thread that is busy takes intervals late. By tinybench, wall time.
 */
import { Bench } from 'tinybench';
import { encodeCounts } from '../../engine/stats/hdr.js';
import { decodeCounts } from '../../engine/stats/hdr-decode.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../engine/stats/histogram.js';
import { byOperation, countsOf, emptyCounts } from '../../engine/stats/operations.js';
import { percentileNs, summarizeCounts } from '../../engine/stats/percentiles.js';
import { IntervalSeries } from '../run/job/interval-series.js';

export interface BesideFigure {
  readonly name: string;
  readonly medianUs: number;
  /** Relative margin of error of the mean, in percent. */
  readonly marginPercent: number;
  readonly samples: number;
}

const SEED = 1;

/** Counts as a second of a fast drive leaves them: a narrow body and a long, thin tail. */
export function sampleCounts(): Float64Array {
  const counts = emptyCounts();
  const reads = countsOf(counts, 'read');
  let x = SEED;
  for (let i = 0; i < 50_000; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    const share = x / 2 ** 32;
    reads[latencyIndex(Math.min(80_000 + 20_000 / (1 - share), 5e8))]++;
  }
  return counts;
}

/** Each for about `timeMs`. */
export async function measureBeside(timeMs: number): Promise<BesideFigure[]> {
  const counts = sampleCounts();
  const reads = countsOf(counts, 'read');
  const encoded = encodeCounts(reads);
  const resting = Uint32Array.from(counts);
  const failed = byOperation(() => 0);
  const series = new IntervalSeries({ bsBytes: 4096, intervals: 1800, bytes: Number.POSITIVE_INFINITY });
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4 });
  let endNs = 0;
  bench
    .add('take counts', () => {
      const taken = emptyCounts();
      for (let i = 0; i < resting.length; i++) if (resting[i] > 0) taken[i] += resting[i];
    })
    .add('close an interval', () => {
      endNs += 1e9;
      series.add({ counts, failed, endNs });
    })
    .add('figures of a histogram', () => {
      const { totalCount } = summarizeCounts(reads);
      for (const percent of [50, 90, 99, 99.9, 99.99]) percentileNs(reads, percent, totalCount);
    })
    .add('encode a histogram', () => encodeCounts(reads))
    .add('decode a histogram', () => {
      if (decodeCounts(encoded).length !== HISTOGRAM_LENGTH) throw new Error('not what was encoded');
    });
  await bench.run();
  return bench.tasks.map((task) => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${task.name}: ${result.state}`);
    const { latency } = result;
    return {
      name: task.name,
      medianUs: latency.p50 * 1000,
      marginPercent: latency.rme,
      samples: latency.samplesCount,
    };
  });
}

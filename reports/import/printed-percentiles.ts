/** Percentiles that a text prints: under the names that a document has for them, and held against the buckets beside them. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import type { LatencyNs, ResultWarning } from '../document/result.js';

const NAMES = new Map([
  [50, 'p50'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p99_9'],
  [99.99, 'p99_99'],
  [99.999, 'p99_999'],
] as const satisfies readonly (readonly [number, keyof LatencyNs])[]);

const isNamed = (percent: number): percent is 50 => NAMES.has(percent as 50);

/** Those of latencies in ns by percent that a document has a name for. */
export function namedPercentiles(
  byPercent: Iterable<readonly [percent: number, ns: number]>,
): Partial<LatencyNs> {
  const found: Partial<LatencyNs> = {};
  for (const [percent, ns] of byPercent) {
    const name = isNamed(percent) ? NAMES.get(percent) : undefined;
    if (name !== undefined) found[name] = ns;
  }
  return found;
}

/** A percentile is known to a bucket; of the I/Os beyond it (or up to it) to a tenth, or to one. */
const BUCKET = 0.03;
const RANK = 0.1;
const RANK_IOS = 1.5;

/** Whether as many I/Os as each percentile says lie up to it, of these counts. */
export function agrees(
  counts: Float64Array,
  printedNs: Iterable<readonly [percent: number, ns: number]>,
): boolean {
  let sum = 0;
  const sums = counts.map((count) => (sum += count));
  const upTo = (ns: number): number => sums[Math.min(latencyIndex(ns), sums.length - 1)] / sum;
  return [...printedNs].every(([percent, ns]) => {
    const share = percent / 100;
    const slack = Math.max(RANK * Math.min(share, 1 - share), RANK_IOS / sum);
    // Nothing lies below 0, which is where the shortest latencies of a coarse clock are.
    const below = ns === 0 ? 0 : upTo(ns * (1 - BUCKET));
    return upTo(ns * (1 + BUCKET)) >= share - slack && below <= share + slack;
  });
}

export const BINS_CONTRADICTED: ResultWarning = {
  code: 'imported-bins-contradicted',
  message:
    'the latency buckets of the imported text are not those of the percentiles that it prints: they are left out',
  advice: 'go by the percentiles as printed, or run it again',
};

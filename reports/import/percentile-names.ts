/** Percentiles under the names that a document has for them. */
import type { LatencyNs } from '../document/result.js';

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

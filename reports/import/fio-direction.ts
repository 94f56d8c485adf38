/** One direction of a job of fio's JSON as this tool has it. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import { buildLatency } from '../document/build.js';
import type { LatencyNs, OperationRecord } from '../document/result.js';
import { withinMax } from './document.js';
import type { FioDirection, FioLatency } from './fio-schema.js';

const NS_PER_US = 1000;

/** Percentiles of the document by fio's name for them, a number with six decimals. */
const PERCENTILES = {
  50: 'p50',
  90: 'p90',
  95: 'p95',
  99: 'p99',
  99.9: 'p99_9',
  99.99: 'p99_99',
  99.999: 'p99_999',
} as const;

function inNs(latency: FioLatency): FioLatency {
  const { min, max, mean, stddev, percentile = {} } = latency;
  const scaled = Object.entries(percentile).map(([name, value]) => [name, value * NS_PER_US]);
  return {
    min: min * NS_PER_US,
    max: max * NS_PER_US,
    mean: mean * NS_PER_US,
    stddev: stddev * NS_PER_US,
    percentile: Object.fromEntries(scaled),
  };
}

/** Completion latency; where fio was told not to take it, the total. */
function latencyOf({ clat_ns, lat_ns, clat, lat }: FioDirection): FioLatency | undefined {
  const candidates = [clat_ns, lat_ns, clat && inNs(clat), lat && inNs(lat)];
  return candidates.find((each) => each !== undefined && each.N !== 0 && each.max > 0);
}

/** Each of fio's bins is named by a latency that it counts, so all of it goes where that one does. */
function countsOf({ bins }: FioLatency): Float64Array | undefined {
  if (bins === undefined) return undefined;
  const counts = emptyHistogram();
  for (const [latencyNs, count] of Object.entries(bins)) counts[latencyIndex(Number(latencyNs))] += count;
  return counts;
}

function printedPercentiles({ percentile = {} }: FioLatency): Partial<LatencyNs> {
  const found: Partial<LatencyNs> = {};
  for (const [name, ns] of Object.entries(percentile)) {
    const percent = Number(name) as keyof typeof PERCENTILES;
    if (PERCENTILES[percent] !== undefined) found[PERCENTILES[percent]] = ns;
  }
  return found;
}

/** Undefined where the job did nothing in this direction. `errors` are I/Os beside those counted. */
export function fioDirection(part: FioDirection | undefined, errors: number): OperationRecord | undefined {
  if (part === undefined || part.total_ios === 0) return undefined;
  const latency = latencyOf(part) ?? { min: 0, max: 0, mean: 0, stddev: 0 };
  const counts = countsOf(latency);
  const { min, max, mean, stddev } = latency;
  return {
    ios: part.total_ios,
    bytes: Math.round(part.io_bytes),
    iops: part.iops,
    bandwidthBytesPerSecond: part.bw_bytes ?? part.bw * 1024,
    errors,
    latencyNs: withinMax({
      ...(counts === undefined ? {} : buildLatency(counts)),
      ...printedPercentiles(latency),
      min,
      max,
      mean,
      stddev,
    }),
    ...(counts === undefined ? {} : { histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } }),
  };
}

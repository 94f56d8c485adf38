/** One direction of a job of fio's JSON as this tool has it, whatever version of fio wrote it. */
import { encodeCounts } from '../../engine/stats/hdr.js';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { totalCountOf } from '../../engine/stats/percentiles.js';
import { buildLatency } from '../document/build.js';
import type { LatencyNs, OperationRecord, ResultWarning } from '../document/result.js';
import { contradicted, contradictionsOfLatency, isRateOf } from './contradictions.js';
import { withinMax } from './document.js';
import { type Bins, countsOfBins } from './fio-bins.js';
import type { FioDirection, FioLatency } from './fio-schema.js';
import { agrees, namedPercentiles } from './printed-percentiles.js';

const NS_PER_US = 1000;
const BYTES_PER_KIB = 1024;
const MS_PER_SECOND = 1000;

/** A direction that did something. */
export interface ImportedDirection {
  readonly record: OperationRecord;
  /** fio did not count the I/Os: their number follows from rate and time. */
  readonly estimated: boolean;
  /** The latency is that from before submission on, as the other was not taken. */
  readonly total: boolean;
  /** fio gave bins that are named by nothing known. */
  readonly binsLeftOut: boolean;
  /** Its bins are not those of the percentiles that it gave, and were left out. */
  readonly binsContradicted: boolean;
  /** I/Os in the bins; undefined where there are none. */
  readonly inBins: number | undefined;
  /** Latencies that fio says it took; undefined where it does not say. */
  readonly taken: number | undefined;
  /** What bins are named by; undefined where there are none. */
  readonly unit: 'ns' | 'us' | undefined;
  readonly contradictions: readonly ResultWarning[];
}

interface Taken {
  readonly latency: FioLatency;
  readonly unit: 'ns' | 'us';
  readonly total: boolean;
}

/** Completion latency, or the total: of what was taken the one that says most. */
function latencyOf({ clat_ns, lat_ns, clat, lat }: FioDirection): Taken | undefined {
  const all: readonly (readonly [FioLatency | undefined, Taken['unit'], boolean])[] = [
    [clat_ns, 'ns', false],
    [clat, 'us', false],
    [lat_ns, 'ns', true],
    [lat, 'us', true],
  ];
  const taken = all.flatMap(([latency, unit, total]): Taken[] =>
    latency !== undefined && latency.N !== 0 && latency.max > 0 ? [{ latency, unit, total }] : [],
  );
  return taken.find(({ latency }) => latency.percentile !== undefined) ?? taken[0];
}

/** Percentiles that fio printed, in ns. */
function printedOf({ latency, unit }: Taken): (readonly [percent: number, ns: number])[] {
  const scale = unit === 'us' ? NS_PER_US : 1;
  return Object.entries(latency.percentile ?? {}).map(([name, value]) => [Number(name), value * scale]);
}

/** Percentiles may lie beyond the highest latency, by as much as a bucket is wide. */
function latencyNsOf(taken: Taken, counts: Float64Array | undefined): LatencyNs {
  const { latency, unit } = taken;
  const scale = unit === 'us' ? NS_PER_US : 1;
  const { min, max, mean, stddev } = latency;
  const stated = { min, max, mean, stddev };
  const known = Object.entries(stated).filter(([, value]) => typeof value === 'number') as [string, number][];
  return {
    ...(counts === undefined ? {} : buildLatency(counts)),
    ...namedPercentiles(printedOf(taken)),
    ...Object.fromEntries(known.map(([name, value]) => [name, value * scale])),
  };
}

/** Number of the version, for example 2.18; undefined where it has none. */
function versionOf(text: string): readonly [major: number, minor: number] | undefined {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** Before 2.21 `io_bytes` is KiB. Rate and time tell it also of builds between versions. */
function bytesOf({ io_bytes, io_kbytes, bw, bw_bytes, runtime }: FioDirection, version: string): number {
  if (io_kbytes !== undefined || bw_bytes !== undefined) return io_bytes;
  const movedKib = (bw * runtime) / MS_PER_SECOND;
  const [major, minor] = versionOf(version) ?? [3, 0];
  const isKib =
    movedKib > 0 ? io_bytes / movedKib < Math.sqrt(BYTES_PER_KIB) : major < 2 || (major === 2 && minor < 21);
  return isKib ? io_bytes * BYTES_PER_KIB : io_bytes;
}

/** I/Os of a direction, counted by fio or not. */
export function iosOf({ total_ios, iops, runtime }: FioDirection): number {
  return total_ios ?? Math.round((iops * runtime) / MS_PER_SECOND);
}

/** fio takes no latency of what failed: how many of the I/Os that it counts have none. 0 where it took none at all. */
function withoutLatency({ total_ios, io_bytes, clat_ns, lat_ns, clat, lat }: FioDirection): number {
  if (total_ios === undefined) return 0;
  const taken = [clat_ns, lat_ns, clat, lat].find((each) => each?.N)?.N;
  return Math.max(0, total_ios - (taken ?? (io_bytes === 0 ? 0 : total_ios)));
}

/**
 * Failed I/Os of each of the `kept` directions. fio counts them among those that it issued, and says how many of all; which
 * they were shows where as many have no latency, those that are `leftOut` included. `among` is false where they are not
 * known to be among those counted.
 */
export function fioErrors(
  kept: readonly (FioDirection | undefined)[],
  leftOut: FioDirection | undefined,
  errors: number,
): { readonly counts: readonly number[]; readonly among: boolean } {
  const failedOf = (part: FioDirection | undefined): number =>
    part === undefined ? 0 : withoutLatency(part);
  const failed = kept.map(failedOf);
  if (errors > 0 && failed.reduce((sum, each) => sum + each, failedOf(leftOut)) === errors)
    return { counts: failed, among: true };
  const done = kept.map((part) => part !== undefined && iosOf(part) > 0);
  const isOne = done.filter(Boolean).length < 2;
  return { counts: done.map((did) => (did && isOne ? errors : 0)), among: false };
}

/** fio computes both rates from what it counted and the time, of clones that it adds up, too. */
function contradictionsOfRates(part: FioDirection, bytes: number, bytesPerSecond: number): ResultWarning[] {
  const { iops, total_ios, runtime } = part;
  const seconds = runtime / MS_PER_SECOND;
  return [
    ...(total_ios === undefined || isRateOf(iops, total_ios, seconds)
      ? []
      : [contradicted(`${total_ios} I/Os in ${runtime} ms are no ${iops} IOPS`)]),
    ...(isRateOf(bytesPerSecond / BYTES_PER_KIB, bytes / BYTES_PER_KIB, seconds)
      ? []
      : [contradicted(`${bytes} bytes in ${runtime} ms are no ${bytesPerSecond} bytes/s`)]),
  ];
}

/**
 * Undefined where the job did nothing in this direction. `failed` I/Os of those counted failed, and are taken off; `errors`
 * are told, those among them. `version` is what fio calls its own.
 */
export function fioDirection(
  part: FioDirection | undefined,
  version: string,
  errors: number,
  failed = 0,
): ImportedDirection | undefined {
  if (part === undefined || iosOf(part) === 0) return undefined;
  const taken = latencyOf(part);
  const bins: Bins | undefined = taken && countsOfBins(taken.latency.bins, taken.unit);
  const binsContradicted =
    bins?.counts !== undefined && taken !== undefined && !agrees(bins.counts, printedOf(taken));
  const counts = binsContradicted ? undefined : bins?.counts;
  const bytes = Math.round(bytesOf(part, version));
  const bandwidthBytesPerSecond = part.bw_bytes ?? part.bw * BYTES_PER_KIB;
  const latencyNs = taken === undefined ? {} : latencyNsOf(taken, counts);
  const ios = iosOf(part) - failed;
  return {
    record: {
      ios,
      bytes,
      iops: (part.iops * ios) / iosOf(part),
      bandwidthBytesPerSecond,
      errors,
      latencyNs: withinMax(latencyNs),
      ...(counts === undefined ? {} : { histogram: { encoding: HDR_ENCODING, data: encodeCounts(counts) } }),
    },
    estimated: part.total_ios === undefined,
    total: taken?.total ?? false,
    binsLeftOut: bins !== undefined && bins.counts === undefined,
    binsContradicted,
    inBins: counts && totalCountOf(counts),
    taken: taken?.latency.N,
    unit: counts === undefined ? undefined : taken?.unit,
    contradictions: [
      ...contradictionsOfRates(part, bytes, bandwidthBytesPerSecond),
      ...contradictionsOfLatency(latencyNs),
    ],
  };
}

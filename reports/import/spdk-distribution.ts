/** The percentiles and the histogram that tools of SPDK print. Latencies are in µs there, in ns here. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import { importError } from './document.js';
import type { SpdkRow } from './spdk-job.js';

const NS_PER_US = 1000;
/** A number as a group of a pattern: these tools print none below 0. */
export const NUMBER = '(\\d+(?:\\.\\d+)?)';
const PERCENTILE = new RegExp(`^\\s*${NUMBER}%\\s*:\\s*${NUMBER}us\\s*$`);
const BUCKET = new RegExp(`^\\s*${NUMBER}\\s*-\\s*${NUMBER}:\\s*${NUMBER}%\\s*\\(\\s*(\\d+)\\)\\s*$`);

/** Lines that only these can be, whatever stands in place of their numbers. */
const LIKE_THEM = /^\s*(?:\S+%\s*:\s*\S+us|\S+\s*-\s*\S+:\s*\S+%\s*\(\s*\S+\))\s*$/;

/** What the lines under one heading say. */
export interface Distribution {
  readonly percentilesNs: Map<number, number>;
  counts?: Float64Array;
  /** Percent of the I/Os in the buckets so far, as the last of these says. */
  cumulativePercent?: number;
}

/** Up to which spdk_nvme_perf always prints percentiles. */
const LAST_PERCENTILE = 99.99999;

/** The text ends before the last percentile, or before the last bucket. */
export const isCut = ({ percentilesNs, cumulativePercent }: Distribution): boolean =>
  (percentilesNs.size > 0 && !percentilesNs.has(LAST_PERCENTILE)) ||
  (cumulativePercent !== undefined && cumulativePercent < 100);

export const emptyDistribution = (): Distribution => ({ percentilesNs: new Map() });

export const isFilled = ({ percentilesNs, counts }: Distribution): boolean =>
  percentilesNs.size > 0 || counts !== undefined;

/**
 * Adds what a line says; lines of other kinds are passed over. A bucket's I/Os go where its middle does. Throws ReportError where
 * something else stands in place of its numbers.
 */
export function addLine(into: Distribution | undefined, line: string): void {
  if (into === undefined) return;
  const percentile = PERCENTILE.exec(line);
  const bucket = BUCKET.exec(line);
  if (percentile !== null) into.percentilesNs.set(Number(percentile[1]), Number(percentile[2]) * NS_PER_US);
  if (percentile === null && bucket === null && LIKE_THEM.test(line))
    throw importError(
      'a percentile or bucket in it has something else than numbers',
      'the text may have other decimal points; give it as the tool printed it',
    );
  if (bucket === null) return;
  const [, from, to, cumulative, count] = bucket;
  into.cumulativePercent = Number(cumulative);
  into.counts ??= emptyHistogram();
  into.counts[latencyIndex(Math.round(((Number(from) + Number(to)) / 2) * NS_PER_US))] += Number(count);
}

/** What sections of one row say together. */
export function joined(parts: readonly Distribution[]): Pick<SpdkRow, 'percentilesNs' | 'counts'> {
  const counts = parts.find((part) => part.counts)?.counts;
  const percentilesNs = new Map(parts.flatMap((part) => [...part.percentilesNs]));
  return { percentilesNs, ...(counts === undefined ? {} : { counts }) };
}

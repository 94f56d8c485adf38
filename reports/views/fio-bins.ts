/**
 * fio's latency buckets (stat.h, FIO_IO_U_PLAT_*): 29 groups of 64; values of up to 7 bits are exact, above that a
 * bucket is 1/64 of a power of two wide. Its name in json+ is the middle of its range. Bounds of these buckets are
 * bounds of the histogram's finer ones too, so every count moves whole.
 */
import { latencyOfIndex } from '../../engine/stats/histogram.js';

const GROUP_BITS = 6;
const GROUP_LENGTH = 1 << GROUP_BITS;
const GROUPS = 29;
const LAST_INDEX = GROUPS * GROUP_LENGTH - 1;

/** The bucket that counts a latency in whole ns; the last one also all above it, from 17 s. */
export function fioIndex(latencyNs: number): number {
  if (latencyNs < 2 * GROUP_LENGTH) return latencyNs;
  const group = Math.floor(Math.log2(latencyNs)) - GROUP_BITS;
  const offset = Math.floor(latencyNs / 2 ** group) - GROUP_LENGTH;
  return Math.min(LAST_INDEX, (group + 1) * GROUP_LENGTH + offset);
}

/** The latency in ns that fio names a bucket by. */
export function fioValue(index: number): number {
  if (index < 2 * GROUP_LENGTH) return index;
  const group = Math.floor(index / GROUP_LENGTH) - 1;
  return (GROUP_LENGTH + (index % GROUP_LENGTH) + 0.5) * 2 ** group;
}

/** Counts by fio's value of the bucket, ascending, without empty ones. */
export function fioBins(counts: Float64Array): Map<number, number> {
  const bins = new Map<number, number>();
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const value = fioValue(fioIndex(latencyOfIndex(i)));
    bins.set(value, (bins.get(value) ?? 0) + counts[i]);
  }
  return bins;
}

/** fio's percentile: the value of the first bucket by which `percent` of all are counted. */
export function fioPercentile(bins: ReadonlyMap<number, number>, percent: number): number {
  const total = [...bins.values()].reduce((sum, count) => sum + count, 0);
  let seen = 0;
  let last = 0;
  for (const [value, count] of bins) {
    seen += count;
    last = value;
    if (seen >= (percent / 100) * total) return value;
  }
  return last;
}

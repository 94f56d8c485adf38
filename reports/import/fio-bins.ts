/** The latency buckets of json+, by what versions of fio named them. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram, totalCountOf } from '../../engine/stats/percentiles.js';

const NS_PER_US = 1000;
/** Bits of a latency that a bucket tells. */
const GROUP_BITS = 6;
const GROUP_LENGTH = 2 ** GROUP_BITS;
/** Of fio 2.6 to 2.19 beside the buckets, which then are named by their place. */
const LAYOUT: Readonly<Record<string, number>> = {
  FIO_IO_U_PLAT_BITS: GROUP_BITS,
  FIO_IO_U_PLAT_VAL: GROUP_LENGTH,
};
const LAYOUT_KEY = /^FIO_IO_U_PLAT_/;
/** More than any version has. */
const MOST_PLACES = 64 * GROUP_LENGTH;

export interface Bins {
  /** Undefined where a bucket has a name that is not known. */
  readonly counts: Float64Array | undefined;
}

/** The middle of the bucket at a place, in the unit that fio counts in. */
function latencyAt(place: number): number {
  if (place < 2 * GROUP_LENGTH) return place;
  const shift = Math.floor(place / GROUP_LENGTH) - 1;
  return (GROUP_LENGTH + (place % GROUP_LENGTH) + 0.5) * 2 ** shift;
}

/** Each bucket is named by a latency that it counts, or by its place: all of it goes where that latency does. */
export function countsOfBins(
  bins: Readonly<Record<string, number>> | undefined,
  unit: 'ns' | 'us',
): Bins | undefined {
  if (bins === undefined) return undefined;
  const layout = Object.keys(bins).filter((key) => LAYOUT_KEY.test(key));
  const named = Object.entries(bins).filter(([key]) => !LAYOUT_KEY.test(key));
  const isKnown = Object.entries(LAYOUT).every(([key, value]) => (bins[key] ?? value) === value);
  const isName = (key: string): boolean =>
    /^\d{1,15}$/.test(key) && (layout.length === 0 || Number(key) < MOST_PLACES);
  if (!isKnown || !named.every(([key]) => isName(key))) return { counts: undefined };
  const scale = unit === 'us' ? NS_PER_US : 1;
  const counts = emptyHistogram();
  for (const [key, count] of named) {
    const latency = layout.length > 0 ? latencyAt(Number(key)) : Number(key);
    counts[latencyIndex(Math.round(latency * scale))] += count;
  }
  return totalCountOf(counts) === 0 ? undefined : { counts };
}

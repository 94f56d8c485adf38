/** The operations that a measurement counts apart, and the arrays of their histograms: one after the other, in this order. */
import { HISTOGRAM_LENGTH } from './histogram.js';
import { type Counts, emptyHistogram, mergeCounts } from './percentiles.js';

export const OPERATIONS = ['read', 'write'] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** Something of each operation. */
export type ByOperation<T> = Record<OperationName, T>;

/** Indices in OPERATIONS. */
export const READ = 0;
export const WRITE = 1;

/** Counts in the histograms of all operations. */
export const COUNTS_LENGTH = OPERATIONS.length * HISTOGRAM_LENGTH;

/** What `of` makes of each operation and its index. */
export function byOperation<T>(of: (name: OperationName, index: number) => T): ByOperation<T> {
  return Object.fromEntries(OPERATIONS.map((name, index) => [name, of(name, index)])) as ByOperation<T>;
}

/** New, empty histograms of all operations, whose counts do not overflow at 2^32. */
export function emptyCounts(): Float64Array {
  return new Float64Array(COUNTS_LENGTH);
}

/** The histogram of one operation, as a view of `counts`. */
export function countsOf<T extends Counts>(counts: T, name: OperationName): T {
  const from = OPERATIONS.indexOf(name) * HISTOGRAM_LENGTH;
  return counts.subarray(from, from + HISTOGRAM_LENGTH) as T;
}

/** One new histogram of all operations together. */
export function countsOfAll(counts: Counts): Float64Array {
  const all = emptyHistogram();
  for (const name of OPERATIONS) mergeCounts(all, countsOf(counts, name));
  return all;
}

/**
 * The operations that a measurement counts apart, and the arrays of their histograms: one after the other, in this order, and
 * then one of response times, over all operations; and behind them how many logical blocks each operation moved.
 */
import { HISTOGRAM_LENGTH } from './histogram.js';
import { type Counts, emptyHistogram, mergeCounts } from './percentiles.js';

export const OPERATIONS = [
  'read',
  'write',
  'deallocate',
  'write-zeroes',
  'flush',
  'verify',
  'write-uncorrectable',
  'zone-reset',
  'compare',
  'zone-append',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** Something of each operation. */
export type ByOperation<T> = Record<OperationName, T>;

/** Indices in OPERATIONS. */
export const READ = 0;
export const WRITE = 1;
export const FLUSH = 4;
export const ZONE_RESET = 7;
export const COMPARE = 8;
export const ZONE_APPEND = 9;

/** By index: what goes on behind which in sequence. Reads by themselves, all others together, as fio's directions. */
export const STREAMS = Int32Array.of(0, 1, 1, 1, 1, 1, 1, 1, 1, 1);

/** Where the histogram of response times begins: from the intended time to the completion, of jobs with a rate. */
export const RESPONSE_AT = OPERATIONS.length * HISTOGRAM_LENGTH;
/** Where the logical blocks of each operation's I/Os are counted, of jobs whose I/Os have several lengths. */
export const LBAS_AT = RESPONSE_AT + HISTOGRAM_LENGTH;
/** Counts in all histograms, and of blocks. */
export const COUNTS_LENGTH = LBAS_AT + OPERATIONS.length;

/** What `of` makes of each operation and its index. */
export function byOperation<T>(of: (name: OperationName, index: number) => T): ByOperation<T> {
  return Object.fromEntries(OPERATIONS.map((name, index) => [name, of(name, index)])) as ByOperation<T>;
}

/** New, empty histograms, whose counts do not overflow at 2^32. */
export function emptyCounts(): Float64Array {
  return new Float64Array(COUNTS_LENGTH);
}

/** The histogram of one operation, as a view of `counts`. */
export function countsOf<T extends Counts>(counts: T, name: OperationName): T {
  const from = OPERATIONS.indexOf(name) * HISTOGRAM_LENGTH;
  return counts.subarray(from, from + HISTOGRAM_LENGTH) as T;
}

/** The histogram of response times, as a view of `counts`; empty where I/Os had no intended times. */
export function responseCountsOf<T extends Counts>(counts: T): T {
  return counts.subarray(RESPONSE_AT, RESPONSE_AT + HISTOGRAM_LENGTH) as T;
}

/** Logical blocks of the I/Os of an operation; 0 unless they have several lengths. */
export function lbasOf(counts: Counts, name: OperationName): number {
  return counts[LBAS_AT + OPERATIONS.indexOf(name)];
}

/** One histogram of all operations together: a new one, or `into`, whatever that held. */
export function countsOfAll(counts: Counts, into = emptyHistogram()): Float64Array {
  into.fill(0);
  for (const name of OPERATIONS) mergeCounts(into, countsOf(counts, name));
  return into;
}

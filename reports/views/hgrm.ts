/** The percentile distribution of HdrHistogram (.hgrm), as its plotter reads it. */
import { readingHistograms } from '../document/histograms.js';
import type { BenchResult } from '../document/result.js';
import { HGRM_UNITS, type HgrmUnit } from './formats.js';
import { toHdrHistogram } from './hdr-histogram.js';
import { noHistogram, oneDistribution } from './select.js';

const TICKS_PER_HALF_DISTANCE = 5;

/** Values in `unit`. Throws ReportError where the result has more or less than one histogram. */
export function formatHgrm(result: BenchResult, unit: HgrmUnit): string {
  const row = oneDistribution('hgrm', result);
  const { histogram } = row.record;
  if (histogram === undefined) throw noHistogram('hgrm', row);
  const counts = readingHistograms([{ result }], (reader) => reader.counts(histogram));
  return toHdrHistogram(counts).outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, HGRM_UNITS[unit]);
}

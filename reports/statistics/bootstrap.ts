/** Bootstrap intervals for percentiles: over repeats and, within each, over the counts of its histogram. */
import { normalCdf, studentQuantile } from './distributions.js';
import type { Random } from './random.js';
import { shiftEstimate } from './rank-test.js';
import { resampledPercentileNs, type SparseCounts } from './sparse-counts.js';

const RESAMPLES = 2000;

/**
 * The tail to cut from a bootstrap distribution of n units. Plain percentiles are too narrow for few units; this is
 * the expanded percentile interval (Hesterberg 2015, What teachers should know about the bootstrap).
 */
function expandedTail(alpha: number, units: number): number {
  const t = studentQuantile(1 - alpha / 2, units - 1);
  return normalCdf(-Math.sqrt(units / (units - 1)) * t);
}

/** The interval that leaves `tail` of the sorted values out on each side. */
function cutTails(sorted: Float64Array, tail: number): [number, number] {
  const cut = Math.min(Math.floor(tail * sorted.length), (sorted.length - 1) >> 1);
  return [sorted[cut], sorted[sorted.length - 1 - cut]];
}

/** A resample of the units, with the log of a percentile redrawn within each. */
function drawLogs(units: readonly SparseCounts[], percentile: number, random: Random): Float64Array {
  const logs = new Float64Array(units.length);
  for (let i = 0; i < logs.length; i++) {
    const unit = units[units.length === 1 ? 0 : random.index(units.length)];
    logs[i] = Math.log(resampledPercentileNs(unit, percentile, random));
  }
  return logs;
}

function tailOf(alpha: number, units: number): number {
  return units > 1 ? expandedTail(alpha, units) : alpha / 2;
}

/**
 * Interval for the log of the ratio b / a of a percentile, 0 < alpha < 1. With one unit on a side it knows the
 * sampling of I/Os within that unit only. No unit is empty.
 */
export function percentileShiftInterval(
  a: readonly SparseCounts[],
  b: readonly SparseCounts[],
  percentile: number,
  alpha: number,
  random: Random,
): [low: number, high: number] {
  const drawn = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    drawn[i] = shiftEstimate(drawLogs(a, percentile, random), drawLogs(b, percentile, random));
  }
  return cutTails(drawn.sort(), tailOf(alpha, Math.min(a.length, b.length)));
}

/** Interval for the log of a percentile itself: of its median over the units. */
export function percentileInterval(
  units: readonly SparseCounts[],
  percentile: number,
  alpha: number,
  random: Random,
): [low: number, high: number] {
  const zero = new Float64Array(1);
  const drawn = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) drawn[i] = shiftEstimate(zero, drawLogs(units, percentile, random));
  return cutTails(drawn.sort(), tailOf(alpha, units.length));
}

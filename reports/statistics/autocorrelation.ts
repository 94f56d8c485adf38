/** How far the values of a series remember each other. */
import { debiasedOfNeighbours, productsAt } from './neighbours.js';

/** Windows of this many correlation times cut off the noise of far lags (Sokal). */
const WINDOW = 5;
/** Closer to 1 a correlation of neighbours says no more than that the series is one long drift. */
const MOST_CORRELATED = 0.99;

/** As if each value followed from its neighbour alone, from whose correlation, without bias, the rest follows. */
function timeOfNeighbours(r: number, n: number): number {
  if (n < 4) return 1;
  const debiased = Math.min(MOST_CORRELATED, debiasedOfNeighbours(r, n, 1));
  return (1 + debiased) / (1 - debiased);
}

/**
 * Integrated autocorrelation time: of n values in a row, about n / time carry news of their own. The larger of what all
 * lags add up to and of what that of neighbours implies, since of short series the far lags show too little. At least 1;
 * 1 for a constant series.
 */
export function correlationTime(series: readonly number[]): number {
  const n = series.length;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const off = series.map((value) => value - mean);
  const squares = productsAt(off, 0);
  if (!(squares > 0)) return 1;
  const correlation = (lag: number): number => productsAt(off, lag) / squares;
  let time = 1;
  for (let lag = 1; lag < n && lag < WINDOW * time; lag++) time += 2 * correlation(lag);
  return Math.max(1, time, timeOfNeighbours(correlation(1), n));
}

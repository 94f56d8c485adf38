/** How far the values of a series remember each other. */

/** Windows of this many correlation times cut off the noise of far lags (Sokal). */
const WINDOW = 5;

/**
 * Integrated autocorrelation time: of n values in a row, about n / time carry news of their own. At least 1; 1 for
 * a constant series.
 */
export function correlationTime(series: readonly number[]): number {
  const n = series.length;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const off = series.map((value) => value - mean);
  const variance = off.reduce((sum, value) => sum + value * value, 0) / n;
  if (!(variance > 0)) return 1;
  let time = 1;
  for (let lag = 1; lag < n && lag < WINDOW * time; lag++) {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += off[i] * off[i + lag];
    time += (2 * sum) / (n * variance);
  }
  return Math.max(1, time);
}

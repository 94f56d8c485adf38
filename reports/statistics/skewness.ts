/** Whether values lie unevenly around their mean: the test of skewness of D'Agostino (1970). */
import { normalCdf } from './distributions.js';
import { meanOf } from './variance.js';

/** Of fewer values its approximation is not good. */
export const LEAST_FOR_SKEWNESS = 8;

/** Third moment as a multiple of the standard deviation's cube; 0 where nothing varies. */
export function skewnessOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const moment = (power: number): number => meanOf(values.map((value) => (value - mean) ** power));
  const variance = moment(2);
  return variance > 0 ? moment(3) / variance ** 1.5 : 0;
}

/** Two-sided p of at least eight values from a normal distribution. */
export function skewnessTest(values: readonly number[]): number {
  const n = values.length;
  const y = skewnessOf(values) * Math.sqrt(((n + 1) * (n + 3)) / (6 * (n - 2)));
  const kurtosis = (3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3)) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const square = Math.sqrt(2 * (kurtosis - 1)) - 1;
  const alpha = Math.sqrt(2 / (square - 1));
  const z = Math.asinh(Math.abs(y) / alpha) / Math.sqrt(Math.log(square) / 2);
  return 2 * normalCdf(-z);
}

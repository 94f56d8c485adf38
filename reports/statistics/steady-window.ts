/** Whether values in a row are steady (SNIA Performance Test Specification 2.0.2, definition of steady state). */
import { highestOf, lowestOf } from './extremes.js';
import { meanOf } from './variance.js';

export interface SteadyWindow {
  readonly average: number;
  /** From the lowest to the highest value, as a share of the average. */
  readonly range: number;
  /** From end to end of the line of least squares, without its sign, as a share of the average. */
  readonly slope: number;
}

/** How much the line of least squares through values in a row rises from each to the next. At least two values. */
export function riseOf(values: readonly number[]): number {
  const [average, middle] = [meanOf(values), (values.length - 1) / 2];
  let [products, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    products += (i - middle) * (value - average);
    squares += (i - middle) ** 2;
  }
  return products / squares;
}

/** At least two values. Both shares are infinite where the average is not above 0. */
export function steadyWindow(values: readonly number[]): SteadyWindow {
  const average = meanOf(values);
  if (!(average > 0)) return { average, range: Number.POSITIVE_INFINITY, slope: Number.POSITIVE_INFINITY };
  return {
    average,
    range: (highestOf(values) - lowestOf(values)) / average,
    slope: (Math.abs(riseOf(values)) * (values.length - 1)) / average,
  };
}

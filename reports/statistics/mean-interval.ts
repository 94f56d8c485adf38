import { studentQuantile } from './distributions.js';

/** Student's interval for the mean of at least two values, 0 < alpha < 1. */
export function meanInterval(values: readonly number[], alpha: number): [low: number, high: number] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [mean - half, mean + half];
}

/** What a comparison of few runs allows for what it cannot see: how runs of the program differ from each other. */
import { normalQuantile } from '../statistics/distributions.js';
import { LEAST_OBSERVATIONS } from './observations.js';

/**
 * Standard deviation between runs as a share of that between the repeats of one run. It cannot be told from one run;
 * measured on runs of the software controller it was 0.5 to 0.75 at the median and at p99, see docs/comparing.md.
 */
const BETWEEN_RUNS = 0.75;

function squaresAround(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Logs of a metric of both sides' repeats, and the documents that they come from. */
export interface Sides {
  readonly base: readonly number[];
  readonly next: readonly number[];
  readonly documents: readonly [base: number, next: number];
}

/**
 * An interval of the shift between repeats, widened by what runs may differ: the two are independent, so their widths
 * add up as squares. As it is where each side has enough documents to show it, or too few repeats to know their spread.
 */
export function allowForRuns(
  interval: readonly [low: number, high: number],
  estimate: number,
  { base, next, documents }: Sides,
  alpha: number,
): [low: number, high: number] {
  const [low, high] = interval;
  const fewest = Math.min(base.length, next.length);
  if (Math.min(...documents) >= LEAST_OBSERVATIONS || fewest < LEAST_OBSERVATIONS) return [low, high];
  const variance = (squaresAround(base) + squaresAround(next)) / (base.length + next.length - 2);
  const between = BETWEEN_RUNS ** 2 * variance * (1 / documents[0] + 1 / documents[1]);
  const width = normalQuantile(1 - alpha / 2) * Math.sqrt(between);
  return [estimate - Math.hypot(estimate - low, width), estimate + Math.hypot(high - estimate, width)];
}

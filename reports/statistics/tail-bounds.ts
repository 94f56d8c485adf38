/**
 * How surprising a count is, as an exponent s of which the chance is at most e^-s on either side: bounds that hold for every
 * size (Chernoff; Dvoretzky, Kiefer, Wolfowitz and Massart), not approximations that fail far out, where verdicts are.
 */

/** Beyond this the chance is less than 1 in 10^10 that a sample of what was asked looks so. */
export const SURPRISING = Math.log(2e10);

const times = (count: number, ratio: number): number => (count === 0 ? 0 : count * Math.log(ratio));

const nearest = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Of `successes` in `trials` whose probability is anything from `low` to `high`; 0 where one of these explains it best. */
export function binomialSurprise(successes: number, trials: number, low: number, high = low): number {
  if (trials === 0) return 0;
  const share = successes / trials;
  const probability = nearest(share, low, high);
  if (probability === share) return 0;
  if (probability <= 0 || probability >= 1) return Number.POSITIVE_INFINITY;
  return times(successes, share / probability) + times(trials - successes, (1 - share) / (1 - probability));
}

/** Of `events` where anything from `low` to `high` are expected of independent ones (Poisson). */
export function poissonSurprise(events: number, low: number, high = low): number {
  const expected = nearest(events, low, high);
  if (expected === events) return 0;
  return expected <= 0 ? Number.POSITIVE_INFINITY : times(events, events / expected) - events + expected;
}

/** Of a mean of `count` independent gaps, as a ratio to the mean that exponential ones have. */
export function exponentialMeanSurprise(ratio: number, count: number): number {
  return ratio <= 0 ? Number.POSITIVE_INFINITY : count * (ratio - 1 - Math.log(ratio));
}

/**
 * Of whole numbers that are to be uniform from 0 to `size` - 1, by the farthest that their distribution lies from that one.
 * Drawn with or without replacement.
 */
export function uniformSurprise(values: Float64Array, size: number): number {
  const sorted = values.slice().sort();
  const { length } = sorted;
  let farthest = 0;
  for (let i = 0; i < length; i++) {
    const value = sorted[i];
    farthest = Math.max(farthest, value / size - i / length);
    if (sorted[i + 1] !== value) farthest = Math.max(farthest, (i + 1) / length - (value + 1) / size);
  }
  return 2 * length * farthest ** 2;
}

/**
 * The z of an index of dispersion (variance of counts by their mean) of `windows` windows, which is about 1 where events are
 * independent (chi-squared; Wilson and Hilferty).
 */
export function dispersionZ(index: number, windows: number): number {
  const spread = 2 / (9 * (windows - 1));
  return (Math.cbrt(index) - (1 - spread)) / Math.sqrt(spread);
}

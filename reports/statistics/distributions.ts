/** The textbook distributions that the tests and intervals need, in one place and by their usual names. */
import jstat from 'jstat';

const { jStat } = jstat;

/** P(Z <= z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

/** The z with P(Z <= z) = p, 0 < p < 1. */
export function normalQuantile(p: number): number {
  return jStat.normal.inv(p, 0, 1);
}

/** The t with P(T <= t) = p of Student's distribution, 0 < p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  return jStat.studentt.inv(p, degrees);
}

/** P(X <= successes) of X ~ Binomial(trials, probability). */
function binomialCdf(successes: number, trials: number, probability: number): number {
  if (successes < 0) return 0;
  return successes >= trials ? 1 : jStat.binomial.cdf(successes, trials, probability);
}

/** Two-sided p of `successes` or something further out in Binomial(trials, probability): twice the smaller tail. */
export function binomialTest(successes: number, trials: number, probability: number): number {
  const below = binomialCdf(successes, trials, probability);
  const above = 1 - binomialCdf(successes - 1, trials, probability);
  return Math.min(1, 2 * Math.min(below, above));
}

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

/** Beyond so many degrees of freedom Student's distribution is the normal one, and jstat inaccurate. */
const MANY_DEGREES = 1e5;

/** The t with P(T <= t) = p of Student's distribution, 0 < p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  return degrees > MANY_DEGREES ? normalQuantile(p) : jStat.studentt.inv(p, degrees);
}

/** P(|T| >= |t|) of Student's distribution. */
export function studentTest(t: number, degrees: number): number {
  const below = degrees > MANY_DEGREES ? normalCdf(-Math.abs(t)) : jStat.studentt.cdf(-Math.abs(t), degrees);
  return Math.min(1, 2 * below);
}

/** P(F >= ratio) of the ratio of two variances with so many degrees of freedom. */
export function fTest(ratio: number, over: number, under: number): number {
  return Number.isFinite(ratio) ? 1 - jStat.centralF.cdf(ratio, over, under) : 0;
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

/** Student's interval for the mean of at least two values, 0 < alpha < 1. */
export function meanInterval(values: readonly number[], alpha: number): [low: number, high: number] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [mean - half, mean + half];
}

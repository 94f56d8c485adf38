/** What it does to a mean, or to the difference of two, that each value is in part like the one before it. */

/** Products of values with those `lag` places on, added up. */
export function productsAt(off: readonly number[], lag: number): number {
  let sum = 0;
  for (let i = 0; i + lag < off.length; i++) sum += off[i] * off[i + lag];
  return sum;
}

/** Correlation of values, off their mean in the order of their time, with those `lag` places on; 0 where they do not vary. */
export function correlationAt(off: readonly number[], lag: number): number {
  const squares = productsAt(off, 0);
  return squares > 0 ? productsAt(off, lag) / squares : 0;
}

/**
 * What a correlation of neighbours that `n` values show is without what so few show too little of it, their means (`means` of them)
 * being known from themselves alone (Kendall 1954, Marriott and Pope 1954); of more than `means + 2` values.
 */
export const debiasedOfNeighbours = (seen: number, n: number, means: number): number =>
  (seen * n + means) / (n - 2 - means);

/** Correlation of each value with the next, between 0 and `most`; the values are off means of `means` groups. */
export function likeTheOneBefore(off: readonly number[], means: number, most: number): number {
  const n = off.length;
  if (n < means + 3 || productsAt(off, 0) === 0) return 0;
  return Math.min(most, Math.max(0, debiasedOfNeighbours(correlationAt(off, 1), n, means)));
}

/** How far off chance the correlation of neighbours is, in standard deviations; of an order that says nothing. */
export function neighboursZ(off: readonly number[]): number {
  return (correlationAt(off, 1) + 1 / off.length) * Math.sqrt(off.length);
}

/**
 * By how much the standard deviation of the weighted sum of values in a row is larger, or smaller, than that of values that know
 * nothing of each other, where each has a correlation of `r` with the next, r^2 with the one after it, and so on.
 */
export function orderFactor(weights: readonly number[], r: number): number {
  let [together, alone] = [0, 0];
  for (const [i, weight] of weights.entries()) {
    alone += weight ** 2;
    for (const [k, other] of weights.entries()) together += weight * other * r ** Math.abs(i - k);
  }
  return alone > 0 ? Math.sqrt(together / alone) : 1;
}

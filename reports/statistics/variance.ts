/** Variances that are known from few values. */

export interface Variance {
  readonly amount: number;
  /** Degrees of freedom of what it was estimated from; Infinity where it is given. */
  readonly degrees: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** Squared distances from the mean, added up. */
export function squaresAround(values: readonly number[]): number {
  const mean = meanOf(values);
  return sum(values.map((value) => (value - mean) ** 2));
}

/** The variance that groups have in common, each around a mean of its own. Undefined where none has two values. */
export function pooledVariance(groups: readonly (readonly number[])[]): Variance | undefined {
  const known = groups.filter(({ length }) => length > 1);
  const degrees = sum(known.map(({ length }) => length - 1));
  return degrees === 0 ? undefined : { amount: sum(known.map(squaresAround)) / degrees, degrees };
}

/**
 * Independent variances added up, with the degrees of freedom that the sum behaves as (Welch 1947, Satterthwaite 1946). A
 * part below 0 takes away what another one has too much.
 */
export function addVariances(parts: readonly Variance[]): Variance {
  const amount = sum(parts.map((part) => part.amount));
  const spread = sum(parts.map((part) => part.amount ** 2 / part.degrees));
  return { amount, degrees: spread > 0 ? amount ** 2 / spread : Number.POSITIVE_INFINITY };
}

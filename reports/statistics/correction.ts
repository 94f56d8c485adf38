/** P-values corrected for how many there are. Answers come in the order given. */

/** A p-value, and how much it weighs among the others of its family. */
export interface WeightedP {
  readonly p: number;
  readonly weight: number;
}

/**
 * Benjamini and Hochberg (1995), weighted as by the same (1997): p-values adjusted so that calling those below alpha
 * differences keeps the expected share of false ones among them, by weight, below alpha, also for tests that rise and
 * fall together as the metrics of one job do (Benjamini and Yekutieli 2001). Where nothing differs at all, the chance of
 * any false one is below alpha.
 */
export function weightedBenjaminiHochberg(tests: readonly WeightedP[]): number[] {
  const order = tests.map((_, index) => index).sort((a, b) => tests[b].p - tests[a].p);
  const total = tests.reduce((sum, { weight }) => sum + weight, 0);
  const adjusted = new Array<number>(tests.length);
  let upTo = total;
  let least = 1;
  for (const index of order) {
    const { p, weight } = tests[index];
    least = Math.min(least, (p * total) / upTo);
    adjusted[index] = least;
    upTo -= weight;
  }
  return adjusted;
}

/** The same with all weights alike. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  return weightedBenjaminiHochberg(pValues.map((p) => ({ p, weight: 1 })));
}

/**
 * Families of tests (Benjamini and Bogomolov 2014): within each corrected as above, and over the families by the
 * smallest of each. The more of them differ, the less each is charged for the others. No family is empty.
 */
export function correctFamilies(families: readonly (readonly WeightedP[])[]): number[][] {
  const within = families.map(weightedBenjaminiHochberg);
  const found = benjaminiHochberg(within.map((family) => Math.min(...family))).sort((a, b) => a - b);
  // From the level that `count` families are found at, each of their tests has that share of it.
  const over = (p: number): number =>
    found.reduce((least, level, i) => Math.min(least, Math.max(level, (p * found.length) / (i + 1))), 1);
  return within.map((family) => family.map(over));
}

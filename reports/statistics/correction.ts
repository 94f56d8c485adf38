/**
 * Benjamini and Hochberg (1995): p-values adjusted so that calling those below alpha differences keeps the expected
 * share of false ones among them below alpha, also for tests that rise and fall together as the metrics of one job
 * do (Benjamini and Yekutieli 2001). Where nothing differs at all, the chance of any false one is below alpha.
 * Answers in the order given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[b] - pValues[a]);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  for (const [position, index] of order.entries()) {
    least = Math.min(least, (pValues[index] * pValues.length) / (pValues.length - position));
    adjusted[index] = least;
  }
  return adjusted;
}

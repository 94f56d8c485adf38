/** Whether values in a row remember each other: von Neumann's ratio, tested by putting them in other orders. */
import { Random } from './random.js';
import { meanOf } from './variance.js';

const ORDERS = 999;

/** Each run's values, one of each series. */
type Row = readonly number[];

/** Of each series 1 / its squares around the mean of each group; 0 where it does not vary. */
function weightsOf(groups: readonly (readonly Row[])[]): number[] {
  const [first = []] = groups.flat();
  return first.map((_, k) => {
    const squares = groups.map((rows) => {
      const mean = meanOf(rows.map((row) => row[k]));
      return rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0);
    });
    const total = squares.reduce((sum, square) => sum + square, 0);
    return total > 0 ? 1 / total : 0;
  });
}

/** Squared steps from one to the next, as multiples of the squares around the mean, over all series. */
function stepsOf(rows: readonly Row[], weights: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < rows.length; i++) {
    const [before, row] = [rows[i - 1], rows[i]];
    for (let k = 0; k < row.length; k++) sum += weights[k] * (row[k] - before[k]) ** 2;
  }
  return sum;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const k = random.index(i + 1);
    [order[i], order[k]] = [order[k], order[i]];
  }
  return order;
}

/**
 * The chance that values in any order lie as close to their neighbours as these, one-sided. Each group is a series in the order of
 * its time; a row has values that were taken together, and all rows equally many. 1 where nothing varies.
 */
export function memoryP(groups: readonly (readonly Row[])[]): number {
  const known = groups.filter(({ length }) => length > 1);
  const weights = weightsOf(known);
  if (weights.every((weight) => weight === 0)) return 1;
  const steps = (of: readonly (readonly Row[])[]): number =>
    of.reduce((sum, rows) => sum + stepsOf(rows, weights), 0);
  // Sums in another order differ in their last digits.
  const seen = steps(known) * (1 + 1e-9);
  const random = new Random(1);
  let closer = 1;
  for (let i = 0; i < ORDERS; i++) if (steps(known.map((rows) => shuffled(rows, random))) <= seen) closer++;
  return closer / (ORDERS + 1);
}

/** Copies of plain data that share no part with it, or with themselves. */

const MAX_VALUES = 100_000;
const MAX_DEPTH = 32;

/** Data that a configuration cannot be; the message says why, as a clause. */
export class TooLarge extends Error {}

/**
 * Copies lists and maps, so that what stood in two places becomes two values; what is undefined is left out of maps.
 * Throws TooLarge for more than 100,000 values, and beyond 32 levels, where it may contain itself.
 */
export function plainCopy(value: unknown): unknown {
  return copyOf(value, { values: MAX_VALUES }, 0);
}

function copyOf(value: unknown, budget: { values: number }, depth: number): unknown {
  if (--budget.values < 0) throw new TooLarge(`its parts expand to more than ${MAX_VALUES} values`);
  if (depth > MAX_DEPTH) throw new TooLarge('it is nested too deeply, or a part contains itself');
  if (Array.isArray(value)) return value.map((item) => copyOf(item, budget, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const copy = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    // Defined, not assigned: a key named __proto__ must stay a key.
    Object.defineProperty(copy, key, {
      value: copyOf(item, budget, depth + 1),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

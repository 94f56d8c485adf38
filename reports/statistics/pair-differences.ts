/** Order statistics of the differences b - a of every pair of two samples, without all of them where there are many. */

/** As many are simply sorted. */
const FEW_PAIRS = 1024;
/** Halvings of the range: where ties keep it from holding less, more do not help. */
const MOST_HALVINGS = 60;

function allDifferences(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) all[i * b.length + j] = b[j] - a[i];
  }
  return all.sort();
}

export class PairDifferences {
  readonly count: number;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #sorted: Float64Array | undefined;

  /** Of samples of at least one finite value each. */
  constructor(a: ArrayLike<number>, b: ArrayLike<number>) {
    this.#a = Float64Array.from(a).sort();
    this.#b = Float64Array.from(b).sort();
    this.count = a.length * b.length;
    this.#sorted = this.count > FEW_PAIRS ? undefined : allDifferences(this.#a, this.#b);
  }

  /** The difference with `rank` others before it in ascending order. */
  at(rank: number): number {
    if (this.#sorted !== undefined) return this.#sorted[rank];
    const a = this.#a;
    const b = this.#b;
    const few = 2 * (a.length + b.length);
    // The rank is never below what counts up to `low`, and always below what counts up to `high`.
    let [low, high] = [Number.NEGATIVE_INFINITY, b[b.length - 1] - a[0]];
    let [below, upTo] = [0, this.count];
    let floor = b[0] - a[a.length - 1];
    for (let halvings = 0; upTo - below > few && halvings < MOST_HALVINGS; halvings++) {
      const middle = floor + (high - floor) / 2;
      const found = this.#upTo(middle);
      if (found > rank) [high, upTo] = [middle, found];
      else [low, floor, below] = [middle, middle, found];
    }
    return this.#within(low, high, upTo - below)[rank - below];
  }

  /** How many are not above a value. */
  #upTo(value: number): number {
    let total = 0;
    let j = 0;
    for (let i = 0; i < this.#a.length; i++) {
      while (j < this.#b.length && this.#b[j] - this.#a[i] <= value) j++;
      total += j;
    }
    return total;
  }

  /** The `count` that are above `low` and not above `high`, sorted. */
  #within(low: number, high: number, count: number): Float64Array {
    const found = new Float64Array(count);
    let length = 0;
    let from = 0;
    for (let i = 0; i < this.#a.length; i++) {
      while (from < this.#b.length && this.#b[from] - this.#a[i] <= low) from++;
      for (let j = from; j < this.#b.length && this.#b[j] - this.#a[i] <= high; j++)
        found[length++] = this.#b[j] - this.#a[i];
    }
    const isOneValue = found.every((value) => value === found[0]);
    return isOneValue ? found : found.sort();
  }

  /** The middle one, or the mean of the two in the middle. */
  median(): number {
    const half = this.count >> 1;
    return this.count % 2 === 1 ? this.at(half) : (this.at(half - 1) + this.at(half)) / 2;
  }
}

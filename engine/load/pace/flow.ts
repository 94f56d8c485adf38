/**
 * HOT: how workers of jobs that run side by side keep pace (fio's `flow`): the I/Os of each stay in proportion to its weight among
 * those that run. Each writes its own counts alone and reads those of the others, of which none waits for an answer.
 */

/** What the workers of a turn share, and the place of the first of a job. */
export interface FlowGroup {
  readonly memory: SharedArrayBuffer;
  readonly first: number;
}

const WORDS = 2;
const [WEIGHT, IOS] = [0, 1];

/** For so many workers. */
export const flowMemory = (workers: number): SharedArrayBuffer =>
  new SharedArrayBuffer(workers * WORDS * Float64Array.BYTES_PER_ELEMENT);

export class FlowMember {
  private readonly counts: Float64Array;
  private readonly at: number;
  private readonly weight: number;

  /** The `index`th of those that share the memory. */
  constructor(memory: SharedArrayBuffer, index: number, weight: number) {
    this.counts = new Float64Array(memory);
    this.at = index * WORDS;
    this.weight = weight;
  }

  /** Begins level with those that run already; once it runs itself, nothing. */
  join(): void {
    const { counts, at, weight } = this;
    if (counts[at + WEIGHT] > 0) return;
    const others = this.sumOf(WEIGHT);
    counts[at + IOS] = others === 0 ? 0 : (this.sumOf(IOS) * weight) / others;
    counts[at + WEIGHT] = weight;
  }

  /** Goes on no more: the others wait for it no longer. */
  leave(): void {
    this.counts[this.at + WEIGHT] = 0;
  }

  /** I/Os that may go now, of `most`: as long as it has no more of all than its part. */
  allowed(most: number): number {
    const { counts, at } = this;
    const weight = counts[at + WEIGHT];
    const weights = this.sumOf(WEIGHT);
    if (weights <= weight) return most;
    // The nth goes where (own + n - 1) / (all + n - 1) <= weight / weights.
    const ahead = counts[at + IOS] * weights - this.sumOf(IOS) * weight;
    const may = Math.floor(-ahead / (weights - weight)) + 1;
    return may <= 0 ? 0 : may < most ? may : most;
  }

  /** So many went. */
  took(ios: number): void {
    this.counts[this.at + IOS] += ios;
  }

  /** Over all that run. */
  private sumOf(word: number): number {
    const { counts } = this;
    let sum = 0;
    for (let at = 0; at < counts.length; at += WORDS) if (counts[at] > 0) sum += counts[at + word];
    return sum;
  }
}

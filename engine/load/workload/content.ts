/** What the writes of a job carry, as plain data between threads. */

export interface Content {
  /** What stands where data are not random; zeros unless given. */
  readonly pattern?: {
    readonly bytes: readonly number[];
    /** Where in them the place of the logical block stands, in bytes, as 8 bytes, the low one first. */
    readonly offsets: readonly number[];
  };
  /** Of each chunk, behind what is random: 0 to 100. */
  readonly patternPercent: number;
  /** Multiple of 4; 0 for all of an I/O. */
  readonly chunkBytes: number;
  /** Each write has data made for it; otherwise those that its buffer was filled with. */
  readonly refill: boolean;
  readonly dedupe?: Dedupe;
}

/** Writes that carry what others carry. */
export interface Dedupe {
  /** Of the writes: 1 to 100. */
  readonly percent: number;
  /** So many of the first writes of the worker are what others carry again; absent: the write next to each. */
  readonly setIos?: number;
  /** The set has equal parts from all workers of the job. */
  readonly ofAllWorkers: boolean;
}

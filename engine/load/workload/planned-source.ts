/** A source that plans its I/Os by what has completed, and has some beside those that a job is counted by. */
import type { Slots } from '../../path/path.js';
import type { Source } from './source.js';

export interface PlannedSource extends Source {
  /** How many I/Os may go now, of `most` (BATCH at most) and those beside: no later `fill` may ask for more. */
  prepareIos(most: number): number;
  /** Of those that may go, the first so many with no more than `ios` that count; `last`: there will be no more that do. */
  countWith(ios: number, last: boolean): number;
  /** Those among the first `count` that count. */
  iosAmong(count: number): number;
  /**
   * What was outstanding in a slot has ended, before its record says what comes next. `assigned`: where the last append of each slot
   * was put, of queues that append.
   */
  ended(slots: Slots, record: number, failed: boolean, assigned: Float64Array | undefined): void;
  /** Those in flight that do not count. */
  readonly beside: number;
}

/** What the loop counts besides latencies. */
import { SLOT, type Slots, slbaOf } from '../path/path.js';
import { OPERATIONS, type OperationName } from '../stats/operations.js';

/** Indices of `Loop.tally`: doubles, so that a long run does not overflow. */
export const TALLY = {
  /** I/Os that completed with success within the measured time. */
  COMPLETED: 0,
  /** Those that failed, and completions that named nothing outstanding. */
  ERRORS: 1,
  UNEXPECTED: 2,
  EMPTY_POLLS: 3,
  BATCHES: 4,
  SLEEPS: 5,
  /** I/Os that completed with success at or past the stop. */
  LATE: 6,
  /** Time in which the thread stood still, ns: between two looks at the clock lay far more than a slice takes. */
  PAUSED_NS: 7,
  /** Sleeps that no interrupt ended though there was something to reap. */
  LOST_INTERRUPTS: 8,
} as const;

/** One entry for each status and operation that failed. */
export interface Failure {
  readonly status: number;
  readonly operation: OperationName;
  count: number;
  readonly firstSlba: number;
  /** When the first was found, ns of the thread's clock. */
  readonly firstAtNs: number;
}

/** What failed, by operation and by status. */
export class Failures {
  /** Failed I/Os, by operation. */
  readonly errors = new Float64Array(OPERATIONS.length);
  readonly list: Failure[] = [];

  /** The I/O whose record it is, before that is used for another; found at the time in `foundNs`. */
  count(slots: Slots, record: number, status: number, foundNs: Float64Array): void {
    const index = slots[record + SLOT.OPERATION];
    const operation = OPERATIONS[index];
    this.errors[index]++;
    const known = this.list.find((one) => one.status === status && one.operation === operation);
    if (known) known.count++;
    else {
      const firstSlba = slbaOf(slots, record);
      this.list.push({ status, operation, count: 1, firstSlba, firstAtNs: foundNs[0] });
    }
  }

  clear(): void {
    this.errors.fill(0);
    this.list.length = 0;
  }
}

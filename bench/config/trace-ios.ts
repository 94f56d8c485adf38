/** What is known of a trace once it was read: the facts that a job which plays it is planned by. */
import type { OperationName } from '../../engine/stats/operations.js';
import type { TraceRecords } from '../../engine/stats/trace-record.js';

/** Of the I/Os of one operation, bytes as the trace has them. */
export interface TraceOperation {
  readonly name: OperationName;
  readonly ios: number;
  readonly bytes: number;
  readonly shortestBytes: number;
  readonly longestBytes: number;
}

export interface TraceIos extends TraceRecords {
  readonly path: string;
  readonly ios: number;
  /** Those that it has. */
  readonly operations: readonly TraceOperation[];
  /** From the first I/O to the last, as recorded. */
  readonly spanNs: number;
  /** Where the I/O ends that reaches farthest. */
  readonly endBytes: number;
  /** The largest power of two that divides all offsets, and that divides all lengths. */
  readonly offsetAlignBytes: number;
  readonly lengthAlignBytes: number;
}

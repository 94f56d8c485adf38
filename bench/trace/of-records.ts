/** I/Os that were recorded in the order in which they completed, as a trace: in the order of their own times. */
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import { type Trace, TraceBuilder, type TraceUse } from './builder.js';
import { TimeOrder } from './time-order.js';
import { LineFault, traceError } from './trace-format.js';

/** How the file that has them is spoken of. */
export interface RecordsWords {
  /** What it is, and why it may have no I/O. */
  readonly format: string;
  readonly empty: string;
  /** What one of its entries is called, and what is to be done where that cannot be played. */
  readonly entry: string;
  readonly hint: string;
}

/** The number of an entry, from 1, with its operation, for TimeOrder. */
export const numbered = (number: number, operation: OperationName): number =>
  number * TRACE_RECORD.LINE + OPERATIONS.indexOf(operation);

/**
 * The I/Os that `gather` adds, each with its number (`numbered`). Throws EngineError BAD_TRACE (input), TRACE_SPOOL, and what
 * `gather` throws.
 */
export async function traceOfRecords(
  path: string,
  use: TraceUse,
  words: RecordsWords,
  gather: (order: TimeOrder) => Promise<void>,
): Promise<Trace> {
  const order = new TimeOrder();
  const builder = new TraceBuilder(use);
  try {
    await gather(order);
    for (const [ns, offsetBytes, lengthBytes, packed] of order.records()) {
      const operation = OPERATIONS[packed % TRACE_RECORD.LINE];
      const number = Math.floor(packed / TRACE_RECORD.LINE);
      try {
        builder.add({ seconds: 0, ns, operation, offsetBytes, lengthBytes }, number);
      } catch (error) {
        if (!(error instanceof LineFault)) throw error;
        throw traceError(path, `${words.entry} ${number}: ${error.message}`, words.hint, { cause: error });
      }
    }
    return builder.finish(path, words.format, words.empty);
  } catch (error) {
    builder.abandon();
    throw error;
  } finally {
    order.close();
  }
}

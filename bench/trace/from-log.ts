/** A log of single I/Os as a trace: each I/O when it was due, or submitted where it was due at no time of its own. */
import { setImmediate as turn } from 'node:timers/promises';
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import { withLog } from '../files/io-log-reader.js';
import { type Trace, TraceBuilder, type TraceUse } from './builder.js';
import { TimeOrder } from './time-order.js';
import { interrupted, LineFault, traceError } from './trace-format.js';

/** Records are numbered as lines are, from 1. */
const line = (index: number, operation: number): number => (index + 1) * TRACE_RECORD.LINE + operation;

/** The I/Os of a log in the order in which they completed, into one by time. */
async function sortedIos(path: string, order: TimeOrder, signal: AbortSignal | undefined): Promise<void> {
  await withLog(path, async ({ about, next }) => {
    let index = 0;
    for (let ios = next(); ios.length > 0; ios = next()) {
      for (const { atNs, latencyNs, waitedNs, operation, slba, lbas } of ios) {
        const known = OPERATIONS.indexOf(operation as OperationName);
        if (known < 0)
          throw traceError(
            path,
            `it has I/Os that this nvbench has no name for (${operation})`,
            'use a newer nvbench',
          );
        const { lbaBytes } = about;
        order.add(atNs - latencyNs - waitedNs, slba * lbaBytes, lbas * lbaBytes, line(index++, known));
      }
      await turn();
      if (signal?.aborted) throw interrupted(path);
    }
  });
}

/** Throws EngineError LOG_UNREADABLE (input), BAD_TRACE (input), TRACE_SPOOL; INTERRUPTED where `signal` is aborted. */
export async function traceOfLog(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  const order = new TimeOrder();
  const builder = new TraceBuilder(use);
  try {
    await sortedIos(path, order, signal);
    return builtOf(path, builder, order.records());
  } catch (error) {
    builder.abandon();
    throw error;
  } finally {
    order.close();
  }
}

function builtOf(path: string, builder: TraceBuilder, records: Iterable<Float64Array>): Trace {
  for (const [ns, offsetBytes, lengthBytes, packed] of records) {
    const operation = OPERATIONS[packed % TRACE_RECORD.LINE];
    const number = Math.floor(packed / TRACE_RECORD.LINE);
    try {
      builder.add({ seconds: 0, ns, operation, offsetBytes, lengthBytes }, number);
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      throw traceError(path, `record ${number}: ${error.message}`, 'log the job again', { cause: error });
    }
  }
  return builder.finish(path, 'log of single I/Os', 'the job has logged none');
}

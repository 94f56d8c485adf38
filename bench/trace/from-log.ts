/** A log of single I/Os as a trace: each I/O when it was due, or submitted where it was due at no time of its own. */
import { setImmediate as turn } from 'node:timers/promises';
import { OPERATIONS } from '../../engine/stats/operations.js';
import { withLog } from '../files/io-log-reader.js';
import type { Trace, TraceUse } from './builder.js';
import { numbered, traceOfRecords } from './of-records.js';
import { interrupted, traceError } from './trace-format.js';

const WORDS = {
  format: 'log of single I/Os',
  empty: 'the job has logged none',
  entry: 'record',
  hint: 'log the job again',
};

/** Throws EngineError LOG_UNREADABLE (input), BAD_TRACE (input), TRACE_SPOOL; INTERRUPTED where `signal` is aborted. */
export function traceOfLog(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  return traceOfRecords(path, use, WORDS, (order) =>
    withLog(path, async ({ about, next }) => {
      const { lbaBytes } = about;
      let number = 0;
      for (let ios = next(); ios.length > 0; ios = next()) {
        for (const { atNs, latencyNs, waitedNs, operation, slba, lbas } of ios) {
          const known = OPERATIONS.find((name) => name === operation);
          if (known === undefined)
            throw traceError(
              path,
              `it has I/Os that this nvbench has no name for (${operation})`,
              'use a newer nvbench',
            );
          order.add(atNs - latencyNs - waitedNs, slba * lbaBytes, lbas * lbaBytes, numbered(++number, known));
        }
        await turn();
        if (signal?.aborted) throw interrupted(path);
      }
    }),
  );
}

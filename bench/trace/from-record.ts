/** A record of the commands of a software controller as a trace: each I/O when it was fetched. */
import { setImmediate as turn } from 'node:timers/promises';
import { tracedOperation } from '../../reports/command-record/operations.js';
import { withCommandRecord } from '../files/command-record-reader.js';
import type { Trace, TraceUse } from './builder.js';
import { numbered, traceOfRecords } from './of-records.js';
import { interrupted } from './trace-format.js';

const WORDS = {
  format: 'record of commands',
  empty: 'the controller was given none',
  entry: 'command',
  hint: 'record it again',
};

/** Throws EngineError RECORD_UNREADABLE (input), BAD_TRACE (input), TRACE_SPOOL; INTERRUPTED where `signal` is aborted. */
export function traceOfRecord(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  return traceOfRecords(path, use, WORDS, (order) =>
    withCommandRecord(path, async (record) => {
      const { lbaBytes } = record.about;
      for (let commands = record.next(); commands.length > 0; commands = record.next()) {
        for (const command of commands) {
          const operation = tracedOperation(command);
          if (operation === undefined) continue;
          const { arrivalNs, slba = 0, blocks, sequence } = command;
          order.add(arrivalNs, slba * lbaBytes, blocks * lbaBytes, numbered(sequence, operation));
        }
        await turn();
        if (signal?.aborted) throw interrupted(path);
      }
    }),
  );
}

/** A record of the commands of a software controller as a trace: each I/O when it was fetched. */
import { setImmediate as turn } from 'node:timers/promises';
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import { RECORDED_OPERATIONS, type RecordedCommand } from '../../reports/command-record/records.js';
import { withCommandRecord } from '../files/command-record-reader.js';
import { type Trace, TraceBuilder, type TraceUse } from './builder.js';
import { TimeOrder } from './time-order.js';
import { interrupted, LineFault, traceError } from './trace-format.js';

/** Bit 2 of CDW11: Dataset Management without it is a hint. */
const DEALLOCATES = 4;
/** Generic status codes of commands that no drive of this kind carries out: invalid opcode, field, namespace; PRP; LBA out of range. */
const REFUSALS: ReadonlySet<number> = new Set([0x01, 0x02, 0x0b, 0x13, 0x80]);
const SC_MASK = 0xff;
const SCT_MASK = 0x7;

/** The index of its operation; -1 of a command that no trace has. */
function operationOf({ qid, opcode, blocks, cdw11, status }: RecordedCommand): number {
  if (qid === 0) return -1;
  const isRefused = ((status >>> 8) & SCT_MASK) === 0 && REFUSALS.has(status & SC_MASK);
  const name = RECORDED_OPERATIONS.get(opcode) as OperationName | undefined;
  if (name === undefined || isRefused) return -1;
  if (name === 'deallocate' && (cdw11 & DEALLOCATES) === 0) return -1;
  return name !== 'flush' && blocks === 0 ? -1 : OPERATIONS.indexOf(name);
}

/** The I/Os in the order in which their completions were posted, into one by time and by when they were fetched. */
async function sortedIos(path: string, order: TimeOrder, signal: AbortSignal | undefined): Promise<void> {
  await withCommandRecord(path, async (record) => {
    const { lbaBytes } = record.about;
    for (let commands = record.next(); commands.length > 0; commands = record.next()) {
      for (const command of commands) {
        const operation = operationOf(command);
        if (operation < 0) continue;
        const { arrivalNs, slba = 0, blocks, sequence } = command;
        order.add(arrivalNs, slba * lbaBytes, blocks * lbaBytes, sequence * TRACE_RECORD.LINE + operation);
      }
      await turn();
      if (signal?.aborted) throw interrupted(path);
    }
  });
}

/** Throws EngineError RECORD_UNREADABLE (input), BAD_TRACE (input), TRACE_SPOOL; INTERRUPTED where `signal` is aborted. */
export async function traceOfRecord(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  const order = new TimeOrder();
  const builder = new TraceBuilder(use);
  try {
    await sortedIos(path, order, signal);
    for (const [ns, offsetBytes, lengthBytes, packed] of order.records()) {
      const operation = OPERATIONS[packed % TRACE_RECORD.LINE];
      const sequence = Math.floor(packed / TRACE_RECORD.LINE);
      addIo(path, builder, sequence, { seconds: 0, ns, operation, offsetBytes, lengthBytes });
    }
    return builder.finish(path, 'record of commands', 'the controller was given none');
  } catch (error) {
    builder.abandon();
    throw error;
  } finally {
    order.close();
  }
}

function addIo(
  path: string,
  builder: TraceBuilder,
  sequence: number,
  io: Parameters<TraceBuilder['add']>[0],
): void {
  try {
    builder.add(io, sequence);
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    throw traceError(path, `command ${sequence}: ${error.message}`, 'record it again', { cause: error });
  }
}

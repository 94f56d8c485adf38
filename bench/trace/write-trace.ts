/** A trace as text that jobs, and fio, play. */
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import type { Trace } from './builder.js';
import { traceError } from './trace-format.js';

const PIECE = 8192;
/** Stands in an iolog for the device; replay_redirect of fio names the real one. */
const FILE = '/dev/nvme0n1';

interface Form {
  readonly head: string;
  line(dueNs: number, operation: OperationName, offsetBytes: number, lengthBytes: number): string;
}

const ACTIONS: Readonly<Partial<Record<OperationName, string>>> = {
  read: 'read',
  write: 'write',
  deallocate: 'trim',
  flush: 'sync',
};

/** Names of operations here, but for what every reader of traces calls a trim. */
const WORDS: Readonly<Partial<Record<OperationName, string>>> = { deallocate: 'trim' };

const FORMS: Readonly<Record<'csv' | 'iolog', (path: string) => Form>> = {
  csv: () => ({
    head: 'time,op,offset,bytes\n',
    line: (ns, operation, offset, bytes) => {
      const seconds = Math.floor(ns / 1e9);
      const behind = String(Math.round(ns - seconds * 1e9)).padStart(9, '0');
      return `${seconds}.${behind},${WORDS[operation] ?? operation},${offset},${bytes}\n`;
    },
  }),
  iolog: (path) => ({
    head: `fio version 3 iolog\n0 ${FILE} add\n0 ${FILE} open\n`,
    line: (ns, operation, offset, bytes) => {
      const action = ACTIONS[operation];
      if (action === undefined)
        throw traceError(path, `an iolog of fio has no ${operation}`, 'write it with --format csv');
      return `${Math.round(ns / 1000)} ${FILE} ${action} ${offset} ${bytes}\n`;
    },
  }),
};

/** The text, piece by piece. Throws EngineError BAD_TRACE (input) where the form lacks an operation; TRACE_SPOOL. */
export function* traceLines(trace: Trace, to: keyof typeof FORMS): Generator<string> {
  const form = FORMS[to](trace.path);
  yield form.head;
  const piece = new Float64Array(PIECE * TRACE_RECORD.WORDS);
  for (let from = 0, read = PIECE; read === PIECE; from += read) {
    read = trace.read(from, piece);
    let text = '';
    for (let at = 0; at < read * TRACE_RECORD.WORDS; at += TRACE_RECORD.WORDS) {
      const operation = OPERATIONS[piece[at + TRACE_RECORD.LINE_OPERATION] % TRACE_RECORD.LINE];
      text += form.line(
        piece[at + TRACE_RECORD.DUE_NS],
        operation,
        piece[at + TRACE_RECORD.OFFSET_BYTES],
        piece[at + TRACE_RECORD.LENGTH_BYTES],
      );
    }
    yield text;
  }
}

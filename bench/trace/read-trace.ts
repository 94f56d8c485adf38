/** Reads a trace once, from its first line to its last, into records that jobs play. */
import { type FileHandle, open } from 'node:fs/promises';
import type { EngineError } from '../../engine/errors.js';
import { isCommandRecord } from '../../reports/command-record/header.js';
import { isLog } from '../../reports/io-log/header.js';
import { openablePath } from '../files/stdio.js';
import { type Trace, TraceBuilder, type TraceUse } from './builder.js';
import { formatOf } from './formats.js';
import { traceOfLog } from './from-log.js';
import { traceOfRecord } from './from-record.js';
import { interrupted, LineFault, traceError } from './trace-format.js';

/** Bytes that are read at once, and by the first of which the format is told. */
const CHUNK_BYTES = 2 ** 20;
/** No line of a trace is longer. */
const MOST_LINE_CHARS = 65_536;

/** The lines of a file, as far as they are read. */
class Lines {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The lines that end in these bytes; `last`: all that are left. */
  *of(bytes: Uint8Array, last: boolean): Generator<string> {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: !last });
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      yield text.slice(from, text[to - 1] === '\r' ? to - 1 : to);
      from = to + 1;
    }
    this.#rest = text.slice(from);
    // What has no end is no line, and may not fill the memory.
    if (this.#rest !== '' && (last || this.#rest.length > MOST_LINE_CHARS)) yield this.#rest;
  }
}

const unreadable = (path: string, cause: unknown): EngineError =>
  traceError(path, (cause as Error).message, 'name a trace that exists and may be read', {
    code: 'TRACE_UNREADABLE',
    cause,
  });

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(openablePath(path), 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readPiece(path: string, file: FileHandle, chunk: Buffer): Promise<number> {
  try {
    return (await file.read(chunk, 0, chunk.length)).bytesRead;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Of text; `bytesRead` of its first bytes are in the chunk. */
async function traceOfText(
  path: string,
  file: FileHandle,
  chunk: Buffer,
  first: number,
  use: TraceUse,
  signal: AbortSignal | undefined,
): Promise<Trace> {
  const head = chunk.toString('utf8', 0, first).replace(/^\ufeff/, '');
  const format = formatOf(path, chunk.subarray(0, first), head);
  const builder = new TraceBuilder(use);
  const lines = new Lines();
  let number = 0;
  try {
    const reader = format.open(head);
    const take = (line: string): void => {
      number++;
      if (line.length > MOST_LINE_CHARS)
        throw new LineFault(`it is longer than ${MOST_LINE_CHARS} characters`);
      const io = reader.read(line);
      if (io !== undefined) builder.add(io, number);
    };
    for (let bytes = first; bytes > 0; bytes = await readPiece(path, file, chunk)) {
      if (signal?.aborted) throw interrupted(path);
      for (const line of lines.of(chunk.subarray(0, bytes), false)) take(line);
    }
    for (const line of lines.of(new Uint8Array(0), true)) take(line);
    return builder.finish(path, format.name, format.empty);
  } catch (error) {
    builder.abandon();
    if (!(error instanceof LineFault)) throw error;
    const hint = error.hint ?? `correct it, or record the trace again (it is read as ${format.name})`;
    throw traceError(path, error.message, hint, { line: Math.max(1, number), cause: error });
  }
}

/**
 * Reads a trace (`-`: from stdin), or a log of single I/Os or a record of commands as one, whole. Throws EngineError BAD_TRACE (input) with the line that is wrong,
 * TRACE_UNREADABLE (input), LOG_UNREADABLE (input), RECORD_UNREADABLE (input), TRACE_SPOOL; INTERRUPTED where `signal` is aborted.
 */
export async function readTrace(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  const file = await opened(path);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const first = await readPiece(path, file, chunk);
    if (isLog(chunk.subarray(0, first))) return await traceOfLog(path, use, signal);
    if (isCommandRecord(chunk.subarray(0, first))) return await traceOfRecord(path, use, signal);
    return await traceOfText(path, file, chunk, first, use, signal);
  } finally {
    await file.close();
  }
}

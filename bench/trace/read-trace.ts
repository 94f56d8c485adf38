/** Reads a trace once, from its first line to its last, into records that jobs play. */
import { type FileHandle, open } from 'node:fs/promises';
import type { EngineError } from '../../engine/errors.js';
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import type { TraceIos } from '../config/trace-ios.js';
import type { SkippedKind } from '../config/trace-keys.js';
import { TraceFacts } from './facts.js';
import { formatOf } from './formats.js';
import { Spool } from './spool.js';
import { LineFault, type LineIo, type LineReader, type TraceFormat, traceError } from './trace-format.js';

/** Bytes that are read at once, and by the first of which the format is told. */
const CHUNK_BYTES = 2 ** 20;
/** No line of a trace is longer. */
const MOST_LINE_CHARS = 65_536;
const NS_PER_SECOND = 1e9;
/** Recorders write what comes from several CPUs a little out of order; what goes back farther is no order at all. */
const MOST_BACK_NS = NS_PER_SECOND;

/** What jobs make of a trace, in the words of their keys. */
export interface TraceUse {
  /** Offsets are divided by it. */
  readonly scale: number;
  /** Offsets are rounded down to its multiples. */
  readonly alignBytes: number | undefined;
  readonly skip: readonly SkippedKind[];
}

/** A trace that was read; its records stay until it is closed. */
export interface Trace extends TraceIos {
  /** Its format, in words. */
  readonly format: string;
  /** I/Os whose times lie before that of the one ahead of them: they are due with that. */
  readonly outOfOrderIos: number;
  close(): void;
}

const KINDS: Readonly<Record<OperationName, SkippedKind | undefined>> = {
  read: 'read',
  write: 'write',
  'write-zeroes': 'write',
  deallocate: 'trim',
  flush: 'sync',
  verify: undefined,
};

const INDICES = new Map(OPERATIONS.map((name, index) => [name, index]));

/** Makes records of lines. */
class Compiler {
  readonly facts = new TraceFacts();
  outOfOrderIos = 0;
  line = 0;
  readonly #reader: LineReader;
  readonly #spool: Spool;
  readonly #use: TraceUse;
  readonly #skipped: ReadonlySet<OperationName>;
  #from: LineIo | undefined;
  #lastNs = 0;

  constructor(reader: LineReader, spool: Spool, use: TraceUse) {
    this.#reader = reader;
    this.#spool = spool;
    this.#use = use;
    this.#skipped = new Set(OPERATIONS.filter((name) => use.skip.some((kind) => kind === KINDS[name])));
  }

  /** Throws LineFault. */
  take(line: string): void {
    this.line++;
    if (line.length > MOST_LINE_CHARS) throw new LineFault(`it is longer than ${MOST_LINE_CHARS} characters`);
    const io = this.#reader.read(line);
    if (io !== undefined) this.#add(io);
  }

  #add(io: LineIo): void {
    const { operation } = io;
    if (io.lengthBytes === 0 && operation !== 'flush') throw new LineFault(`a ${operation} of 0 bytes`);
    if (!Number.isSafeInteger(io.offsetBytes + io.lengthBytes))
      throw new LineFault('the offset is too large');
    if (this.#skipped.has(operation)) return;
    this.#from ??= io;
    if (io.of !== this.#from.of)
      throw new LineFault(
        `it is of ${io.of}, and the trace began with ${this.#from.of}: a job plays the I/O of one device`,
        'make a trace of each device',
      );
    const { scale, alignBytes = 1 } = this.#use;
    const scaled = Math.floor(io.offsetBytes / scale);
    const offsetBytes = scaled - (scaled % alignBytes);
    const dueNs = this.#due((io.seconds - this.#from.seconds) * NS_PER_SECOND + (io.ns - this.#from.ns));
    const index = INDICES.get(operation) ?? 0;
    this.facts.add(dueNs, index, offsetBytes, io.lengthBytes);
    this.#spool.add(dueNs, offsetBytes, io.lengthBytes, this.line, index);
  }

  #due(ns: number): number {
    if (ns >= this.#lastNs) this.#lastNs = ns;
    else if (this.#lastNs - ns > MOST_BACK_NS)
      throw new LineFault(
        'its time lies more than a second before that of the I/O ahead of it',
        'sort it by time',
      );
    else this.outOfOrderIos++;
    return this.#lastNs;
  }
}

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

async function compile(
  path: string,
  file: FileHandle,
  spool: Spool,
  use: TraceUse,
  signal: AbortSignal | undefined,
): Promise<{ readonly compiler: Compiler; readonly format: TraceFormat }> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let bytesRead = await readPiece(path, file, chunk);
  const head = chunk.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
  const format = formatOf(path, chunk.subarray(0, bytesRead), head);
  let compiler: Compiler | undefined;
  const lines = new Lines();
  try {
    compiler = new Compiler(format.open(head), spool, use);
    while (bytesRead > 0) {
      signal?.throwIfAborted();
      for (const line of lines.of(chunk.subarray(0, bytesRead), false)) compiler.take(line);
      bytesRead = await readPiece(path, file, chunk);
    }
    for (const line of lines.of(new Uint8Array(0), true)) compiler.take(line);
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    const hint = error.hint ?? `correct it, or record the trace again (it is read as ${format.name})`;
    throw traceError(path, error.message, hint, { line: Math.max(1, compiler?.line ?? 1), cause: error });
  }
  return { compiler, format };
}

const unreadable = (path: string, cause: unknown): EngineError =>
  traceError(path, (cause as Error).message, 'name a trace that exists and may be read', {
    code: 'TRACE_UNREADABLE',
    cause,
  });

async function readPiece(path: string, file: FileHandle, chunk: Buffer): Promise<number> {
  try {
    return (await file.read(chunk, 0, chunk.length)).bytesRead;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Reads a trace whole. Throws EngineError BAD_TRACE (input) with the line that is wrong, TRACE_UNREADABLE (input), TRACE_SPOOL;
 * the reason of `signal` where that is aborted.
 */
export async function readTrace(path: string, use: TraceUse, signal?: AbortSignal): Promise<Trace> {
  const file = await opened(path);
  const spool = new Spool();
  try {
    const { compiler, format } = await compile(path, file, spool, use, signal);
    spool.flush();
    const { facts, outOfOrderIos } = compiler;
    if (facts.ios === 0) {
      const why =
        use.skip.length === 0 ? format.empty : `${format.empty}, or replay_skip leaves all of it out`;
      throw traceError(path, `no I/O is in it: ${why}`, 'name another trace');
    }
    const { ios, spanNs, endBytes, offsetAlignBytes, lengthAlignBytes } = facts;
    return {
      path,
      format: format.name,
      ios,
      operations: facts.operations(),
      spanNs,
      endBytes,
      offsetAlignBytes,
      lengthAlignBytes,
      outOfOrderIos,
      read: (from, into) => spool.read(from, into),
      close: () => spool.close(),
    };
  } catch (error) {
    spool.close();
    throw error;
  } finally {
    await file.close();
  }
}

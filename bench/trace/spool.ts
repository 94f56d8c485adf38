/** Records of a trace (engine/stats/trace-record.ts) in a file without a name, which is gone with the process. */
import { closeSync, readSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { EngineError } from '../../engine/errors.js';
import { TRACE_RECORD, type TraceRecords } from '../../engine/stats/trace-record.js';
import { openUnnamed } from '../files/unnamed-file.js';

const RECORD_BYTES = TRACE_RECORD.WORDS * Float64Array.BYTES_PER_ELEMENT;
/** Records that are written at once. */
const PIECE = 8192;

function failed(op: string, cause: unknown): EngineError {
  return new EngineError({
    code: 'TRACE_SPOOL',
    op,
    target: tmpdir(),
    reason: (cause as Error).message,
    hint: `a trace takes ${RECORD_BYTES} bytes for each I/O there while it is played; name a folder with room in TMPDIR`,
    cause,
  });
}

export class Spool implements TraceRecords {
  readonly #fd: number;
  readonly #piece = new Float64Array(PIECE * TRACE_RECORD.WORDS);
  #pending = 0;
  #written = 0;
  #closed = false;

  /** Throws EngineError TRACE_SPOOL. */
  constructor() {
    try {
      this.#fd = openUnnamed('nvbench-trace-');
    } catch (error) {
      throw failed('keep a trace', error);
    }
  }

  /** Adds a record. Throws EngineError TRACE_SPOOL. */
  add(dueNs: number, offsetBytes: number, lengthBytes: number, line: number, operation: number): void {
    const at = this.#pending * TRACE_RECORD.WORDS;
    const piece = this.#piece;
    piece[at + TRACE_RECORD.DUE_NS] = dueNs;
    piece[at + TRACE_RECORD.OFFSET_BYTES] = offsetBytes;
    piece[at + TRACE_RECORD.LENGTH_BYTES] = lengthBytes;
    piece[at + TRACE_RECORD.LINE_OPERATION] = line * TRACE_RECORD.LINE + operation;
    this.#pending++;
    if (this.#pending === PIECE) this.flush();
  }

  /** Writes what `add` left. Throws EngineError TRACE_SPOOL. */
  flush(): void {
    const bytes = new Uint8Array(this.#piece.buffer, 0, this.#pending * RECORD_BYTES);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#written * RECORD_BYTES + done);
    } catch (error) {
      throw failed('keep a trace', error);
    }
    this.#written += this.#pending;
    this.#pending = 0;
  }

  read(from: number, into: Float64Array): number {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const whole = Math.min(bytes.length, (this.#written - from) * RECORD_BYTES);
    try {
      for (let done = 0; done < whole; ) {
        const read = readSync(this.#fd, bytes, done, whole - done, from * RECORD_BYTES + done);
        if (read === 0) throw new Error('it is shorter than it was');
        done += read;
      }
    } catch (error) {
      throw failed('read a kept trace', error);
    }
    return whole / RECORD_BYTES;
  }

  close(): void {
    if (!this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }
}

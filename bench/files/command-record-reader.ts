/** Reads records of commands chunk by chunk: they may be larger than memory, and still be written. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { COMMAND_RECORD, RECORD_CHUNK, RECORD_FILE } from '../../engine/spec/command-record.js';
import { isCommandRecord, type RecordAbout, readRecordHeader } from '../../reports/command-record/header.js';
import { chunkAt, commandAt, type RecordedCommand } from '../../reports/command-record/records.js';
import type { RecordEnding } from '../../reports/command-record/summary.js';
import { ReportError } from '../../reports/report-error.js';
import { type InputKind, inputError, unreadable } from './input-file.js';

const KIND: InputKind = {
  code: 'RECORD_UNREADABLE',
  op: 'read the record of commands',
  hint: 'name a file that a controller with record=FILE has written',
};
const { BYTES } = COMMAND_RECORD;
const { HEAD_BYTES } = RECORD_CHUNK;
const PIECE_RECORDS = 2 ** 12;

export interface OpenRecord {
  readonly about: RecordAbout;
  /** The next records, some thousand at a time; none at the end. */
  next(): RecordedCommand[];
  /** As far as it was read. */
  ending(): RecordEnding;
}

/** Whether the file can be opened and is a record. */
export function isRecordFile(path: string): boolean {
  try {
    const fd = openSync(path, 'r');
    try {
      const start = Buffer.alloc(RECORD_FILE.MAGIC.length);
      return isCommandRecord(start.subarray(0, readSync(fd, start, 0, start.length, 0)));
    } finally {
      closeSync(fd);
    }
  } catch {
    // what cannot be opened is refused where it is read
    return false;
  }
}

/** Does `body` with the record. Throws EngineError RECORD_UNREADABLE (input). */
export async function withCommandRecord<T>(
  path: string,
  body: (record: OpenRecord) => T | Promise<T>,
): Promise<T> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(KIND, path, cause);
  }
  try {
    return await body(new Chunks(fd, path));
  } finally {
    closeSync(fd);
  }
}

class Chunks implements OpenRecord {
  readonly about: RecordAbout;
  readonly #fd: number;
  readonly #path: string;
  readonly #piece = Buffer.alloc(PIECE_RECORDS * BYTES);
  readonly #view = new DataView(this.#piece.buffer, this.#piece.byteOffset, this.#piece.length);
  #at: number = RECORD_FILE.HEADER_BYTES;
  /** Records of this chunk that are still to come. */
  #left = 0;
  #lost = 0;
  #closed = false;

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
    if (!fstatSync(fd).isFile()) throw inputError(KIND, path, 'it is no regular file');
    const header = Buffer.alloc(RECORD_FILE.HEADER_BYTES);
    const found = this.#fill(header, 0);
    try {
      this.about = readRecordHeader(header.subarray(0, found));
    } catch (cause) {
      if (!(cause instanceof ReportError)) throw cause;
      throw inputError(KIND, path, cause.reason, cause);
    }
  }

  next(): RecordedCommand[] {
    while (this.#left === 0) if (!this.#nextChunk()) return [];
    const wanted = Math.min(this.#left, PIECE_RECORDS);
    const count = Math.floor(this.#fill(this.#piece.subarray(0, wanted * BYTES), this.#at) / BYTES);
    this.#at += count * BYTES;
    this.#left = count < wanted ? 0 : this.#left - count;
    return Array.from({ length: count }, (_, i) => commandAt(this.#view, i * BYTES));
  }

  ending(): RecordEnding {
    return { lost: this.#lost, closed: this.#closed };
  }

  /** False where there is none: heads are written after their records, so what is there is whole. */
  #nextChunk(): boolean {
    if (this.#closed || this.#fill(this.#piece.subarray(0, HEAD_BYTES), this.#at) < HEAD_BYTES) return false;
    const chunk = chunkAt(this.#view, 0);
    if (chunk === undefined) return false;
    this.#at += HEAD_BYTES;
    this.#left = chunk.records;
    this.#lost = chunk.lost;
    this.#closed = chunk.last;
    return true;
  }

  /** Fills the buffer from that place of the file, as far as there is something; how many bytes. */
  #fill(into: Buffer, at: number): number {
    try {
      let done = 0;
      while (done < into.length) {
        const bytes = readSync(this.#fd, into, done, into.length - done, at + done);
        if (bytes === 0) break;
        done += bytes;
      }
      return done;
    } catch (cause) {
      throw unreadable(KIND, this.#path, cause);
    }
  }
}

/** Reads logs of single I/Os piece by piece: they may be larger than memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  HEADER_START_BYTES,
  headerBytesOf,
  type LogAbout,
  readLogHeader,
} from '../../reports/io-log/header.js';
import { type LoggedIo, RECORD_BYTES, recordAt } from '../../reports/io-log/records.js';
import { ReportError } from '../../reports/report-error.js';
import { type InputKind, inputError, unreadable } from './input-file.js';

const KIND: InputKind = {
  code: 'LOG_UNREADABLE',
  op: 'read the log of single I/Os',
  hint: 'name a file that a job with log: FILE has written',
};
const PIECE_RECORDS = 2 ** 14;

export interface OpenLog {
  readonly about: LogAbout;
  /** The next records, some thousand at a time; none at the end. One that was cut short is left out. */
  next(): LoggedIo[];
}

/** Does `body` with the log. Throws EngineError LOG_UNREADABLE (input). */
export async function withLog<T>(path: string, body: (log: OpenLog) => Promise<T>): Promise<T> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(KIND, path, cause);
  }
  try {
    return await body(openLog(fd, path));
  } finally {
    closeSync(fd);
  }
}

function openLog(fd: number, path: string): OpenLog {
  if (!fstatSync(fd).isFile()) throw inputError(KIND, path, 'it is no regular file');
  const { about, headerBytes } = header(fd, path);
  const piece = Buffer.alloc(PIECE_RECORDS * RECORD_BYTES);
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  let at = headerBytes;
  return {
    about,
    next() {
      const bytes = fill(fd, piece, at, path);
      const count = Math.floor(bytes / RECORD_BYTES);
      at += count * RECORD_BYTES;
      return Array.from({ length: count }, (_, i) => recordAt(view, i * RECORD_BYTES, about));
    },
  };
}

function header(fd: number, path: string): { about: LogAbout; headerBytes: number } {
  const start = Buffer.alloc(HEADER_START_BYTES);
  const found = fill(fd, start, 0, path);
  try {
    const headerBytes = headerBytesOf(start.subarray(0, found));
    const whole = Buffer.alloc(headerBytes);
    const read = fill(fd, whole, 0, path);
    return { about: readLogHeader(whole.subarray(0, read)), headerBytes };
  } catch (cause) {
    if (!(cause instanceof ReportError)) throw cause;
    throw inputError(KIND, path, cause.reason, cause);
  }
}

/** Fills the buffer from that place of the file, as far as there is something; how many bytes. */
function fill(fd: number, into: Buffer, at: number, path: string): number {
  try {
    let done = 0;
    while (done < into.length) {
      const bytes = readSync(fd, into, done, into.length - done, at + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  } catch (cause) {
    throw unreadable(KIND, path, cause);
  }
}

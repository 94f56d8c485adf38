/** Reads logs of single I/Os piece by piece: they may be larger than memory. */
import {
  HEADER_START_BYTES,
  headerBytesOf,
  type LogAbout,
  readLogHeader,
} from '../../reports/io-log/header.js';
import { type LoggedIo, RECORD_BYTES, recordAt } from '../../reports/io-log/records.js';
import type { InputKind } from './input-file.js';
import { type PlacedReads, withPlacedReads } from './placed-reads.js';

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
  return await withPlacedReads(path, KIND, (file) => body(openLog(file)));
}

function openLog(file: PlacedReads): OpenLog {
  const { about, headerBytes } = header(file);
  const piece = Buffer.alloc(PIECE_RECORDS * RECORD_BYTES);
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  let at = headerBytes;
  return {
    about,
    next() {
      const count = Math.floor(file.fill(piece, at) / RECORD_BYTES);
      at += count * RECORD_BYTES;
      return Array.from({ length: count }, (_, i) => recordAt(view, i * RECORD_BYTES, about));
    },
  };
}

function header(file: PlacedReads): { about: LogAbout; headerBytes: number } {
  return file.understood(() => {
    const headerBytes = headerBytesOf(file.start(HEADER_START_BYTES));
    return { about: readLogHeader(file.start(headerBytes)), headerBytes };
  });
}

/** Reads records of commands chunk by chunk: they may be larger than memory, and still be written. */
import {
  COMMAND_RECORD,
  RECORD_CHUNK,
  RECORD_FILE,
  type RecordAbout,
} from '../../engine/spec/command-record.js';
import { readRecordHeader } from '../../reports/command-record/header.js';
import { chunkAt, commandAt, type RecordedCommand } from '../../reports/command-record/records.js';
import type { RecordEnding } from '../../reports/command-record/summary.js';
import type { InputKind } from './input-file.js';
import { type PlacedReads, withPlacedReads } from './placed-reads.js';

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

/** Does `body` with the record. Throws EngineError RECORD_UNREADABLE (input). */
export async function withCommandRecord<T>(
  path: string,
  body: (record: OpenRecord) => T | Promise<T>,
): Promise<T> {
  return await withPlacedReads(path, KIND, (file) => body(new Chunks(file)));
}

class Chunks implements OpenRecord {
  readonly about: RecordAbout;
  readonly #file: PlacedReads;
  readonly #piece = Buffer.alloc(PIECE_RECORDS * BYTES);
  readonly #view = new DataView(this.#piece.buffer, this.#piece.byteOffset, this.#piece.length);
  #at: number = RECORD_FILE.HEADER_BYTES;
  /** Records of this chunk that are still to come. */
  #left = 0;
  #lost = 0;
  #closed = false;

  constructor(file: PlacedReads) {
    this.#file = file;
    this.about = file.understood(() => readRecordHeader(file.start(RECORD_FILE.HEADER_BYTES)));
  }

  next(): RecordedCommand[] {
    while (this.#left === 0) if (!this.#nextChunk()) return [];
    const wanted = Math.min(this.#left, PIECE_RECORDS);
    const count = Math.floor(this.#file.fill(this.#piece.subarray(0, wanted * BYTES), this.#at) / BYTES);
    this.#at += count * BYTES;
    this.#left = count < wanted ? 0 : this.#left - count;
    return Array.from({ length: count }, (_, i) => commandAt(this.#view, i * BYTES));
  }

  ending(): RecordEnding {
    return { lost: this.#lost, closed: this.#closed };
  }

  /** False where there is none: heads are written after their records, so what is there is whole. */
  #nextChunk(): boolean {
    if (this.#closed || this.#file.fill(this.#piece.subarray(0, HEAD_BYTES), this.#at) < HEAD_BYTES)
      return false;
    const chunk = chunkAt(this.#view, 0);
    if (chunk === undefined) return false;
    this.#at += HEAD_BYTES;
    this.#left = chunk.records;
    this.#lost = chunk.lost;
    this.#closed = chunk.last;
    return true;
  }
}

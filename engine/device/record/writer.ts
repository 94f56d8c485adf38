/** Writes the records of a ring into a file, chunk by chunk, until the ring ends. */
import { writeSync } from 'node:fs';
import { COMMAND_RECORD, RECORD_CHUNK, RECORD_FILE, type RecordAbout } from '../../spec/command-record.js';
import type { RecordRing } from './ring.js';

/** Between two looks where there was nothing: the ring takes five times as long to fill at a million commands a second. */
const PAUSE_MS = 50;
const MOST_RECORDS = 2 ** 14;
const { AT } = RECORD_CHUNK;

export function recordHeader(about: RecordAbout): Buffer {
  const header = Buffer.alloc(RECORD_FILE.HEADER_BYTES);
  const json = jsonThatFits(about);
  header.write(RECORD_FILE.MAGIC, 'latin1');
  header.writeUInt32LE(RECORD_FILE.VERSION, RECORD_FILE.AT.VERSION);
  header.writeUInt32LE(header.length, RECORD_FILE.AT.HEADER_BYTES);
  header.writeUInt32LE(COMMAND_RECORD.BYTES, RECORD_FILE.AT.RECORD_BYTES);
  header.writeUInt32LE(json.length, RECORD_FILE.AT.JSON_BYTES);
  json.copy(header, RECORD_FILE.AT.JSON);
  return header;
}

/** A target may have any number of options. */
function jsonThatFits(about: RecordAbout): Buffer {
  const most = RECORD_FILE.HEADER_BYTES - RECORD_FILE.AT.JSON;
  const json = Buffer.from(JSON.stringify(about));
  if (json.length <= most) return json;
  return Buffer.from(JSON.stringify({ ...about, target: `${about.target.slice(0, most / 8)}...` }));
}

export class RecordWriter {
  private readonly ring: RecordRing;
  private readonly fd: number;
  private readonly head = Buffer.alloc(RECORD_CHUNK.HEAD_BYTES);
  private at = RECORD_FILE.HEADER_BYTES;

  /** The file has a header already. */
  constructor(ring: RecordRing, fd: number) {
    this.ring = ring;
    this.fd = fd;
  }

  /** Until the ring ends. */
  run(): void {
    while (!this.ring.ends(PAUSE_MS)) this.writeAll();
    this.writeAll();
    this.writeChunk(new Uint8Array(0), true);
  }

  /** All that is there. */
  writeAll(): void {
    for (;;) {
      const piece = this.ring.ready().subarray(0, MOST_RECORDS * COMMAND_RECORD.BYTES);
      if (piece.length === 0) return;
      const problem = this.writeChunk(piece, false);
      this.ring.take(piece.length / COMMAND_RECORD.BYTES, problem);
    }
  }

  /** Why not, where it cannot be; the next one goes to the same place then. */
  private writeChunk(records: Uint8Array, last: boolean): string | undefined {
    const { commands, lost } = this.ring.state();
    const { head } = this;
    head.writeUInt32LE(RECORD_CHUNK.MAGIC, AT.MAGIC);
    head.writeUInt32LE(records.length / COMMAND_RECORD.BYTES, AT.RECORDS);
    head.writeBigUInt64LE(BigInt(lost), AT.LOST);
    head.writeBigUInt64LE(BigInt(commands), AT.BEFORE);
    head.writeUInt32LE(last ? 1 : 0, AT.LAST);
    try {
      // the head goes last: what has none is no chunk
      this.writeWhole(records, this.at + head.length);
      this.writeWhole(head, this.at);
    } catch (error) {
      return (error as Error).message;
    }
    this.at += head.length + records.length;
    return undefined;
  }

  private writeWhole(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
  }
}

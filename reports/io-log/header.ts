/**
 * The beginning of a log of single I/Os, before its records (engine/stats/io-record.ts): what it is of, as JSON, so long that it
 * can be written again in its place when the job has ended. docs/io-log.md has the layout.
 */
import { z } from 'zod';
import { IO_RECORD } from '../../engine/stats/io-record.js';
import { OPERATIONS } from '../../engine/stats/operations.js';
import { amount, count } from '../document/machine.js';
import { ReportError } from '../report-error.js';

const MAGIC = 'nvbiolog';
const VERSION = 1;
const FIXED_BYTES = 24;
const BLOCK_BYTES = 4096;
/** For what is known at the end alone. */
const ROOM_BYTES = 2048;
/** More is no header of ours. */
const MOST_HEADER_BYTES = 2 ** 20;
/** How much of a file says how long its header is. */
export const HEADER_START_BYTES = FIXED_BYTES;

const aboutSchema = z.object({
  /** Version of nvbench that wrote it. */
  tool: z.string(),
  job: z.string(),
  target: z.string(),
  startedAt: z.string(),
  lbaBytes: count.min(1),
  numjobs: count,
  queuePairs: count,
  iodepth: count,
  /** By the index that records have. */
  operations: z.array(z.string()),
  /** The job has ended, and what follows is known. */
  complete: z.boolean(),
  /** I/Os that found no room, or could not be written: they are in no record. */
  droppedIos: count.optional(),
  /** The measured time of the worker that took longest. */
  elapsedNs: amount.optional(),
  /** I/Os that the job counted within the measured time, by operation. */
  counted: z.record(z.string(), count).optional(),
});

/** What a log says of itself. */
export type LogAbout = z.infer<typeof aboutSchema>;

export const LOG_OPERATIONS: readonly string[] = OPERATIONS;

/** How long the header of a log is whose job begins. */
export function headerBytesFor(about: LogAbout): number {
  const bytes = FIXED_BYTES + Buffer.byteLength(JSON.stringify(about)) + ROOM_BYTES;
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** The header, `headerBytes` long. */
export function logHeader(about: LogAbout, headerBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(about));
  const header = Buffer.alloc(headerBytes);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(headerBytes, 12);
  header.writeUInt32LE(IO_RECORD.BYTES, 16);
  header.writeUInt32LE(json.length, 20);
  json.copy(header, FIXED_BYTES);
  return header;
}

/** Whether a file that begins so is a log. */
export const isLog = (start: Buffer): boolean =>
  start.length >= MAGIC.length && start.toString('latin1', 0, MAGIC.length) === MAGIC;

const unreadable = (reason: string): ReportError =>
  new ReportError('NO_IO_LOG', reason, 'name a file that a job with log: FILE has written');

/** How long the header is that begins so. Throws ReportError NO_IO_LOG. */
export function headerBytesOf(start: Buffer): number {
  if (!isLog(start) || start.length < FIXED_BYTES) throw unreadable('it is no log of single I/Os');
  const [version, bytes, recordBytes] = [8, 12, 16].map((at) => start.readUInt32LE(at));
  if (version !== VERSION || recordBytes !== IO_RECORD.BYTES)
    throw unreadable(
      `it is of version ${version} with records of ${recordBytes} bytes, this nvbench reads version ${VERSION} with ${IO_RECORD.BYTES}`,
    );
  if (bytes < FIXED_BYTES || bytes > MOST_HEADER_BYTES) throw unreadable(`its header has ${bytes} bytes`);
  return bytes;
}

/** What a whole header says. Throws ReportError NO_IO_LOG. */
export function readLogHeader(header: Buffer): LogAbout {
  const bytes = header.length < FIXED_BYTES ? undefined : header.readUInt32LE(20);
  if (bytes === undefined || FIXED_BYTES + bytes > header.length) throw unreadable('its header is cut short');
  try {
    return aboutSchema.parse(JSON.parse(header.toString('utf8', FIXED_BYTES, FIXED_BYTES + bytes)));
  } catch {
    throw unreadable('its header cannot be read');
  }
}

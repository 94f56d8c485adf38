/** The beginning of a record of commands, before its chunks (engine/spec/command-record.ts). */
import { z } from 'zod';
import { COMMAND_RECORD, RECORD_FILE, type RecordAbout } from '../../engine/spec/command-record.js';
import { count } from '../document/machine.js';
import { ReportError } from '../report-error.js';

const { MAGIC, VERSION, HEADER_BYTES, AT } = RECORD_FILE;

const aboutSchema: z.ZodType<RecordAbout> = z.object({
  target: z.string(),
  startedAt: z.string(),
  startedNs: count,
  lbaBytes: count.min(1),
});

/** Whether a file that begins so is a record of commands. */
export const isCommandRecord = (start: Buffer): boolean =>
  start.length >= MAGIC.length && start.toString('latin1', 0, MAGIC.length) === MAGIC;

const unreadable = (reason: string): ReportError =>
  new ReportError('NO_COMMAND_RECORD', reason, 'name a file that a controller with record=FILE has written');

/** What the header says: the first `RECORD_FILE.HEADER_BYTES` of the file. Throws ReportError NO_COMMAND_RECORD. */
export function readRecordHeader(header: Buffer): RecordAbout {
  if (!isCommandRecord(header)) throw unreadable('it is no record of commands');
  if (header.length < HEADER_BYTES) throw unreadable('its header is cut short');
  const [version, recordBytes] = [AT.VERSION, AT.RECORD_BYTES].map((at) => header.readUInt32LE(at));
  if (version !== VERSION || recordBytes !== COMMAND_RECORD.BYTES)
    throw unreadable(
      `it is of version ${version} with records of ${recordBytes} bytes, this nvbench reads version ${VERSION} with ${COMMAND_RECORD.BYTES}`,
    );
  try {
    const json = header.toString('utf8', AT.JSON, AT.JSON + header.readUInt32LE(AT.JSON_BYTES));
    return aboutSchema.parse(JSON.parse(json));
  } catch {
    throw unreadable('its header cannot be read');
  }
}

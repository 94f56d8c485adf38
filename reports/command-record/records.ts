/** The records of a record of commands, as numbers and as lines of CSV. */
import { COMMAND_FLAG, COMMAND_RECORD, RECORD_CHUNK } from '../../engine/spec/command-record.js';

export interface RecordedCommand {
  /** Counts commands as they were fetched, from 1. */
  readonly sequence: number;
  /** CLOCK_MONOTONIC; `completionNs` is undefined where there was no completion. */
  readonly arrivalNs: number;
  readonly completionNs: number | undefined;
  /** Submission queue; 0 is the admin queue. */
  readonly qid: number;
  readonly cid: number;
  readonly opcode: number;
  readonly nsid: number;
  /** Undefined where the command has no address. */
  readonly slba: number | undefined;
  readonly blocks: number;
  /** Status field. */
  readonly status: number;
  /** XXH32 of the data; undefined where none was moved. */
  readonly hash: number | undefined;
  /** Not the first range of a Dataset Management command. */
  readonly furtherRange: boolean;
  readonly cdw10: number;
  readonly cdw11: number;
  readonly cdw12: number;
}

export interface RecordChunk {
  readonly records: number;
  /** Commands so far that are in no record. */
  readonly lost: number;
  readonly last: boolean;
}

const TWO_32 = 2 ** 32;

/** The head that begins at a byte; undefined where there is none. */
export function chunkAt(bytes: DataView, from: number): RecordChunk | undefined {
  const { AT, MAGIC } = RECORD_CHUNK;
  const word = (at: number): number => bytes.getUint32(from + at, true);
  if (word(AT.MAGIC) !== MAGIC) return undefined;
  return {
    records: word(AT.RECORDS),
    lost: word(AT.LOST) + word(AT.LOST + 4) * TWO_32,
    last: word(AT.LAST) === 1,
  };
}

/** The record that begins at a byte. */
export function commandAt(bytes: DataView, from: number): RecordedCommand {
  const word = (index: number): number => bytes.getUint32(from + 4 * index, true);
  const wide = (index: number): number => word(index) + word(index + 1) * TWO_32;
  const [outcome, kind] = [word(COMMAND_RECORD.STATUS_QUEUE), word(COMMAND_RECORD.CID_OPCODE_FLAGS)];
  const flags = kind >>> 24;
  return {
    sequence: wide(COMMAND_RECORD.SEQUENCE),
    arrivalNs: wide(COMMAND_RECORD.ARRIVAL),
    completionNs: wide(COMMAND_RECORD.COMPLETION) || undefined,
    qid: outcome >>> 16,
    cid: kind & 0xffff,
    opcode: (kind >>> 16) & 0xff,
    nsid: word(COMMAND_RECORD.NSID),
    slba: (flags & COMMAND_FLAG.ADDRESSED) === 0 ? undefined : wide(COMMAND_RECORD.SLBA),
    blocks: word(COMMAND_RECORD.BLOCKS),
    status: outcome & 0xffff,
    hash: (flags & COMMAND_FLAG.HASHED) === 0 ? undefined : word(COMMAND_RECORD.HASH),
    furtherRange: (flags & COMMAND_FLAG.FURTHER_RANGE) !== 0,
    cdw10: word(COMMAND_RECORD.CDW10),
    cdw11: word(COMMAND_RECORD.CDW11),
    cdw12: word(COMMAND_RECORD.CDW12),
  };
}

export const COMMANDS_CSV_HEAD =
  'sequence,arrival_ns,completion_ns,queue,cid,opcode,nsid,slba,blocks,status,xxh32,cdw10,cdw11,cdw12\n';

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** One line; a field is empty where there is no such thing. */
export function commandCsvLine(command: RecordedCommand): string {
  const { sequence, arrivalNs, completionNs, qid, cid, opcode, nsid, slba, blocks, status, hash } = command;
  const fields = [
    sequence,
    arrivalNs,
    completionNs ?? '',
    qid,
    cid,
    hex(opcode, 2),
    nsid,
    slba ?? '',
    slba === undefined ? '' : blocks,
    completionNs === undefined ? '' : hex(status, 4),
    hash === undefined ? '' : hash.toString(16).padStart(8, '0'),
    ...[command.cdw10, command.cdw11, command.cdw12].map((word) => hex(word, 8)),
  ];
  return `${fields.join(',')}\n`;
}

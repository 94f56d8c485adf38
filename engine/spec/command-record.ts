/**
 * The record that the software controller makes of each command it was given, and the file that these stand in; all of it
 * little-endian. docs/command-record.md has both as tables. A file is a header, then chunks: a head and the records of it.
 */

/** Words are of 4 bytes; sequence, times and blocks are unsigned integers of two. */
export const COMMAND_RECORD = {
  WORDS: 16,
  BYTES: 64,
  /** Counts the commands in the order in which they were fetched, from 1. */
  SEQUENCE: 0,
  /** CLOCK_MONOTONIC in ns of the host that plays the controller: fetched, completion posted (0: it never was). */
  ARRIVAL: 2,
  COMPLETION: 4,
  SLBA: 6,
  /** Logical blocks; 0 of a command without an address. */
  BLOCKS: 8,
  NSID: 9,
  /** XXH32 of the data that was moved, with seed 0. */
  HASH: 10,
  /** Status field in the lower half, submission queue in the upper. */
  STATUS_QUEUE: 11,
  /** CID in the lower half, opcode in the next byte, flags (`COMMAND_FLAG`) in the last. */
  CID_OPCODE_FLAGS: 12,
  /** Dwords 10 to 12 of the command. */
  CDW10: 13,
  CDW11: 14,
  CDW12: 15,
} as const;

export const COMMAND_FLAG = {
  /** SLBA and BLOCKS say what blocks it is about. */
  ADDRESSED: 1,
  /** HASH is one: data of blocks was moved, to the end and with success. */
  HASHED: 2,
  /** One more range of the Dataset Management command with the same sequence. */
  FURTHER_RANGE: 4,
} as const;

/** Fixed beginning of the file; JSON follows, then zeros up to the length of the header. */
export const RECORD_FILE = {
  MAGIC: 'nvbcmdrc',
  VERSION: 1,
  HEADER_BYTES: 4096,
  AT: { VERSION: 8, HEADER_BYTES: 12, RECORD_BYTES: 16, JSON_BYTES: 20, JSON: 24 },
} as const;

/** What the JSON of a header says of the file. */
export interface RecordAbout {
  /** What was served, or attached. */
  readonly target: string;
  readonly startedAt: string;
  /** CLOCK_MONOTONIC in ns at that time. */
  readonly startedNs: number;
  readonly lbaBytes: number;
}

export const RECORD_CHUNK = {
  /** `chnk` as a number. */
  MAGIC: 0x6b6e_6863,
  HEAD_BYTES: 32,
  AT: {
    MAGIC: 0,
    /** Records behind this head; 4 bytes. */
    RECORDS: 4,
    /** Commands so far that are in no record, since the file took them too slowly or not at all; 8 bytes. */
    LOST: 8,
    /** Records in all chunks before this one; 8 bytes. */
    BEFORE: 16,
    /** 1 in the last chunk of a file that was closed in order; 4 bytes. */
    LAST: 24,
  },
} as const;

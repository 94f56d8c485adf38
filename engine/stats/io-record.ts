/**
 * The record of one I/O in a log of all of them, little-endian. Worker and reader share it; docs/io-log.md has it as a table.
 * Words are of 4 bytes; times and blocks are unsigned integers of two.
 */
export const IO_RECORD = {
  WORDS: 12,
  BYTES: 48,
  /** ns from the beginning of the measured time to when the completion was found. */
  AT: 0,
  /** ns from the submission. */
  LATENCY: 2,
  SLBA: 4,
  /** ns from when it was due to its submission; 0 where the job has no rate. */
  WAITED: 6,
  LBAS: 8,
  /** Depth in the lower half, queue of the worker in the upper. */
  DEPTH_QUEUE: 9,
  /** Worker in the lower half, status field in the upper. */
  WORKER_STATUS: 10,
  /** Index in OPERATIONS in the lowest byte, flags in the next. */
  OPERATION_FLAGS: 11,
} as const;

/** Completed at or past the end of the measured time: in no rate and no histogram. */
export const FLAG_LATE = 1;

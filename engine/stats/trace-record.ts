/**
 * The record of one I/O of a trace on its way from the file to a job: doubles, one record behind the other, in the order in
 * which they are due. Who reads traces writes them, the engine takes them.
 */
export const TRACE_RECORD = {
  WORDS: 4,
  /** ns since the first I/O of the trace; never less than that of the record before. */
  DUE_NS: 0,
  OFFSET_BYTES: 1,
  LENGTH_BYTES: 2,
  /** The line of the file times LINE, and the index in OPERATIONS. */
  LINE_OPERATION: 3,
  LINE: 8,
} as const;

/** Gives records of a trace. */
export interface TraceRecords {
  /** Fills `into` with the records from the `from`th on, as many as there are and fit; how many. Throws EngineError. */
  read(from: number, into: Float64Array): number;
}

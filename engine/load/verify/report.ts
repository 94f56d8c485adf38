/** How a job verifies what it reads, and what its workers say of it: plain data between threads. */
import type { WrittenRun } from './acknowledged.js';
import type { BadBlock } from './findings.js';
import type { BadKind } from './kinds.js';

/** What came of reading back. */
export interface ReadBack {
  readonly ios: number;
  readonly durationNs: number;
  /** Reads that failed: what they would have brought was not looked at. */
  readonly failedIos: number;
  readonly firstFailedLba?: number;
  readonly firstStatus?: number;
  /** Why not all was read. */
  readonly ended?: 'stopped' | 'timeout' | 'bad-block';
}

/** How a job proves that it reads what was written. */
export interface Verification {
  /** All that was written is read again afterwards. */
  readonly readBack: boolean;
  /** The first bad block ends the job. */
  readonly fatal: boolean;
  /** The nth read is to find the nth write of a job that went to the same places in the same order. */
  readonly inOrder: boolean;
  /** A block may be of any write of the run, by whichever worker, and need not be of the last. */
  readonly anyWrite?: boolean;
  /** Blocks of one I/O are of one write. */
  readonly oneWrite?: boolean;
  /** It is kept which writes were acknowledged; of jobs that write alone. */
  readonly journaled?: boolean;
  /** With `inOrder`: what was kept of them. */
  readonly wrote?: WrittenRun;
  /** What was written is read between the writes; none unless given. */
  readonly backlog?: Backlog;
}

/** Whenever `every` writes are unread, `batch` of them are read. */
export interface Backlog {
  readonly every: number;
  readonly batch: number;
}

/** What a worker says of the blocks that it looked at. */
export interface VerifyReport {
  readonly goodBlocks: number;
  /** Blocks of reads that the worker had not written, or not alone. */
  readonly unknownBlocks: number;
  /** Of acknowledged writes that no flush covered, and which are not there: a volatile cache may lose them. */
  readonly unflushedBlocks?: number;
  readonly badBlocks: Readonly<Record<BadKind, number>>;
  readonly shown: readonly BadBlock[];
  /** Runs whose blocks were found in order: when each began, ms since 1970; one alone where all is well. */
  readonly runs: readonly { readonly runMs: number; readonly blocks: number }[];
  readonly readBack?: ReadBack;
}

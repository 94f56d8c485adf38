/** Makes a trace of I/Os that come in the order of their times: what a job leaves out or moves, and what all of it comes to. */
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import type { TraceIos } from '../config/trace-ios.js';
import type { SkippedKind } from '../config/trace-keys.js';
import { TraceFacts } from './facts.js';
import { Spool } from './spool.js';
import { LineFault, type LineIo, traceError } from './trace-format.js';

const NS_PER_SECOND = 1e9;
/** Recorders write what comes from several CPUs a little out of order; what goes back farther is no order at all. */
const MOST_BACK_NS = NS_PER_SECOND;

/** What is made of a trace, in the words of the keys of jobs. */
export interface TraceUse {
  /** Offsets are divided by it. */
  readonly scale: number;
  /** Offsets are rounded down to its multiples. */
  readonly alignBytes: number | undefined;
  readonly skip: readonly SkippedKind[];
  /** Of a trace of several devices or files: the one whose I/O is taken. */
  readonly of?: string | undefined;
}

/** All of it, as it was recorded. */
export const AS_RECORDED: TraceUse = { scale: 1, alignBytes: undefined, skip: [] };

/** A trace that was read; its records stay until it is closed. */
export interface Trace extends TraceIos {
  /** What it was read from, in words. */
  readonly format: string;
  /** I/Os whose times lie before that of the one ahead of them: they are due with that. */
  readonly outOfOrderIos: number;
  close(): void;
}

const KINDS: Readonly<Record<OperationName, SkippedKind | undefined>> = {
  read: 'read',
  write: 'write',
  'write-zeroes': 'write',
  deallocate: 'trim',
  flush: 'sync',
  verify: undefined,
  'zone-reset': undefined,
  'write-uncorrectable': 'write',
  compare: undefined,
  'zone-append': undefined,
};

const INDICES = new Map(OPERATIONS.map((name, index) => [name, index]));

export class TraceBuilder {
  readonly #facts = new TraceFacts();
  readonly #spool: Spool;
  readonly #use: TraceUse;
  readonly #skipped: ReadonlySet<OperationName>;
  #from: LineIo | undefined;
  #lastNs = 0;
  #outOfOrderIos = 0;

  /** Throws EngineError TRACE_SPOOL. */
  constructor(use: TraceUse) {
    this.#spool = new Spool();
    this.#use = use;
    this.#skipped = new Set(OPERATIONS.filter((name) => use.skip.some((kind) => kind === KINDS[name])));
  }

  /** Throws LineFault where it cannot be played, EngineError TRACE_SPOOL. */
  add(io: LineIo, line: number): void {
    const { operation } = io;
    const { of, scale, alignBytes = 1 } = this.#use;
    if (of !== undefined && io.of !== of) return;
    if (io.lengthBytes === 0 && operation !== 'flush') throw new LineFault(`a ${operation} of 0 bytes`);
    if (!Number.isSafeInteger(io.offsetBytes + io.lengthBytes))
      throw new LineFault('the offset is too large');
    if (this.#skipped.has(operation)) return;
    this.#from ??= io;
    if (io.of !== this.#from.of)
      throw new LineFault(
        `it is of ${io.of}, and the trace began with ${this.#from.of}: a job plays the I/O of one device`,
        `make a trace of each: nvbench trace FILE --of ${io.of} --format csv`,
      );
    const scaled = Math.floor(io.offsetBytes / scale);
    const offsetBytes = scaled - (scaled % alignBytes);
    const dueNs = this.#due((io.seconds - this.#from.seconds) * NS_PER_SECOND + (io.ns - this.#from.ns));
    const index = INDICES.get(operation) ?? 0;
    this.#facts.add(dueNs, index, offsetBytes, io.lengthBytes);
    this.#spool.add(dueNs, offsetBytes, io.lengthBytes, line, index);
  }

  #due(ns: number): number {
    if (ns >= this.#lastNs) this.#lastNs = ns;
    else if (this.#lastNs - ns > MOST_BACK_NS)
      throw new LineFault(
        'its time lies more than a second before that of the I/O ahead of it',
        'sort it by time',
      );
    else this.#outOfOrderIos++;
    return this.#lastNs;
  }

  /** What was added. Throws EngineError BAD_TRACE (input) where that is nothing, for the reason `empty`; TRACE_SPOOL. */
  finish(path: string, format: string, empty: string): Trace {
    this.#spool.flush();
    const { ios, spanNs, endBytes, offsetAlignBytes, lengthAlignBytes } = this.#facts;
    const { skip, of } = this.#use;
    if (ios === 0) {
      const left = [
        ...(skip.length === 0 ? [] : ['replay_skip leaves all of it out']),
        ...(of === undefined ? [] : [`nothing of it is of ${of}`]),
      ];
      throw traceError(path, `no I/O is in it: ${[empty, ...left].join(', or ')}`, 'name another trace');
    }
    const spool = this.#spool;
    return {
      path,
      format,
      ios,
      operations: this.#facts.operations(),
      spanNs,
      endBytes,
      offsetAlignBytes,
      lengthAlignBytes,
      outOfOrderIos: this.#outOfOrderIos,
      read: (from, into) => spool.read(from, into),
      close: () => spool.close(),
    };
  }

  /** Gives up what was added. */
  abandon(): void {
    this.#spool.close();
  }
}

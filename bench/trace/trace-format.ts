/** What a format makes of a line. */
import { EngineError } from '../../engine/errors.js';
import type { OperationName } from '../../engine/stats/operations.js';
import { shownName } from '../files/stdio.js';

/** One I/O as a line says it. */
export interface LineIo {
  /** When it was begun, in whole seconds and what is left of them, from any beginning. */
  readonly seconds: number;
  readonly ns: number;
  readonly operation: OperationName;
  readonly offsetBytes: number;
  /** 0 of a flush alone. */
  readonly lengthBytes: number;
  /** What it went to, where the format says so: a trace is of one device. */
  readonly of?: string;
}

/** Reads the lines of one file, in their order. */
export interface LineReader {
  /** Undefined where the line has no I/O. Throws LineFault. */
  read(line: string): LineIo | undefined;
}

export interface TraceFormat {
  /** In words, for messages. */
  readonly name: string;
  /** Whether a file that begins so has this format. */
  recognizes(head: string): boolean;
  /** Of a file that begins so. */
  open(head: string): LineReader;
  /** What it lacks where no I/O is found in it. */
  readonly empty: string;
}

/** What is wrong with a line. */
export class LineFault extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}

const ZERO = 48;

/** A number of decimal digits alone; NaN where it has none, or anything else. */
export function digits(text: string): number {
  let value = text.length === 0 ? Number.NaN : 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A whole number without a sign that a double holds exactly. Throws LineFault. */
export function wholeNumber(text: string, what: string): number {
  const value = digits(text);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw new LineFault(`${what} is no whole number: ${JSON.stringify(text.slice(0, 40))}`);
}

/** The process was asked to end while a trace was read. */
export const interrupted = (path: string): EngineError =>
  new EngineError({
    code: 'INTERRUPTED',
    op: 'read a trace',
    target: shownName(path),
    reason: 'it was asked to stop before all of it was read',
    hint: 'nothing was done to any device',
    kind: 'interrupted',
  });

/** A trace that cannot be played; `line` where it is one. */
export function traceError(
  path: string,
  reason: string,
  hint: string,
  { line, code = 'BAD_TRACE', cause }: { line?: number; code?: string; cause?: unknown } = {},
): EngineError {
  return new EngineError({
    code,
    op: 'read a trace',
    target: `${shownName(path)}${line === undefined ? '' : `, line ${line}`}`,
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

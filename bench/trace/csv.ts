/** CSV of a time, an operation, an offset and a length; a first line may name the columns, in any order and with others between. */
import type { OperationName } from '../../engine/stats/operations.js';
import {
  digits,
  LineFault,
  type LineIo,
  type LineReader,
  type TraceFormat,
  wholeNumber,
} from './trace-format.js';

/** Names of columns, and of those of a time the digits behind the point of a second. */
const TIMES: Readonly<Record<string, number>> = { time: 0, time_s: 0, time_ms: 3, time_us: 6, time_ns: 9 };
const OFFSETS = ['offset', 'offset_bytes'];
const LENGTHS = ['bytes', 'length', 'length_bytes', 'size'];
const KINDS = ['op', 'operation', 'rw'];

const OPERATIONS: ReadonlyMap<string, OperationName> = new Map(
  Object.entries({
    read: 'read',
    r: 'read',
    write: 'write',
    w: 'write',
    trim: 'deallocate',
    discard: 'deallocate',
    deallocate: 'deallocate',
    d: 'deallocate',
    'write-zeroes': 'write-zeroes',
    flush: 'flush',
    sync: 'flush',
    f: 'flush',
    verify: 'verify',
  } as const),
);

interface Columns {
  readonly time: number;
  /** Digits of its unit behind the point of a second. */
  readonly places: number;
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
}

const PLAIN: Columns = { time: 0, places: 0, kind: 1, offset: 2, length: 3 };

const fieldsOf = (line: string): string[] =>
  line.split(',').map((field) => {
    const bare = field.trim();
    return bare.startsWith('"') ? bare.replace(/^"(.*)"$/, '$1') : bare;
  });

/** Of a first line that names them; undefined where it has values. */
function columnsOf(line: string): Columns | undefined {
  const names = fieldsOf(line).map((name) => name.toLowerCase());
  const time = names.findIndex((name) => Object.hasOwn(TIMES, name));
  const [kind, offset, length] = [KINDS, OFFSETS, LENGTHS].map((known) =>
    names.findIndex((name) => known.includes(name)),
  );
  if ([time, kind, offset, length].includes(-1)) return undefined;
  return { time, places: TIMES[names[time]], kind, offset, length };
}

/** A decimal time in units of 10^-`places` seconds, as whole seconds and ns: a double would not hold seconds since 1970 that fine. */
function timeOf(text: string, places: number): Pick<LineIo, 'seconds' | 'ns'> {
  const plain = digits(text);
  if (plain <= Number.MAX_SAFE_INTEGER) {
    const seconds = Math.floor(plain / 10 ** places);
    return { seconds, ns: (plain - seconds * 10 ** places) * 10 ** (9 - places) };
  }
  const [, whole, fraction = ''] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw new LineFault(`the time is no number: ${JSON.stringify(text.slice(0, 40))}`);
  const padded = whole.padStart(places + 1, '0');
  const seconds = padded.slice(0, padded.length - places);
  const behind = `${padded.slice(padded.length - places)}${fraction}`.padEnd(9, '0').slice(0, 9);
  return { seconds: Number(seconds), ns: Number(behind) };
}

class CsvReader implements LineReader {
  readonly #columns: Columns;
  #named: boolean;

  constructor(head: string) {
    const columns = columnsOf(head.split('\n', 1)[0]);
    this.#columns = columns ?? PLAIN;
    this.#named = columns !== undefined;
  }

  read(line: string): LineIo | undefined {
    if (this.#named) {
      this.#named = false;
      return undefined;
    }
    if (line.trim() === '' || line.startsWith('#')) return undefined;
    const { time, places, kind, offset, length } = this.#columns;
    const fields = fieldsOf(line);
    if (Math.max(time, kind, offset, length) >= fields.length)
      throw new LineFault(`has ${fields.length} fields: expects time, op, offset and bytes`);
    const word = fields[kind].toLowerCase();
    const operation = OPERATIONS.get(word);
    if (operation === undefined)
      throw new LineFault(
        `${JSON.stringify(fields[kind].slice(0, 40))} is no operation`,
        `use ${['read', 'write', 'trim', 'flush', 'write-zeroes', 'verify'].join(', ')}`,
      );
    const flushes = operation === 'flush';
    const at = timeOf(fields[time], places);
    return {
      seconds: at.seconds,
      ns: at.ns,
      operation,
      offsetBytes: flushes ? 0 : wholeNumber(fields[offset], 'the offset'),
      lengthBytes: flushes ? 0 : wholeNumber(fields[length], 'the number of bytes'),
    };
  }
}

export const CSV: TraceFormat = {
  name: 'CSV',
  recognizes: (head) => {
    const [first] = head.split('\n', 1);
    return columnsOf(first) !== undefined || /^\s*\d+(\.\d+)?\s*,\s*"?[a-z]/i.test(first);
  },
  open: (head) => new CsvReader(head),
  empty: 'there is no line behind the names of the columns',
};

/** fio's `buffer_pattern`: bytes as hex digits, decimal numbers and strings, one behind the other, with `%o` for an offset. */
import { fail, type Parsed } from './units.js';
import { parsed, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

export interface BufferPattern {
  readonly bytes: readonly number[];
  /** Where in them offsets of 8 bytes stand. */
  readonly offsets: readonly number[];
}

const MAX_PATTERN_BYTES = 4096;
const OFFSET_BYTES = 8;
const TWO_31 = 2 ** 31;
const FORM = '0xdeadface, -12, "text" or %o, or several of them without spaces';

type Part = { readonly bytes: readonly number[]; readonly offset?: true; readonly length: number };

/** Digits up to the next `0x`, which begins a part of its own. */
const HEX = /^0x([0-9a-f]+?)(?=0x|[^0-9a-f]|$)/i;
const DECIMAL = /^[-+]?\d+?(?=0x|\D|$)/i;

/** As many of the low bytes first as the number needs; four of a negative one. */
function bytesOfNumber(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  return bytes.length === 0 ? [0] : bytes;
}

function firstPart(text: string): Parsed<Part> {
  if (text.startsWith("'"))
    return fail('no file is read for a pattern: write its bytes as hex digits, as in "0xdeadface"');
  const [string, words] = /^"([^"]+)"/.exec(text) ?? [];
  if (string !== undefined)
    return { ok: true, value: { bytes: [...Buffer.from(words)], length: string.length } };
  if (text.startsWith('%o'))
    return { ok: true, value: { bytes: new Array<number>(OFFSET_BYTES).fill(0), offset: true, length: 2 } };
  const [hex, digits] = HEX.exec(text) ?? [];
  if (hex !== undefined) {
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    return { ok: true, value: { bytes: [...Buffer.from(even, 'hex')], length: hex.length } };
  }
  const [decimal] = DECIMAL.exec(text) ?? [];
  if (decimal === undefined) return fail(`expects ${FORM}, got ${quote(text)}`);
  const value = Number(decimal);
  if (value < -TWO_31 || value >= TWO_31)
    return fail(`${decimal} does not fit into 32 bits: write its bytes as hex digits`);
  return { ok: true, value: { bytes: bytesOfNumber(value), length: decimal.length } };
}

/** Reads a pattern. */
export function parseBufferPattern(value: unknown): Parsed<BufferPattern> {
  if (typeof value === 'number')
    return fail(`is a number, and its bytes are not told: put it in quotes, as in "0xdeadface"`);
  if (typeof value !== 'string' || value === '') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const bytes: number[] = [];
  const offsets: number[] = [];
  for (let rest = value; rest !== ''; ) {
    const part = firstPart(rest);
    if (!part.ok) return part;
    if (part.value.offset) offsets.push(bytes.length);
    bytes.push(...part.value.bytes);
    rest = rest.slice(part.value.length);
    if (bytes.length > MAX_PATTERN_BYTES) return fail(`is longer than ${MAX_PATTERN_BYTES} bytes`);
  }
  return { ok: true, value: { bytes, offsets } };
}

/** The one spelling: hex digits and `%o`. */
export function patternText({ bytes, offsets }: BufferPattern): string {
  const hex = (from: number, to: number | undefined): string => {
    const part = bytes.slice(from, to);
    return part.length === 0 ? '' : `0x${Buffer.from(part).toString('hex')}`;
  };
  const ends = [0, ...offsets.map((at) => at + OFFSET_BYTES)];
  return ends.map((from, i) => hex(from, offsets[i])).join('%o');
}

/** What a job writes, again and again. */
export function bufferPattern(): ValueKind<BufferPattern, string> {
  return {
    schema: parsed(parseBufferPattern, [
      { type: 'string', pattern: '^([-+0-9"]|%o)', description: `in quotes: ${FORM}` },
    ]),
    words: '`"0xdeadface"`, `"-12"`, `\'"text"\'`, `"0xff%o"`',
    record: patternText,
    short: patternText,
  };
}

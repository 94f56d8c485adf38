/**
 * Sizes, durations and percentages as fio users write them, and the way back to text. A parser never throws:
 * it answers with the value or with the problem in words, which the caller attaches to a place in the file.
 */
import { describeValue, quote } from './wording.js';

/** The value, or what is wrong with the text, worded to follow "key: ". */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** A region of a namespace: bytes, or percent of its capacity (0 to 100). */
export type Extent = { readonly bytes: number } | { readonly percent: number };

/** The smallest logical block of an NVMe namespace; sizes and offsets are multiples of it. */
export const SMALLEST_BLOCK_BYTES = 512;

/** What a size looks like; shared with the JSON schema, so without flags. */
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*([kKmMgGtTpP]([iI][bB]?|[bB])?|[bB])?$';
/** What a duration looks like; shared with the JSON schema. */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*(us|ms|s|m|h|d)?$';
/** What a percentage looks like; shared with the JSON schema. */
export const PERCENT_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*%$';

/** The longest duration taken: 24 days, below the 2^31 - 1 ms that a Node.js timer can hold. */
export const MAX_DURATION_MS = 24 * 86_400_000;

/** A thousand times over. */
const MAX_AMOUNT_PERCENT = 100_000;
const MAX_NUMBER_CHARS = 40;
const SIZE_LETTERS = 'kmgtp';
const SIZE_UNITS = 'k, M, G, T (1024-based, also KiB, MiB ...) or KB, MB, GB, TB (1000-based)';
const MS_PER_UNIT: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a parser answers with where the text is none. */
export const fail = (problem: string): { ok: false; problem: string } => ({ ok: false, problem });

interface Quantity {
  readonly number: string;
  readonly unit: string;
}

/** Splits `10 ms` into number and unit, or says which of the two is wrong. `kind` names what was expected. */
function splitQuantity(text: string, pattern: string, kind: string, units: string): Parsed<Quantity> {
  const trimmed = text.trim();
  if (trimmed.length > MAX_NUMBER_CHARS) return fail(`expects ${kind}, got ${describeValue(text)}`);
  const [, sign, number, unit] = /^([-+]?)([0-9]*\.?[0-9]*)\s*(.*)$/su.exec(trimmed) ?? ['', '', '', ''];
  if (sign === '-' && number !== '') return fail(`cannot be negative, got ${quote(text)}`);
  if (new RegExp(pattern).test(trimmed)) return { ok: true, value: { number, unit } };
  if (unit === '%') return fail(`expects ${kind}; a percentage does not fit here, got ${quote(text)}`);
  if (/^[0-9]/.test(number) && /^\S{1,12}$/.test(unit)) {
    return fail(`unknown unit ${quote(unit)} in ${quote(text)}; use ${units}`);
  }
  return fail(`expects ${kind}, got ${describeValue(text)}`);
}

function bytesPerUnit(unit: string): bigint {
  const lower = unit.toLowerCase();
  const power = SIZE_LETTERS.indexOf(lower.charAt(0)) + 1;
  if (lower === '' || power === 0) return 1n;
  const base = lower.length === 2 && lower.endsWith('b') ? 1000n : 1024n;
  return base ** BigInt(power);
}

/** Reads a size: a whole number of bytes, or text such as `4k`, `128KiB`, `1GB`. Answers in bytes. */
export function parseSizeBytes(value: unknown): Parsed<number> {
  const kind = 'a size such as 4k, 1GiB or a number of bytes';
  if (typeof value === 'number') {
    if (value < 0) return fail(`cannot be negative, got ${value}`);
    if (Number.isSafeInteger(value)) return { ok: true, value: value + 0 };
    return fail(
      Number.isInteger(value) || value === Number.POSITIVE_INFINITY
        ? `is too large: ${value} bytes is beyond 2^53 - 1`
        : `expects ${kind}, got ${value}`,
    );
  }
  if (typeof value !== 'string') return fail(`expects ${kind}, got ${describeValue(value)}`);
  const split = splitQuantity(value, SIZE_PATTERN, kind, SIZE_UNITS);
  if (!split.ok) return split;
  const [whole, fraction = ''] = split.value.number.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * bytesPerUnit(split.value.unit);
  if (scaled % scale !== 0n) return fail(`${quote(value)} is not a whole number of bytes`);
  const bytes = scaled / scale;
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    return fail(`is too large: ${quote(value)} is beyond 2^53 - 1 bytes`);
  }
  return { ok: true, value: Number(bytes) };
}

/** Reads a duration: a number of seconds, or text such as `10s`, `500ms`, `80us`. Answers in milliseconds. */
export function parseDurationMs(value: unknown): Parsed<number> {
  const kind = 'a duration such as 10s, 500ms or a number of seconds';
  let ms: number;
  if (typeof value === 'number' && !Number.isNaN(value)) {
    if (value < 0) return fail(`cannot be negative, got ${value}`);
    ms = value * 1000;
  } else if (typeof value === 'string') {
    const split = splitQuantity(value, DURATION_PATTERN, kind, 'us, ms, s, m, h or d');
    if (!split.ok) return split;
    ms = Number(split.value.number) * MS_PER_UNIT[split.value.unit === '' ? 's' : split.value.unit];
  } else {
    return fail(`expects ${kind}, got ${describeValue(value)}`);
  }
  if (ms > MAX_DURATION_MS) return fail(`is too long: ${quote(String(value))} is more than 24 days`);
  const wholeUs = Math.round(ms * 1000);
  if (wholeUs === 0 && ms > 0) return fail(`${quote(String(value))} is shorter than a microsecond`);
  return { ok: true, value: wholeUs / 1000 };
}

/** Reads a region of the namespace: a size, or a percentage from `0%` to `100%`. */
export function parseExtent(value: unknown): Parsed<Extent> {
  if (typeof value === 'string' && value.trim().endsWith('%')) {
    const text = value.trim();
    const percent = new RegExp(PERCENT_PATTERN).test(text) ? Number(text.slice(0, -1)) : Number.NaN;
    if (percent >= 0 && percent <= 100) return { ok: true, value: { percent } };
    return fail(`expects a percentage from 0% to 100%, got ${quote(value)}`);
  }
  const bytes = parseSizeBytes(value);
  if (bytes.ok) return { ok: true, value: { bytes: bytes.value } };
  return fail(
    bytes.problem.replace('or a number of bytes', 'a number of bytes, or a percentage such as 50%'),
  );
}

/** Reads an amount that may be more than there is: a size, or a percentage of a region. */
export function parseAmount(value: unknown): Parsed<Extent> {
  if (typeof value !== 'string' || !value.trim().endsWith('%')) return parseExtent(value);
  const text = value.trim();
  const percent = new RegExp(PERCENT_PATTERN).test(text) ? Number(text.slice(0, -1)) : Number.NaN;
  if (percent <= MAX_AMOUNT_PERCENT) return { ok: true, value: { percent } };
  return fail(`expects a percentage up to ${MAX_AMOUNT_PERCENT}%, got ${quote(value)}`);
}

/** Bytes as the shortest exact text, with a 1024-based unit: `4KiB`, `1GiB`, `4000B`. Reads back to the same number. */
export function formatBytes(bytes: number): string {
  let power = 0;
  let rest = bytes;
  while (rest !== 0 && rest % 1024 === 0 && power < SIZE_LETTERS.length) {
    rest /= 1024;
    power++;
  }
  return power === 0 ? `${bytes}B` : `${rest}${SIZE_LETTERS.charAt(power - 1).toUpperCase()}iB`;
}

/** Milliseconds as the shortest exact text: `10s`, `500ms`, `80us`, `2h`. Reads back to the same number. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const us = Math.round(durationMs * 1000);
  for (const [unit, msPerUnit] of Object.entries(MS_PER_UNIT).reverse()) {
    const usPerUnit = Math.round(msPerUnit * 1000);
    if (us % usPerUnit === 0) return `${us / usPerUnit}${unit}`;
  }
  return `${us}us`;
}

/** The kinds of value that a key can take: how each is read, refused in words, recorded and completed. */
import { z } from 'zod';
import { CPU_LIST_PATTERN, parseCpuList } from './cpu-list.js';
import {
  DURATION_PATTERN,
  type Extent,
  formatBytes,
  formatDurationMs,
  type Parsed,
  PERCENT_PATTERN,
  parseAmount,
  parseDurationMs,
  parseExtent,
  parseSizeBytes,
  SIZE_PATTERN,
} from './units.js';
import { describeValue, nearest } from './wording.js';

/** Plain data, as a result document holds it. */
export type Recorded = string | number | boolean | readonly Recorded[] | { readonly [key: string]: Recorded };

/** What is known of a value without knowing its key. `Written` is what a configuration may say for it. */
export interface ValueKind<T, Written = T> {
  /** Reads it, says in words what is wrong with it, and becomes its part of the JSON Schema. */
  readonly schema: z.ZodType<T, Written>;
  /** What can be written, for the documentation; Markdown. */
  readonly words: string;
  /** All values there are, where they can be listed. */
  readonly choices?: readonly string[];
  /** The value in the one spelling by which runs are compared: sizes in bytes, times as text. */
  record(value: T): Recorded;
  /** The value in the name of a job of a sweep: short, and as fio users write it. */
  short(value: T): string;
}

interface RawIssue {
  readonly code?: string;
  readonly input?: unknown;
}

/** The zod error option that says what was expected and what stood there. */
export function expects(what: string): { error: (issue: RawIssue) => string } {
  return {
    error: (issue) =>
      issue.input === undefined
        ? `is required: ${what}`
        : `expects ${what}, got ${describeValue(issue.input)}`,
  };
}

/** As `expects`, for maps: leaves the wording of unknown keys to the caller. */
export function expectsMap(what: string): { error: (issue: RawIssue) => string | undefined } {
  const { error } = expects(what);
  return { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : error(issue)) };
}

/** A kind whose values are recorded as they are. */
export function plainKind<T extends Recorded, Written = T>(
  schema: z.ZodType<T, Written>,
  words: string,
  choices?: readonly string[],
): ValueKind<T, Written> {
  return {
    schema,
    words,
    ...(choices === undefined ? {} : { choices }),
    record: (value) => value,
    short: (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)),
  };
}

/** A whole number from `min` to `max`; `check` adds a limit, `words` says it. */
export function integer(min: number, max: number, { check, words }: Limit<number> = {}): ValueKind<number> {
  const expected = expects(`a whole number from ${min} to ${max}`);
  const range = z.int(expected).min(min, expected).max(max, expected);
  const schema =
    check === undefined
      ? range
      : range.superRefine((value, { addIssue }) => {
          const problem = check(value);
          if (problem !== undefined) addIssue({ code: 'custom', message: problem });
        });
  return plainKind(
    schema,
    words ?? (max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`),
  );
}

/** `true` or `false`. */
export function flag(): ValueKind<boolean> {
  return plainKind(z.boolean(expects('true or false')), '`true`, `false`', ['true', 'false']);
}

/** One of a few words. */
export function word<const T extends readonly [string, ...string[]]>(words: T): ValueKind<T[number]> {
  const schema = z.enum(words, {
    error: (issue) => {
      const near = typeof issue.input === 'string' ? nearest(issue.input, words) : undefined;
      const guess = near === undefined ? '' : `; did you mean ${near}?`;
      return `expects one of ${words.join(', ')}, got ${describeValue(issue.input)}${guess}`;
    },
  });
  return plainKind<T[number]>(schema, words.map((each) => `\`${each}\``).join(', '), words);
}

/** One line of printable text of at most `maxChars` characters. */
export function line(what: string, maxChars: number): ValueKind<string> {
  const words = expects(what);
  // Control characters would reach the terminal and the reports; spaces around a name are never seen.
  const schema = z
    .string(words)
    .regex(new RegExp(`^(?!\\s)[^\\u0000-\\u001f\\u007f-\\u009f]{1,${maxChars}}(?<!\\s)$`), words);
  return plainKind(schema, `one line, at most ${maxChars} characters`);
}

/** A limit beyond that of the kind: the problem with a value, and what can be written instead. */
export interface Limit<T> {
  readonly check?: (value: T) => string | undefined;
  readonly words?: string;
}

/** What is wrong with an amount that must not be nothing. */
export const aboveZero = (amount: number): string | undefined =>
  amount > 0 ? undefined : 'must be greater than 0';

/** What is wrong with a count that must be 1, 2, 4 or so. */
export const powerOfTwo = (count: number): string | undefined =>
  Number.isInteger(Math.log2(count)) ? undefined : `is a power of two, got ${count}`;

/** A value with its own parser; `forms` is its JSON Schema. */
export function parsed<T, Written>(
  parse: (value: unknown) => Parsed<T>,
  forms: readonly object[],
  check?: (value: T) => string | undefined,
): z.ZodType<T, Written> {
  const schema: z.ZodType<T> = z
    .unknown()
    .transform((value, context): T => {
      const result = parse(value);
      const problem = result.ok ? check?.(result.value) : result.problem;
      if (result.ok && problem === undefined) return result.value;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .meta({ anyOf: forms });
  // The parser takes anything, and says what it does not understand.
  return schema as z.ZodType<T, Written>;
}

const SIZE_FORMS = [
  { type: 'integer', minimum: 0, description: 'bytes' },
  {
    type: 'string',
    pattern: SIZE_PATTERN,
    description: 'k, M, G, T, KiB ... are 1024-based, KB, MB ... 1000-based',
  },
];
const DURATION_FORMS = [
  { type: 'number', minimum: 0, description: 'seconds' },
  { type: 'string', pattern: DURATION_PATTERN, description: 'us, ms, s, m, h or d; without a unit seconds' },
];
const PERCENT_FORM = { type: 'string', pattern: PERCENT_PATTERN, description: 'percent of the namespace' };
const CPU_FORMS = [
  { type: 'string', pattern: CPU_LIST_PATTERN, description: 'numbers and ranges, for example 0-3,8' },
  { type: 'integer', minimum: 0 },
  { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
];

/** A size as fio writes it: `4k`, `1M`, `512`. */
export function shortSize(bytes: number): string {
  const text = formatBytes(bytes).replace(/i?B$/, '');
  return text.replace(/K$/, 'k');
}

/** A size, in bytes. */
export function sizeBytes({ check, words = 'size' }: Limit<number> = {}): ValueKind<number, number | string> {
  return {
    schema: parsed(parseSizeBytes, SIZE_FORMS, check),
    words,
    record: (bytes) => bytes,
    short: shortSize,
  };
}

/** A duration, in milliseconds. */
export function durationMs({
  check,
  words = 'duration',
}: Limit<number> = {}): ValueKind<number, number | string> {
  return {
    schema: parsed(parseDurationMs, DURATION_FORMS, check),
    words,
    record: formatDurationMs,
    short: formatDurationMs,
  };
}

/** A region, in bytes or percent of the namespace. */
export function extent({
  check,
  words = 'size or percent',
}: Limit<Extent> = {}): ValueKind<Extent, number | string> {
  return extentKind(parsed(parseExtent, [...SIZE_FORMS, PERCENT_FORM], check), words);
}

/** How much is transferred, in bytes or percent of the region; it may be more than that is. */
export function amount({
  check,
  words = 'size or percent',
}: Limit<Extent> = {}): ValueKind<Extent, number | string> {
  const form = { ...PERCENT_FORM, description: 'percent of the region, also above 100%' };
  return extentKind(parsed(parseAmount, [...SIZE_FORMS, form], check), words);
}

function extentKind(
  schema: z.ZodType<Extent, number | string>,
  words: string,
): ValueKind<Extent, number | string> {
  return {
    schema,
    words,
    record: (region) => ('bytes' in region ? region.bytes : `${region.percent}%`),
    short: (region) => ('bytes' in region ? shortSize(region.bytes) : `${region.percent}%`),
  };
}

/** A list of CPU numbers, sorted, each once. */
export function cpuList(): ValueKind<readonly number[], string | number | readonly number[]> {
  return plainKind<readonly number[], string | number | readonly number[]>(
    parsed(parseCpuList, CPU_FORMS),
    '`"0-3,8"`, `5` or `[0, 1, 2]`',
  );
}

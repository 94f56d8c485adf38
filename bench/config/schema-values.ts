/** The kinds of value a key can take, each with its check, its error in words and its JSON Schema. */
import { z } from 'zod';
import { CPU_LIST_PATTERN, parseCpuList } from './cpu-list.js';
import {
  DURATION_PATTERN,
  type Extent,
  type Parsed,
  PERCENT_PATTERN,
  parseDurationMs,
  parseExtent,
  parseSizeBytes,
  SIZE_PATTERN,
} from './units.js';
import { describeValue, nearest } from './wording.js';

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

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number) {
  const words = expects(`a whole number from ${min} to ${max}`);
  return z.int(words).min(min, words).max(max, words);
}

/** One of a few words. */
export function word<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: (issue) => {
      const near = typeof issue.input === 'string' ? nearest(issue.input, words) : undefined;
      const guess = near === undefined ? '' : `; did you mean ${near}?`;
      return `expects one of ${words.join(', ')}, got ${describeValue(issue.input)}${guess}`;
    },
  });
}

type Check<T> = (value: T) => string | undefined;

/** A value with its own parser; `check` adds a limit; `forms` is its JSON Schema. */
function parsed<T>(parse: (value: unknown) => Parsed<T>, forms: readonly object[], check?: Check<T>) {
  return z
    .unknown()
    .transform((value, context): T => {
      const result = parse(value);
      const problem = result.ok ? check?.(result.value) : result.problem;
      if (result.ok && problem === undefined) return result.value;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .meta({ anyOf: forms });
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

/** A size, in bytes. */
export const sizeBytes = (check?: Check<number>) => parsed(parseSizeBytes, SIZE_FORMS, check);
/** A duration, in milliseconds. */
export const durationMs = (check?: Check<number>) => parsed(parseDurationMs, DURATION_FORMS, check);
/** A region, in bytes or percent of the namespace. */
export const extent = (check?: Check<Extent>) => parsed(parseExtent, [...SIZE_FORMS, PERCENT_FORM], check);
/** A list of CPU numbers. */
export const cpuList = () => parsed(parseCpuList, CPU_FORMS);

/** One line of printable text of at most `maxChars` characters. */
export function line(what: string, maxChars: number) {
  const words = expects(what);
  // Control characters would reach the terminal and the reports; spaces around a name are never seen.
  return z
    .string(words)
    .regex(new RegExp(`^(?!\\s)[^\\u0000-\\u001f\\u007f-\\u009f]{1,${maxChars}}(?<!\\s)$`), words);
}

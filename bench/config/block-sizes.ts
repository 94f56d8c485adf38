/**
 * How long I/Os are, as fio says it: `bs`, `bsrange`, `bssplit` and `blockalign`, each for all operations or for reads and
 * writes, with a comma between them.
 */
import { isMixed, type RwPattern, writes } from './pattern.js';
import { blockMultiple } from './region-keys.js';
import { parseShares } from './shares.js';
import { fail, formatBytes, type Parsed, parseSizeBytes, SIZE_PATTERN } from './units.js';
import { parsed, shortSize, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

const MAX_BS_BYTES = 1024 ** 3;
/** As many as fio takes. */
const MOST_LENGTHS = 64;

/** A value for the reads of a job and one for its writes. */
export interface ByDirection<T> {
  readonly read: T;
  readonly write: T;
}

export interface SizeRange {
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** In the order in which they are written; the percentages add up to 100. */
export interface SizeSplit {
  readonly split: readonly { readonly bytes: number; readonly percent: number }[];
}

function blockSizeProblem(bytes: number): string | undefined {
  if (bytes === 0) return 'must be greater than 0';
  if (bytes > MAX_BS_BYTES) return `is at most 1GiB, got ${formatBytes(bytes)}`;
  return blockMultiple(bytes);
}

function parseBlockSize(value: unknown): Parsed<number> {
  const number = typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
  const size = parseSizeBytes(number);
  const problem = size.ok ? blockSizeProblem(size.value) : undefined;
  return problem === undefined ? size : fail(problem);
}

/** Each part of a value in its place; what is not given is as the one before. */
function byDirection<T>(
  value: unknown,
  what: string,
  parse: (part: unknown) => Parsed<T>,
): Parsed<ByDirection<T>> {
  const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [value];
  if (parts.length > 2)
    return fail(`expects ${what}, or one for reads and one for writes, got ${describeValue(value)}`);
  const read = parse(parts[0]);
  if (!read.ok) return read;
  const write = parts.length === 1 ? read : parse(parts[1]);
  return write.ok ? { ok: true, value: { read: read.value, write: write.value } } : write;
}

function parseRange(value: unknown): Parsed<SizeRange> {
  const ends = typeof value === 'string' ? value.split(/[-:]/).map((end) => end.trim()) : [];
  if (ends.length !== 2) return fail(`expects a range of sizes such as 4k-64k, got ${describeValue(value)}`);
  const [from, to] = ends.map(parseBlockSize);
  if (!from.ok) return from;
  if (!to.ok) return to;
  if (from.value > to.value) return fail(`begins above its end: ${quote(String(value))}`);
  return { ok: true, value: { fromBytes: from.value, toBytes: to.value } };
}

const FORM = 'sizes with their shares such as 4k/60:8k/40';

function parseSplit(value: unknown): Parsed<SizeSplit> {
  if (typeof value !== 'string' || value === '') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const { length } = value.split(':');
  if (length > MOST_LENGTHS) return fail(`has at most ${MOST_LENGTHS} sizes, got ${length}`);
  const shares = parseShares(value, parseBlockSize, '4k/60');
  if (!shares.ok) return shares;
  return { ok: true, value: { split: shares.value.map(({ of: bytes, percent }) => ({ bytes, percent })) } };
}

const rangeText = ({ fromBytes, toBytes }: SizeRange, size: (bytes: number) => string): string =>
  `${size(fromBytes)}-${size(toBytes)}`;

const splitText = ({ split }: SizeSplit, size: (bytes: number) => string): string =>
  split.map(({ bytes, percent }) => `${size(bytes)}/${percent}`).join(':');

/** One text where reads and writes have the same. */
function textOf<T>({ read, write }: ByDirection<T>, one: (value: T) => string): string {
  const [ofReads, ofWrites] = [one(read), one(write)];
  return ofReads === ofWrites ? ofReads : `${ofReads},${ofWrites}`;
}

const SIZE = SIZE_PATTERN.slice(1, -1);

/** A size, or one for reads and one for writes. */
export function blockSizes(): ValueKind<ByDirection<number>, number | string> {
  return {
    schema: parsed(
      (value) => byDirection(value, 'a size such as 4k', parseBlockSize),
      [
        { type: 'integer', minimum: 1, description: 'bytes' },
        {
          type: 'string',
          pattern: `^${SIZE}(\\s*,\\s*${SIZE})?$`,
          description:
            'k, M, G, T, KiB ... are 1024-based, KB, MB ... 1000-based; 8k,4k is of reads and of writes',
        },
      ],
    ),
    words: 'size, or two: `8k,4k`',
    record: (sizes) => (sizes.read === sizes.write ? sizes.read : textOf(sizes, String)),
    short: (sizes) => textOf(sizes, shortSize),
  };
}

/** A range of sizes, or one for reads and one for writes. */
export function sizeRanges(): ValueKind<ByDirection<SizeRange>, string> {
  return {
    schema: parsed(
      (value) => byDirection(value, 'a range of sizes such as 4k-64k', parseRange),
      [
        {
          type: 'string',
          pattern: '^[0-9].*[-:].*[0-9]',
          description: '4k-64k, or 4k-64k,8k-32k of reads and of writes',
        },
      ],
    ),
    words: '`4k-64k`, or two: `4k-64k,8k-32k`',
    record: (ranges) => textOf(ranges, (range) => rangeText(range, String)),
    short: (ranges) => textOf(ranges, (range) => rangeText(range, shortSize)),
  };
}

/** Sizes with their shares, or such of reads and of writes. */
export function sizeSplits(): ValueKind<ByDirection<SizeSplit>, string> {
  return {
    schema: parsed(
      (value) => byDirection(value, FORM, parseSplit),
      [
        {
          type: 'string',
          pattern: '^[0-9].*',
          description: '4k/60:8k/40, or 4k/60:8k/40,16k/100 of reads and of writes',
        },
      ],
    ),
    words: '`4k/60:8k/40`, or two: `2k/50:4k/50,4k/90:8k/10`',
    record: (splits) => textOf(splits, (split) => splitText(split, String)),
    short: (splits) => textOf(splits, (split) => splitText(split, shortSize)),
  };
}

/** What of a value a pattern has a use for: that of its direction for both, where it has one. */
export function ofPattern<T>(value: ByDirection<T>, rw: RwPattern): ByDirection<T> {
  if (isMixed(rw)) return value;
  const only = writes(rw) ? value.write : value.read;
  return { read: only, write: only };
}

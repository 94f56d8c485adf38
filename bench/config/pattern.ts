/** fio's `rw`: a pattern, and behind a colon what is added to each offset, or how many I/Os follow a random one. */
import { fail, type Parsed, parseSizeBytes, SMALLEST_BLOCK_BYTES } from './units.js';
import { parsed, shortSize, type ValueKind } from './value-kinds.js';
import { describeValue, nearest, quote } from './wording.js';

export const RW_PATTERNS = [
  'read',
  'write',
  'randread',
  'randwrite',
  'rw',
  'randrw',
  'trim',
  'randtrim',
] as const;
type Pattern = (typeof RW_PATTERNS)[number];

/** A pattern in its one spelling: `randread`, `read:-8k`, `randread:8`. */
export type RwPattern = Pattern | `${Pattern}:${string}`;

const MAX_RUN_IOS = 1_000_000;

const patternOf = (rw: RwPattern): Pattern => rw.split(':')[0] as Pattern;

/** Whether a pattern deallocates blocks. */
export function isTrim(rw: RwPattern): boolean {
  return ['trim', 'randtrim'].includes(patternOf(rw));
}

/** Whether a pattern changes what the device holds. */
export function writes(rw: RwPattern): boolean {
  return !['read', 'randread'].includes(patternOf(rw));
}

/** Whether a pattern has both reads and writes. */
export function isMixed(rw: RwPattern): boolean {
  return ['rw', 'randrw'].includes(patternOf(rw));
}

/** Whether a pattern has random blocks. */
export function isRandom(rw: RwPattern): boolean {
  return rw.startsWith('rand');
}

/** The same places in the same order, read where the pattern writes. */
export function asReads(rw: RwPattern): RwPattern {
  return rw.replace(/^(rand)?write/, '$1read') as RwPattern;
}

/** Bytes added to the offset behind each I/O of a sequential pattern; 0 where none are. */
export function stepBytesOf(rw: RwPattern): number {
  const [, text] = rw.split(':');
  if (isRandom(rw) || text === undefined) return 0;
  const step = parseStep(text);
  return step.ok ? step.value : 0;
}

/** I/Os in sequence from each random offset on; 1 where each is random. */
export function runIosOf(rw: RwPattern): number {
  const [, text] = rw.split(':');
  return isRandom(rw) && text !== undefined ? Number(text) : 1;
}

function parseStep(text: string): Parsed<number> {
  const digits = text.replace(/^[-+]/, '').trim();
  const size = parseSizeBytes(/^[0-9]+$/.test(digits) ? Number(digits) : digits);
  if (!size.ok) return size;
  if (size.value % SMALLEST_BLOCK_BYTES === 0)
    return { ok: true, value: text.startsWith('-') ? -size.value : size.value };
  return fail(
    `${size.value} bytes behind the colon is not a multiple of ${SMALLEST_BLOCK_BYTES}, the smallest NVMe block`,
  );
}

/** Reads a pattern such as `randread` or `read:-8k`. */
export function parsePattern(value: unknown): Parsed<RwPattern> {
  const [word, addition, ...rest] =
    typeof value === 'string' ? value.split(':').map((part) => part.trim()) : [];
  const pattern = RW_PATTERNS.find((each) => each === word);
  if (pattern === undefined || rest.length > 0) {
    const near = typeof value === 'string' ? nearest(word, RW_PATTERNS) : undefined;
    const guess = near === undefined || pattern !== undefined ? '' : `; did you mean ${near}?`;
    return fail(`expects one of ${RW_PATTERNS.join(', ')}, got ${describeValue(value)}${guess}`);
  }
  if (addition === undefined) return { ok: true, value: pattern };
  if (isRandom(pattern)) {
    const ios = /^[0-9]{1,7}$/.test(addition) ? Number(addition) : 0;
    if (ios < 1 || ios > MAX_RUN_IOS)
      return fail(`expects 1 to ${MAX_RUN_IOS} I/Os behind the colon, got ${quote(addition)}`);
    return { ok: true, value: ios === 1 ? pattern : `${pattern}:${ios}` };
  }
  const step = parseStep(addition);
  if (!step.ok) return step;
  if (step.value === 0) return { ok: true, value: pattern };
  const size = shortSize(Math.abs(step.value));
  return { ok: true, value: `${pattern}:${step.value < 0 ? '-' : ''}${size}` };
}

/** How a job goes through its region. */
export function pattern(): ValueKind<RwPattern, RwPattern> {
  return {
    schema: parsed(parsePattern, [
      { type: 'string', enum: [...RW_PATTERNS] },
      {
        type: 'string',
        pattern: `^(${RW_PATTERNS.join('|')})\\s*:\\s*[-+]?[0-9]`,
        description: `a size behind a sequential pattern is added to each offset, as in read:${shortSize(4096)}; a number behind a random one is of I/Os in sequence`,
      },
    ]),
    words: `${RW_PATTERNS.map((each) => `\`${each}\``).join(', ')}, with an addition: \`read:8k\`, \`write:-8k\`, \`randread:8\``,
    choices: RW_PATTERNS,
    record: (value) => value,
    short: (value) => value,
  };
}

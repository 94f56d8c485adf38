/** The keys that say what the blocks hold that a job writes. */
import { type BufferPattern, bufferPattern } from './buffer-pattern.js';
import type { KeyTable } from './key-table.js';
import { writesData } from './operation-keys.js';
import type { RwPattern } from './pattern.js';
import { flag, integer, sizeBytes, word } from './value-kinds.js';

const DEDUPE_MODES = ['repeat', 'working_set'] as const;
type DedupeMode = (typeof DEDUPE_MODES)[number];

/** Words of four bytes are random or not; of shorter chunks a percentage would say little. */
const LEAST_CHUNK_BYTES = 64;
const DEFAULT_CHUNK_BYTES = 512;
/** Of `dedupe_working_set_percentage`. */
export const DEFAULT_SET_PERCENT = 5;

const chunkProblem = (bytes: number): string | undefined =>
  bytes === 0 || (bytes >= LEAST_CHUNK_BYTES && bytes % 4 === 0)
    ? undefined
    : `is 0, or a multiple of 4 from ${LEAST_CHUNK_BYTES} on, got ${bytes}`;

/** The keys beside which these are in force. */
export interface BesideContent {
  readonly rw: RwPattern;
  readonly buffer_pattern?: unknown;
  readonly zero_buffers: boolean;
  readonly refill_buffers?: boolean | undefined;
  readonly buffer_compress_percentage: number;
  readonly dedupe_percentage: number;
  readonly dedupe_mode: DedupeMode;
}

/** Whether each write has data of its own, made for it. */
function refills(all: BesideContent): boolean {
  if (!writesData(all.rw)) return false;
  const compressed = all.buffer_compress_percentage > 0 && all.buffer_compress_percentage < 100;
  return all.refill_buffers ?? (compressed || all.dedupe_percentage > 0);
}

const usesSet = ({ rw, dedupe_percentage: percent, dedupe_mode: mode }: BesideContent): boolean =>
  writesData(rw) && percent > 0 && mode === 'working_set';

export const CONTENT_KEYS = {
  buffer_pattern: {
    kind: bufferPattern(),
    field: 'bufferPattern',
    absent: 'data that do not compress',
    sweep: true,
    typedText: true,
    identity: 'work',
    help: 'What writes carry, over and over: bytes as hex digits, decimal numbers (the low byte first), strings in quotes of their own, or several of them. With `%o` it begins anew at each logical block, and there stands where that lies in bytes (8 bytes, the low one first).',
    inForce: (pattern: BufferPattern | undefined, { rw }: BesideContent): BufferPattern | undefined =>
      writesData(rw) ? pattern : undefined,
  },
  zero_buffers: {
    kind: flag(),
    field: 'zeroBuffers',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Writes carry zeros.',
    inForce: (zero: boolean, { rw }: BesideContent): boolean => writesData(rw) && zero,
  },
  refill_buffers: {
    kind: flag(),
    field: 'refillBuffers',
    absent: '`true` with `buffer_compress_percentage` and `dedupe_percentage`, else `false`',
    sweep: true,
    identity: 'work',
    help: 'All of each write is made anew, which takes CPU time for each block. Otherwise each buffer is filled once.',
    inForce: (_: boolean | undefined, all: BesideContent): boolean | undefined => refills(all) || undefined,
  },
  scramble_buffers: {
    kind: flag(),
    field: 'scrambleBuffers',
    default: true,
    sweep: true,
    identity: 'work',
    help: 'Of a buffer that is filled once, 16 bytes of each logical block change with each write, so that no two blocks are alike. With `false` each slot writes the same data again and again.',
    inForce: (scramble: boolean, all: BesideContent): boolean =>
      scramble || !writesData(all.rw) || all.zero_buffers || all.buffer_pattern !== undefined || refills(all),
  },
  buffer_compress_percentage: {
    kind: integer(0, 100),
    field: 'compressPercent',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'Percent of what writes carry that compresses to nothing: random data in front, zeros or `buffer_pattern` behind, in each `buffer_compress_chunk`.',
    inForce: (percent: number, { rw }: BesideContent): number => (writesData(rw) ? percent : 0),
  },
  buffer_compress_chunk: {
    kind: sizeBytes({
      check: chunkProblem,
      words: 'size, a multiple of 4 from 64 on; `0` for all of an I/O',
    }),
    field: 'compressChunkBytes',
    default: DEFAULT_CHUNK_BYTES,
    sweep: true,
    identity: 'work',
    help: 'With `buffer_compress_percentage`: after so many bytes random data begin again.',
    inForce: (bytes: number, { rw, buffer_compress_percentage: percent }: BesideContent): number =>
      writesData(rw) && percent > 0 ? bytes : DEFAULT_CHUNK_BYTES,
  },
  dedupe_percentage: {
    kind: integer(0, 100),
    field: 'dedupePercent',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'Percent of the writes that carry what another write of the worker carries, as a whole.',
    inForce: (percent: number, { rw }: BesideContent): number => (writesData(rw) ? percent : 0),
  },
  dedupe_mode: {
    kind: word(DEDUPE_MODES),
    field: 'dedupeMode',
    default: 'repeat',
    sweep: true,
    identity: 'work',
    help: 'With `dedupe_percentage`, which write is carried again: the neighbour, or (`working_set`) any of those that the worker begins with.',
    inForce: (mode: DedupeMode, all: BesideContent): DedupeMode => (usesSet(all) ? mode : 'repeat'),
  },
  dedupe_working_set_percentage: {
    kind: integer(1, 100),
    field: 'dedupeSetPercent',
    default: DEFAULT_SET_PERCENT,
    sweep: true,
    identity: 'work',
    help: 'With `dedupe_mode: working_set`, how many writes are carried again and again: so many as fill this percentage of the region. Together with `dedupe_percentage` at most 100.',
    inForce: (percent: number, all: BesideContent): number => (usesSet(all) ? percent : DEFAULT_SET_PERCENT),
  },
  dedupe_global: {
    kind: flag(),
    field: 'dedupeGlobal',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'With `dedupe_mode: working_set`, the workers of the job have one working set, a part of it from each.',
    inForce: (global: boolean, all: BesideContent): boolean => usesSet(all) && global,
  },
} as const satisfies KeyTable;

export const CONTENT_KEY_NAMES = Object.keys(CONTENT_KEYS) as (keyof typeof CONTENT_KEYS)[];

/** The keys that say where on the namespace the workers of a job go. */
import type { KeyTable } from './key-table.js';
import { type Extent, formatBytes, SMALLEST_BLOCK_BYTES } from './units.js';
import { aboveZero, extent, flag } from './value-kinds.js';

/** What is wrong with a number of bytes that is to be of whole blocks. */
export function blockMultiple(bytes: number): string | undefined {
  if (bytes % SMALLEST_BLOCK_BYTES === 0) return undefined;
  const kib = Math.max(1, Math.round(bytes / 1000));
  const guess = bytes % 1000 === 0 ? `; did you mean ${formatBytes(kib * 1024)}?` : '';
  return `${bytes} bytes is not a multiple of ${SMALLEST_BLOCK_BYTES}, the smallest NVMe block${guess}`;
}

function checkOffset(at: Extent): string | undefined {
  if ('bytes' in at) return blockMultiple(at.bytes);
  return at.percent === 100 ? 'must be below 100%; nothing of the namespace is left' : undefined;
}

const checkIncrement = (by: Extent): string | undefined =>
  'bytes' in by ? blockMultiple(by.bytes) : undefined;

export const REGION_KEYS = {
  size: {
    kind: extent({ check: (size) => aboveZero(Object.values(size)[0]) }),
    field: 'size',
    absent: 'all the rest of the namespace',
    sweep: true,
    identity: 'work',
    help: 'Region used, from `offset` on; each worker covers all of it. Without `runtime`, `number_ios` and `io_size`, also the amount that each worker transfers, `loops` times.',
  },
  offset: {
    kind: extent({ check: checkOffset, words: 'size (a multiple of 512) or percent below 100' }),
    field: 'offset',
    default: 0,
    sweep: true,
    identity: 'work',
    recorded: 'always',
    help: 'Start of the region. A percentage is rounded down to a multiple of `bs`.',
  },
  offset_increment: {
    kind: extent({ check: checkIncrement }),
    field: 'offsetIncrement',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'Added to `offset` for each worker behind the first: where its region begins. Without `size`, the regions are as large as that of the last worker can be.',
  },
  partition: {
    kind: flag(),
    field: 'partition',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Each worker has a part of the region of its own, all of the same size, instead of all of it.',
  },
} as const satisfies KeyTable;

/** The keys of a job that say what is kept of single I/Os. */
import type { KeyTable } from './key-table.js';
import { integer } from './value-kinds.js';

export const WATCH_KEYS = {
  slowest: {
    kind: integer(0, 1000),
    field: 'slowest',
    default: 0,
    identity: 'none',
    help: 'How many of the slowest I/Os are kept, with when each completed and what it was; 0 for none.',
    seeAlso: 'See [measuring.md](measuring.md#single-ios).',
  },
} as const satisfies KeyTable;

/** The keys that say how often or how far the workers of a job go over their regions. */
import type { KeyTable } from './key-table.js';
import { aboveZero, amount, integer } from './value-kinds.js';

const MOST_LOOPS = 1_000_000;

export const LENGTH_KEYS = {
  number_ios: {
    kind: integer(1, Number.MAX_SAFE_INTEGER),
    field: 'numberIos',
    identity: 'run',
    help: 'Measured I/Os of each worker, after which it ends.',
  },
  io_size: {
    kind: amount({
      check: (size) => aboveZero(Object.values(size)[0]),
      words: 'size or percent, also above 100%',
    }),
    field: 'ioSize',
    absent: '`size`, unless time or `number_ios` ends the job',
    identity: 'run',
    help: 'How much each worker transfers, in bytes or percent of its region, before it ends: `200%` goes over all of it twice.',
    alsoCalled: ['io_limit'],
  },
  loops: {
    kind: integer(1, MOST_LOOPS),
    field: 'loops',
    default: 1,
    identity: 'run',
    help: 'Times that each worker does what ends it: goes over its region, or through `io_size` or `number_ios`. Above 1, the job ends then although it has a `runtime`.',
  },
} as const satisfies KeyTable;

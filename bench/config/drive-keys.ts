/** The keys of the file that set a whole controller for the time of the run. */
import { coalescing } from './coalescing.js';
import type { KeyTable } from './key-table.js';
import { integer, powerOfTwo, word } from './value-kinds.js';

const ON_OFF = ['on', 'off'] as const;
/** Of 8 bits that count from 0. */
const MOST_WEIGHT = 256;

export const DRIVE_KEYS = {
  interrupt_coalescing: {
    kind: coalescing,
    field: 'interruptCoalescing',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'Gathers so many completions into one interrupt, or what came within the time (a multiple of 100us), while the run lasts (Set Features 08h). For `completion: interrupt` and `hybrid`.',
  },
  volatile_write_cache: {
    kind: word(ON_OFF),
    field: 'volatileWriteCache',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'The volatile write cache while the run lasts (Set Features 06h).',
    seeAlso: 'See [drives.md](drives.md#settings-for-the-time-of-a-run).',
  },
  power_state: {
    kind: integer(0, 31),
    field: 'powerState',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'The power state while the run lasts (Set Features 02h); 0 does the most.',
  },
  apst: {
    kind: word(ON_OFF),
    field: 'apst',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'Whether the controller may change to other power states by itself while the run lasts (Set Features 0Ch): waking up is no latency of a read.',
  },
  arbitration_burst: {
    kind: integer(1, 128, { check: powerOfTwo, words: 'power of two, 1 to 128' }),
    field: 'arbitrationBurst',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'Commands that the controller takes from one queue before another has its turn, while the run lasts (Set Features 01h); 128 for no limit.',
  },
  high_priority_weight: {
    kind: integer(1, MOST_WEIGHT),
    field: 'highPriorityWeight',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'Commands of queues of `priority: high` in a round of arbitration, while the run lasts (Set Features 01h).',
    seeAlso: 'See [drives.md](drives.md#arbitration).',
  },
  medium_priority_weight: {
    kind: integer(1, MOST_WEIGHT),
    field: 'mediumPriorityWeight',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'The same of `medium`.',
  },
  low_priority_weight: {
    kind: integer(1, MOST_WEIGHT),
    field: 'lowPriorityWeight',
    absent: 'as the controller has it',
    identity: 'work',
    help: 'The same of `low`.',
  },
} as const satisfies KeyTable;

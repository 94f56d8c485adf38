/** The keys of a job that say what is kept of single I/Os. */
import type { KeyTable } from './key-table.js';
import { durationMs, integer, line } from './value-kinds.js';

export const WATCH_KEYS = {
  slowest: {
    kind: integer(0, 1000),
    field: 'slowest',
    default: 0,
    identity: 'none',
    help: 'How many of the slowest I/Os are kept, with when each completed and what it was; 0 for none.',
    seeAlso: 'See [measuring.md](measuring.md#single-ios).',
  },
  smart_interval: {
    kind: durationMs(),
    field: 'smartIntervalMs',
    default: '0s',
    identity: 'none',
    help: 'How often the drive is asked for its SMART log while the job measures, for temperature and throttling: before and after too. 0s for not at all. Less often where it takes more than a thousandth of that to answer.',
    seeAlso: 'See [measuring.md](measuring.md#a-drive-that-throttles).',
  },
  log: {
    kind: line('the path of a file', 4096),
    field: 'log',
    absent: 'none',
    identity: 'none',
    help: 'File that a record of each I/O goes to. Where several jobs, devices or repeats name one file, each gets one of its own, with `-1`, `-2` and so on before the ending.',
    seeAlso: 'See [io-log.md](io-log.md).',
  },
} as const satisfies KeyTable;

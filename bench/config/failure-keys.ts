/** The keys of a job that say what becomes of it when I/O fails, or does not come back. */
import type { KeyTable } from './key-table.js';
import { aboveZero, durationMs, integer } from './value-kinds.js';

export const FAILURE_KEYS = {
  io_timeout: {
    kind: durationMs({ check: aboveZero, words: 'duration above 0' }),
    field: 'ioTimeoutMs',
    default: '30s',
    identity: 'run',
    recorded: 'always',
    help: 'How long one command may take before the run fails.',
  },
  max_errors: {
    kind: integer(1, Number.MAX_SAFE_INTEGER),
    field: 'maxErrors',
    default: 1000,
    identity: 'run',
    help: 'Failed I/Os of one worker that end the job; fewer are counted, and the job goes on.',
    alsoCalled: ['continue_on_error', 'error_limit'],
  },
} as const satisfies KeyTable;

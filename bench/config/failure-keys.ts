/** The keys of a job that say what becomes of it when I/O fails, or does not come back. */
import type { KeyTable } from './key-table.js';
import { aboveZero, durationMs, integer, word } from './value-kinds.js';

/** What is done about a device that does not complete an I/O in time, once its job has ended. */
const TIMEOUT_POLICIES = ['abort', 'reset', 'stop'] as const;

export const FAILURE_KEYS = {
  io_timeout: {
    kind: durationMs({ check: aboveZero, words: 'duration above 0' }),
    field: 'ioTimeoutMs',
    default: '30s',
    identity: 'run',
    recorded: 'always',
    help: 'How long one command may take; a longer one ends its job.',
  },
  on_timeout: {
    kind: word(TIMEOUT_POLICIES),
    field: 'onTimeout',
    default: 'abort',
    identity: 'run',
    help: 'After `io_timeout`: `abort` has the I/O aborted, its queues deleted and, where that fails, the controller reset; `reset` resets it at once; the jobs to come then run. `stop` ends the run.',
    seeAlso: 'See [drives.md](drives.md#when-a-drive-does-not-answer).',
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

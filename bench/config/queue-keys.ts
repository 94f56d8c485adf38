/** The keys that say how the queues of a job are made. */
import type { KeyTable } from './key-table.js';
import { word } from './value-kinds.js';

const SQ_MEMORIES = ['host', 'cmb'] as const;
/** In the order of QPRIO (NVMe base 2.0, figure 157). */
const PRIORITIES = ['urgent', 'high', 'medium', 'low'] as const;

export const QUEUE_KEYS = {
  sq_memory: {
    kind: word(SQ_MEMORIES),
    field: 'sqMemory',
    default: 'host',
    sweep: true,
    identity: 'work',
    help: 'Where submission queues lie: in memory of the host, or of the controller (Controller Memory Buffer).',
    seeAlso: 'See [drives.md](drives.md#controller-memory-buffer).',
  },
  priority: {
    kind: word(PRIORITIES),
    field: 'priority',
    absent: '`medium` where another job of the run has one, else none',
    sweep: true,
    identity: 'work',
    help: 'Class of the submission queues (QPRIO). The controller goes by weighted round robin then: `urgent` before all others, those by their weights.',
    seeAlso: 'See [drives.md](drives.md#arbitration).',
  },
} as const satisfies KeyTable;

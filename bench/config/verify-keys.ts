/** The keys by which a job finds out whether it reads what was written. */
import type { KeyTable } from './key-table.js';
import { flag, integer, line, word } from './value-kinds.js';

const METHODS = ['off', 'crc32c'] as const;

export const VERIFY_KEYS = {
  verify: {
    kind: word(METHODS),
    field: 'verify',
    default: 'off',
    sweep: true,
    identity: 'work',
    help: 'With `crc32c` each logical block that is written says where it belongs and by which write, with a CRC32C, and each that is read is checked, byte for byte. One that is not as it should be makes the job invalid. Needs CPU time.',
    seeAlso: 'See [measuring.md](measuring.md#verified-data).',
  },
  do_verify: {
    kind: flag(),
    field: 'doVerify',
    default: true,
    identity: 'run',
    help: 'With `verify`, what the job wrote is read back once its measured time is over. These reads are in no figure.',
  },
  verify_only: {
    kind: flag(),
    field: 'verifyOnly',
    default: false,
    identity: 'work',
    help: 'With `verify`, the job writes nothing: it reads what a former run of it with the same keys and seed wrote, such as before a power cycle.',
  },
  verify_journal: {
    kind: line('the path of a file', 4096),
    field: 'verifyJournal',
    absent: 'none',
    identity: 'none',
    help: 'With `verify`, a file that keeps which writes were acknowledged, and which of these a flush covers, while the job runs. With `verify_only` that of the run that wrote: so what must be there after a loss of power is told from what was never acknowledged.',
    seeAlso: 'See [measuring.md](measuring.md#after-a-loss-of-power).',
  },
  verify_write_sequence: {
    kind: flag(),
    field: 'verifyWriteSequence',
    default: true,
    identity: 'run',
    help: 'With `verify`, a block that was written must be of the last write. With `false` it may be of any write of the run, by whichever worker of the job: so several may write to the same blocks. With `atomic` each I/O must then be of one write as a whole.',
  },
  verify_backlog: {
    kind: integer(0, 1_000_000_000),
    field: 'verifyBacklog',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'With `verify`, what was written is read and checked between the writes, whenever so many of these are unread; 0 for afterwards alone. These reads are figures of the job as its writes are, and none of the I/Os that end it. `do_verify` reads what is left.',
    inForce: (every: number, { verify }: { readonly verify: string }): number =>
      verify === 'off' ? 0 : every,
  },
  verify_backlog_batch: {
    kind: integer(0, 1_000_000_000),
    field: 'verifyBacklogBatch',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'With `verify_backlog`, how many writes are read then; 0 for as many as `verify_backlog` says.',
    inForce: (batch: number, { verify_backlog: every }: { readonly verify_backlog: number }): number =>
      every === 0 || batch === every ? 0 : batch,
  },
  verify_fatal: {
    kind: flag(),
    field: 'verifyFatal',
    default: false,
    identity: 'run',
    help: 'With `verify`, the first block that is not as it should be ends the job.',
  },
} as const satisfies KeyTable;

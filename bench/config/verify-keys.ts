/** The keys by which a job finds out whether it reads what was written. */
import type { KeyTable } from './key-table.js';
import { flag, word } from './value-kinds.js';

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
  verify_fatal: {
    kind: flag(),
    field: 'verifyFatal',
    default: false,
    identity: 'run',
    help: 'With `verify`, the first block that is not as it should be ends the job.',
  },
} as const satisfies KeyTable;

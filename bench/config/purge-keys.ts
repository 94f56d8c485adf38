/** `purge`: by what all data of a namespace are destroyed, so that a job begins on a drive in a known state. */
import type { KeyTable } from './key-table.js';
import { word } from './value-kinds.js';

/** Dataset Management over all blocks, Format NVM, or Sanitize. */
const PURGE_WAYS = ['deallocate', 'format', 'sanitize'] as const;
export type PurgeWay = (typeof PURGE_WAYS)[number];

/** As a key of the file, of a job, and as a step between jobs. */
export const purgeWay = word(PURGE_WAYS);

export const PURGE_KEYS = {
  purge: {
    kind: purgeWay,
    field: 'purge',
    absent: 'the drive stays as it is',
    identity: 'work',
    help: 'Before the job runs for the first time, all data of its namespace are destroyed: `deallocate` gives all blocks back (Dataset Management), `format` erases them in the format that they have (Format NVM), `sanitize` erases all that the drive has, by blocks or by its key (Sanitize). Needs `allow_writes`.',
    seeAlso: 'See below.',
  },
} as const satisfies KeyTable;

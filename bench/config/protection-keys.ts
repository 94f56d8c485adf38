/** The keys of namespaces with end-to-end protection information, in fio's words. */
import type { KeyTable } from './key-table.js';
import { fail, type Parsed } from './units.js';
import { flag, integer, parsed, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

const CHECKS = ['GUARD', 'APPTAG', 'REFTAG'] as const;
type PiCheck = (typeof CHECKS)[number];

const FORM = 'GUARD, APPTAG, REFTAG, or several of them such as GUARD,REFTAG';

function parseChecks(value: unknown): Parsed<readonly PiCheck[]> {
  if (typeof value !== 'string') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const named = value.split(',').map((word) => word.trim().toUpperCase());
  const wrong = named.find((word) => !CHECKS.some((check) => check === word));
  if (wrong !== undefined) return fail(`expects ${FORM}, got ${quote(value)}`);
  if (new Set(named).size < named.length) return fail(`names one of them twice in ${quote(value)}`);
  return { ok: true, value: CHECKS.filter((check) => named.includes(check)) };
}

const textOf = (checks: readonly PiCheck[]): string => checks.join(',');

const checks = (): ValueKind<readonly PiCheck[], string> => ({
  schema: parsed(parseChecks, [
    {
      type: 'string',
      pattern: `^ *(${CHECKS.join('|')}) *(, *(${CHECKS.join('|')}) *)*$`,
      description: FORM,
    },
  ]),
  words: '`GUARD`, `APPTAG`, `REFTAG`, or several: `GUARD,REFTAG`',
  record: textOf,
  short: textOf,
});

/** FFFFh would say that nothing of a block is to be checked. */
const MOST_TAG = 0xfffe;

export const PROTECTION_KEYS = {
  pi_act: {
    kind: flag(),
    field: 'piAct',
    default: true,
    sweep: true,
    identity: 'work',
    help: 'Protection information of its namespace is made by the drive on writes, and stripped on reads. With `false` the host makes it and sends it along, the drive checks what of it `pi_chk` says on writes as well, and the host looks at it again on reads. Needs CPU time.',
    seeAlso: 'See [drives.md](drives.md#metadata-and-protection-information).',
  },
  pi_chk: {
    kind: checks(),
    field: 'piChk',
    absent: 'nothing is checked',
    sweep: true,
    identity: 'work',
    help: 'What of the protection information of its namespace the drive checks on reads: guard, application tag, reference tag.',
    seeAlso: 'See [drives.md](drives.md#metadata-and-protection-information).',
  },
  apptag: {
    kind: integer(0, MOST_TAG),
    field: 'apptag',
    default: 0x1234,
    identity: 'work',
    help: 'Application tag that writes to a namespace with protection information carry, and that reads with `pi_chk: APPTAG` must find. As in fio it is 0x1234 by default.',
  },
  apptag_mask: {
    kind: integer(0, 0xffff),
    field: 'apptagMask',
    default: 0xffff,
    identity: 'work',
    help: 'Bits of the application tag that reads look at.',
  },
} as const satisfies KeyTable;
